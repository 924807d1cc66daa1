import { startFaultProxy, startVersitygw, versitygw } from "@zagg/testing";
import { AwsClient } from "aws4fetch";
import { describe, expect, it } from "vitest";
import { examineFaults, IMPATIENT } from "./conformance/faults.js";
import { codeOf, examineSource, pattern, sameBytes } from "./conformance/sources.js";
import { examineStore, listed } from "./conformance/stores.js";
import type { S3Options } from "./s3/peer.js";
import { s3Source } from "./s3/s3-source.js";
import { s3Store } from "./s3/s3-store.js";

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

  examineFaults("s3, versitygw", async () => {
    const { server, options } = await start();
    const proxy = await startFaultProxy(server.url);
    const direct = s3Store("s3://bucket", options);
    return {
      proxy,
      open: (retry = IMPATIENT) =>
        s3Source("s3://bucket/granule", { ...options, endpoint: proxy.url, retry }),
      replace: (bytes) => direct.put("granule", bytes),
      async close() {
        await proxy.close();
        await server.close();
      },
    };
  });

  it("lets anyone read a bucket whose policy says so, and nobody else write", async () => {
    const { server, options } = await start();
    await s3Store("s3://bucket", options).put("k", pattern(10));
    const statement = {
      Effect: "Allow",
      Principal: "*",
      Action: ["s3:GetObject", "s3:ListBucket"],
      Resource: ["arn:aws:s3:::bucket", "arn:aws:s3:::bucket/*"],
    };
    const body = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    const client = new AwsClient({ ...server.root, service: "s3", region: server.region });
    const answer = await client.fetch(`${server.url}/bucket?policy`, { method: "PUT", body });
    expect(answer.ok).toBe(true);
    const anonymous = s3Store("s3://bucket", { endpoint: server.url });
    sameBytes(await anonymous.get("k"), pattern(10));
    expect(await listed(anonymous, "")).toMatchObject([{ key: "k", size: 10 }]);
    expect(await codeOf(anonymous.put("k", pattern(1)))).toBe("denied");
    expect(await codeOf(anonymous.delete(["k"]))).toBe("denied");
    await server.close();
  });

  it("refuses a wrong secret, an unknown key, a made-up session token and no credentials at all", async () => {
    const { server, options } = await start();
    await s3Store("s3://bucket", options).put("k", pattern(10));
    const wrong = async () => ({ ...server.root, secretAccessKey: "wrong" });
    const unknown = async () => ({ ...server.root, accessKeyId: "unknown" });
    const read = (credentials: S3Options["credentials"]) =>
      codeOf(s3Source("s3://bucket/k", { ...options, credentials }).size());
    expect(await read(wrong)).toBe("auth");
    expect(await read(unknown)).toBe("auth");
    expect(await read(async () => ({ ...server.root, sessionToken: "made up" }))).toBe("auth");
    expect(await read(undefined)).toBe("denied");
    await server.close();
  });
});
