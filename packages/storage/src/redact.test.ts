import { expect, it } from "vitest";
import { redactUrl } from "./redact.js";

it.each([
  ["https://host/a/b.h5?X-Amz-Signature=abc&Expires=1", "https://host/a/b.h5?…"],
  ["https://user:pass@host:8443/a", "https://host:8443/a"],
  ["https://user:p@ss@host/a@b", "https://host/a@b"],
  ["https://host/a#token=1", "https://host/a?…"],
  ["HTTPS://host?sig=1", "HTTPS://host?…"],
  ["s3://bucket/key", "s3://bucket/key"],
  ["s3://bucket/a@b", "s3://bucket/a@b"],
  ["s3://AKIA:ab/c+d@bucket/key", "s3://bucket/key"],
  ["https://user:p?ss#w@host/a", "https://host/a"],
  ["/data/what?.h5", "/data/what?.h5"],
  ["C:\\data\\a.h5", "C:\\data\\a.h5"],
])("%s -> %s", (url, shown) => {
  expect(redactUrl(url)).toBe(shown);
});
