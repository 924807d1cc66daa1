import { expect, it } from "vitest";
import * as browser from "./browser.js";
import * as node from "./index.js";

it("exports what it always did", () => {
  expect(Object.keys(node).sort()).toMatchInlineSnapshot(`
    [
      "RETRY_POLICY",
      "StorageError",
      "diskCache",
      "fileSource",
      "httpSource",
      "httpStore",
      "isStorageError",
      "localStore",
      "memoryStore",
      "newCounters",
      "passOnWait",
      "readWhole",
      "redactUrl",
      "s3Problem",
      "s3Source",
      "s3Store",
      "standardCredentials",
      "tellWaits",
      "withAbort",
      "withDiskCache",
      "withErrors",
      "withRetry",
      "wrap",
    ]
  `);
  expect(Object.keys(browser).sort()).toMatchInlineSnapshot(`
    [
      "RETRY_POLICY",
      "StorageError",
      "httpSource",
      "httpStore",
      "isStorageError",
      "memoryStore",
      "readWhole",
      "redactUrl",
    ]
  `);
});
