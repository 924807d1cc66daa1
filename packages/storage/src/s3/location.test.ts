import { describe, expect, it } from "vitest";
import { codeOf } from "../conformance/sources.js";
import { encodeKey, objectUrl, parseS3Url } from "./location.js";

describe("parseS3Url", () => {
  it("splits bucket and key", () => {
    expect(parseS3Url("s3://nsidc-cumulus-prod-protected/ATLAS/ATL06/a b.h5")).toEqual({
      bucket: "nsidc-cumulus-prod-protected",
      key: "ATLAS/ATL06/a b.h5",
    });
    expect(parseS3Url("s3://bucket")).toEqual({ bucket: "bucket", key: "" });
  });

  it.each(["s3:/bucket/k", "https://bucket/k", "s3://", "s3://a", "s3://b_?/k"])(
    "refuses %s",
    async (url) => {
      expect(await codeOf(Promise.resolve().then(() => parseS3Url(url)))).toBe("invalid");
    },
  );
});

describe("objectUrl", () => {
  const at = (bucket: string, region: string, endpoint?: string) =>
    objectUrl({ bucket, key: "a/b c" }, region, endpoint).href;

  it("puts the bucket into the host at AWS, into the path elsewhere", () => {
    expect(at("granules", "us-west-2")).toBe("https://granules.s3.us-west-2.amazonaws.com/a/b%20c");
    expect(at("dotted.name", "us-west-2")).toBe("https://s3.us-west-2.amazonaws.com/dotted.name/a/b%20c");
    expect(at("granules", "cn-north-1")).toBe("https://granules.s3.cn-north-1.amazonaws.com.cn/a/b%20c");
    expect(at("granules", "us-west-2", "http://host:9000/")).toBe("http://host:9000/granules/a/b%20c");
  });

  it("encodes what RFC 3986 does not leave alone", () => {
    expect(encodeKey("a/b+c (1)!*'~_.-%")).toBe("a/b%2Bc%20%281%29%21%2A%27~_.-%25");
  });
});
