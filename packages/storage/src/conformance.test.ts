import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startHttpServer, startS3Emulator } from "@zagg/testing";
import { examineSource } from "./conformance/sources.js";
import { examineStore } from "./conformance/stores.js";
import { httpSource as browserHttpSource } from "./http/http-source.browser.js";
import { httpSource } from "./http/http-source.js";
import { fileSource } from "./local/file-source.js";
import { localStore } from "./local/local-store.js";
import { memoryStore } from "./memory-store.js";
import { s3Source } from "./s3/s3-source.js";
import { s3Store } from "./s3/s3-store.js";

// The assertions are those of `examineSource` and `examineStore`, which every source and store has to meet alike.

const principal = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret+/=", sessionToken: "token/+==" };
const credentials = async () => principal;

async function temporaryFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "zagg-storage-"));
  return { path, remove: () => rm(path, { recursive: true }) };
}

examineSource("file", async () => {
  const folder = await temporaryFolder();
  return {
    async make(name, bytes) {
      const path = join(folder.path, name);
      await writeFile(path, bytes);
      return fileSource(path);
    },
    missing: () => fileSource(join(folder.path, "missing")),
    close: folder.remove,
  };
});

for (const [name, open] of [
  ["http", httpSource],
  ["http in a browser", browserHttpSource],
] as const) {
  examineSource(name, async () => {
    const server = await startHttpServer();
    return {
      async make(path, bytes) {
        server.objects.set(`/${path}`, bytes);
        return open(`${server.url}/${path}`);
      },
      missing: () => open(`${server.url}/missing`),
      close: server.close,
    };
  });
}

examineSource("s3, emulator", async () => {
  const server = await startS3Emulator({ principals: [principal] });
  server.addBucket("granules", { region: "eu-central-1" });
  const options = { endpoint: server.url, credentials };
  const store = s3Store("s3://granules", options);
  return {
    async make(name, bytes) {
      await store.put(name, bytes);
      return s3Source(`s3://granules/${name}`, options);
    },
    missing: () => s3Source("s3://granules/missing", options),
    close: server.close,
  };
});

examineStore("memory", 2500, async () => ({ make: memoryStore, close: async () => undefined }));

examineStore("local", 2500, async () => {
  const folder = await temporaryFolder();
  return { make: (name) => localStore(join(folder.path, name)), close: folder.remove };
});

examineStore("s3, emulator", 2500, async () => {
  const server = await startS3Emulator({ principals: [principal] });
  server.addBucket("products");
  const options = { endpoint: server.url, credentials };
  return { make: (name) => s3Store(`s3://products/runs/${name}`, options), close: server.close };
});
