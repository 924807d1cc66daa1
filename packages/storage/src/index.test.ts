import { expect, it } from "vitest";
import * as browser from "./browser.js";
import * as node from "./index.js";

it("exports what it always did", () => {
  expect(Object.keys(node).sort()).toMatchInlineSnapshot(`
    [
      "EARTHDATA_HOSTS",
      "HEAD_BYTES",
      "RETRY_POLICY",
      "StorageError",
      "diskCache",
      "fileSource",
      "httpSource",
      "isStorageError",
      "localStore",
      "memoryStore",
      "newCounters",
      "redactUrl",
      "s3Source",
      "s3Store",
      "standardCredentials",
      "withDiskCache",
      "withRetry",
    ]
  `);
  expect(Object.keys(browser).sort()).toMatchInlineSnapshot(`
    [
      "HEAD_BYTES",
      "RETRY_POLICY",
      "StorageError",
      "httpSource",
      "isStorageError",
      "memoryStore",
      "redactUrl",
    ]
  `);
});
