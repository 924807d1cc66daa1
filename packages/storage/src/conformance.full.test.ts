import { type S3Options, s3Source, s3Store } from "@zagg/storage";
import { startVersitygw, versitygw } from "@zagg/testing";
import { describe, expect, it } from "vitest";
import { codeOf, examineSource, pattern } from "./conformance/sources.js";
import { examineStore } from "./conformance/stores.js";

/** The same suites against an S3 server that we did not write. */
describe.skipIf(!versitygw.present)(`versitygw (${versitygw.reason})`, () => {
  async function start() {
    const server = await startVersitygw(["bucket"]);
    const options: S3Options = { endpoint: server.url, credentials: async () => server.root };
    return { server, options };
  }

  examineSource("s3, versitygw", async () => {
    const { server, options } = await start();
    const store = s3Store("s3://bucket", options);
    return {
      async make(name, bytes) {
        await store.put(name, bytes);
        return s3Source(`s3://bucket/${name}`, options);
      },
      missing: () => s3Source("s3://bucket/missing", options),
      close: server.close,
    };
  });

  examineStore("s3, versitygw", 2500, async () => {
    const { server, options } = await start();
    return { make: (name) => s3Store(`s3://bucket/runs/${name}`, options), close: server.close };
  });

  it("refuses a wrong secret, an unknown key and no credentials at all", async () => {
    const { server, options } = await start();
    await s3Store("s3://bucket", options).put("k", pattern(10));
    const wrong = async () => ({ ...server.root, secretAccessKey: "wrong" });
    const unknown = async () => ({ ...server.root, accessKeyId: "unknown" });
    const read = (credentials: S3Options["credentials"]) =>
      codeOf(s3Source("s3://bucket/k", { ...options, credentials }).size());
    expect(await read(wrong)).toBe("auth");
    expect(await read(unknown)).toBe("auth");
    expect(await read(undefined)).toBe("denied");
    await server.close();
  });
});
