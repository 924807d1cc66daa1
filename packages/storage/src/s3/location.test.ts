import { describe, expect, it } from "vitest";
import { codeOf } from "../conformance/sources.js";
import { encodeKey, objectUrl, parseS3Url, s3Problem } from "./location.js";
import { s3Source } from "./s3-source.js";
import { s3Store } from "./s3-store.js";

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

const REFUSED = [
  "s3://bucket/..",
  "s3://bucket/../other/x",
  "s3://bucket/a/../x",
  "s3://bucket/a/./x",
  "s3://bucket/.",
  "s3://bucket//x",
  "s3://bucket/a//x",
  "s3://bucket/a//",
  "s3://bucket//",
  "s3://user@bucket/x",
  "s3://AKIA:sec/ret@bucket/x",
  "s3:///x",
  "",
];

describe("locations that lead to different places, or tell a secret", () => {
  it.each(REFUSED)("are refused for objects and prefixes alike: %s", async (url) => {
    for (const what of ["object", "prefix"] as const) expect(s3Problem(url, what)).toMatch(/./);
    for (const open of [s3Source, s3Store]) {
      expect(await codeOf(Promise.resolve(url).then<object>((each) => open(each)))).toBe("invalid");
    }
  });

  it("do not repeat the secret", () => {
    expect(() => parseS3Url("s3://AKIA:sec/ret@bucket/x")).toThrow(
      /^s3:\/\/bucket\/x: .*no user, password or port/,
    );
  });

  it.each(["s3://bucket/.hidden", "s3://bucket/a..b/...", "s3://bucket/a%2F..%2Fb", "s3://b.u-c_k/a b?#"])(
    "are not taken for those that only look like them: %s",
    (url) => {
      expect([s3Problem(url, "object"), s3Problem(`${url}/`, "prefix")]).toEqual([undefined, undefined]);
    },
  );

  it.each(["s3://bucket", "s3://bucket/", "s3://bucket/folder/"])(
    "an object needs a key: %s",
    async (url) => {
      expect(s3Problem(url, "prefix")).toBeUndefined();
      expect(await codeOf(Promise.resolve().then(() => s3Source(url)))).toBe("invalid");
    },
  );
});

describe("objectUrl", () => {
  const at = (bucket: string, region: string, endpoint?: string) =>
    objectUrl({ bucket, key: "a/b c" }, region, endpoint).href;

  it("puts the bucket into the host at AWS, into the path elsewhere", () => {
    expect(at("granules", "us-west-2")).toBe("https://granules.s3.us-west-2.amazonaws.com/a/b%20c");
    expect(at("dotted.name", "us-west-2")).toBe("https://s3.us-west-2.amazonaws.com/dotted.name/a/b%20c");
    expect(at("Granules", "us-west-2")).toBe("https://s3.us-west-2.amazonaws.com/Granules/a/b%20c");
    expect(at("granules", "cn-north-1")).toBe("https://granules.s3.cn-north-1.amazonaws.com.cn/a/b%20c");
    expect(at("granules", "us-west-2", "http://host:9000/")).toBe("http://host:9000/granules/a/b%20c");
  });

  it("encodes what RFC 3986 does not leave alone", () => {
    expect(encodeKey("a/b+c (1)!*'~_.-%")).toBe("a/b%2Bc%20%281%29%21%2A%27~_.-%25");
  });
});
