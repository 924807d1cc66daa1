import { afterEach, expect, test, vi } from "vitest";
import { findPlace } from "./granule-place.js";

const [file, s3, https] = ["/data/g.h5", "s3://bucket/g.h5", "https://data.example/g.h5"];
const everywhere = { id: "g.h5", file, s3, https };
const remote = { id: "g.h5", s3, https };

afterEach(() => vi.unstubAllEnvs());

test("auto takes the file, then what is nearest", () => {
  vi.stubEnv("AWS_REGION", "us-west-2");
  expect(findPlace(everywhere, "auto")).toBe("file");
  // A configured region says nothing about where this machine is.
  expect(findPlace(remote, "auto")).toBe("https");
  expect(findPlace({ s3 }, "auto")).toBe("s3");
});

test.each([
  ["a pod of a hub", "AWS_WEB_IDENTITY_TOKEN_FILE"],
  ["a container", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"],
  ["Lambda", "AWS_EXECUTION_ENV"],
])("on %s in the archive's region auto reads S3, in another region https", (_, sign) => {
  vi.stubEnv(sign, "set");
  vi.stubEnv("AWS_REGION", "us-west-2");
  expect(findPlace(remote, "auto")).toBe("s3");
  vi.stubEnv("AWS_REGION", "eu-central-1");
  expect(findPlace(remote, "auto")).toBe("https");
});

test("a driver that is named is all that is tried", () => {
  expect(findPlace(everywhere, "s3")).toBe("s3");
  expect(findPlace(remote, "file")).toBeUndefined();
});
