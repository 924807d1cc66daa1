import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { TestServer } from "./http-server-listen.js";
import type { Principal } from "./s3-emulator-auth.js";

/** What `scripts/versitygw.sh` installs. */
const PROGRAM = fileURLToPath(new URL("../../.tools/bin/versitygw", import.meta.url));

/** An S3 server that we did not write; tests against it are `*.full.test.ts`. */
export const versitygw: { readonly present: boolean; readonly reason: string } = {
  present: existsSync(PROGRAM),
  reason: "needs scripts/versitygw.sh",
};

export interface Versitygw extends TestServer {
  readonly root: Principal;
  readonly region: string;
}

/** Starts versitygw over a temporary folder with the given buckets. */
export async function startVersitygw(buckets: readonly string[]): Promise<Versitygw> {
  const folder = await mkdtemp(join(tmpdir(), "versitygw-"));
  for (const bucket of buckets) await mkdir(join(folder, "data", bucket), { recursive: true });
  await mkdir(join(folder, "iam"));
  const root = { accessKeyId: "root", secretAccessKey: "versity-secret" };
  const region = "us-west-2";
  const port = await freePort();
  const options = [
    "--port",
    `127.0.0.1:${port}`,
    "--iam-dir",
    join(folder, "iam"),
    "--region",
    region,
    "--quiet",
  ];
  const child = spawn(PROGRAM, [...options, "posix", join(folder, "data")], {
    env: { ...process.env, ROOT_ACCESS_KEY: root.accessKeyId, ROOT_SECRET_KEY: root.secretAccessKey },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const url = `http://127.0.0.1:${port}`;
  await whenReady(child, url);
  return {
    url,
    root,
    region,
    async close() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function whenReady(child: ChildProcess, url: string): Promise<void> {
  let said = "";
  child.stderr?.on("data", (bytes) => {
    said += bytes;
  });
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) break;
    if (await fetch(url).catch(() => undefined)) return;
    await sleep(50);
  }
  child.kill();
  throw new Error(`versitygw did not start: ${said}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
