import { expect, it } from "vitest";
import * as browser from "./browser.js";
import * as node from "./index.js";

it("exports what it always did", () => {
  expect(Object.keys(node).sort()).toMatchInlineSnapshot(`
    [
      "RETRY_POLICY",
      "StorageError",
      "ask",
      "diskCache",
      "fileSource",
      "httpSource",
      "httpStore",
      "httpsAgent",
      "isStorageError",
      "localStore",
      "memoryStore",
      "newCounters",
      "passOnWait",
      "proxySettings",
      "readWhole",
      "redactUrl",
      "s3Problem",
      "s3Source",
      "s3Store",
      "standardCredentials",
      "tellWaits",
      "watchWait",
      "withAbort",
      "withDiskCache",
      "withErrors",
      "withRetry",
      "wrap",
      "wrapEach",
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
