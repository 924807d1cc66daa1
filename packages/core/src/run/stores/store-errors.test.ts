import { memoryStore, StorageError, type StorageErrorCode, wrap } from "@zagg/storage";
import { expect, test } from "vitest";
import { withStoreErrors } from "./store-errors.js";

const failing = (code: StorageErrorCode) =>
  withStoreErrors(
    wrap(memoryStore(), {
      put: async () => {
        throw new StorageError(code, "/data/out", "no");
      },
    }),
  );

test.each<[StorageErrorCode, string]>([
  ["no-space", "free some space, then run the same command again"],
  ["denied", "check that you may write there"],
  ["auth", "check that you may write there"],
  ["network", "check the output store, then run the same command again"],
])("%s stops the run and says what to do", async (code, advice) => {
  await expect(failing(code).put("x", new Uint8Array())).rejects.toMatchObject({
    name: "ZaggError",
    kind: "store",
    code,
    message: `output store: /data/out: no; ${advice}`,
    data: { url: "/data/out" },
  });
});

test("a key that is taken is an answer", async () => {
  await expect(failing("exists").put("x", new Uint8Array())).rejects.toBeInstanceOf(StorageError);
});
