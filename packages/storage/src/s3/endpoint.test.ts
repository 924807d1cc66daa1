import { afterEach, describe, expect, it, vi } from "vitest";
import { s3Endpoint } from "./endpoint.js";
import { s3Source } from "./s3-source.js";
import { s3Store } from "./s3-store.js";

afterEach(() => vi.unstubAllEnvs());

describe("s3Endpoint", () => {
  it.each(["127.0.0.1:9000", "localhost:9000", "minio:9000", "minio", "[::1]:9000"])(
    "names the variable and the address that is meant: %s",
    (value) => {
      vi.stubEnv("AWS_ENDPOINT_URL", value);
      const open = [() => s3Store("s3://bucket/x"), () => s3Source("s3://bucket/x")];
      for (const each of open) {
        expect(each).toThrow(`AWS_ENDPOINT_URL=${value}: not an http:// or https:// address`);
        expect(each).toThrow(`is http://${value} meant?`);
      }
    },
  );

  it.each(["http//host", "ftp://host", "http://", "https://host?x=1", "http:host:1"])(
    "refuses %s",
    (value) => {
      expect(() => s3Endpoint(value)).toThrow(/^the S3 endpoint=/);
    },
  );

  it("does not repeat a password", () => {
    vi.stubEnv("AWS_ENDPOINT_URL_S3", "https://user:secret@host");
    expect(() => s3Endpoint(undefined)).toThrow(/^AWS_ENDPOINT_URL_S3=https:\/\/host: /);
  });

  it("takes what is given, then S3's variable, then that of all services", () => {
    vi.stubEnv("AWS_ENDPOINT_URL", "http://c");
    expect(s3Endpoint(undefined)).toBe("http://c");
    vi.stubEnv("AWS_ENDPOINT_URL_S3", "http://b:9000/");
    expect(s3Endpoint("")).toBe("http://b:9000/");
    expect(s3Endpoint("https://a")).toBe("https://a");
    vi.stubEnv("AWS_ENDPOINT_URL_S3", "");
    vi.stubEnv("AWS_ENDPOINT_URL", "");
    expect(s3Endpoint(undefined)).toBeUndefined();
  });
});
