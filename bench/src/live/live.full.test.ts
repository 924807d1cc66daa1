import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Nasa, startNasa, startS3Emulator } from "@zagg/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeSample } from "zagg";

const MAIN = fileURLToPath(new URL("../../dist/live/main.js", import.meta.url));

let folder: string;
let nasa: Nasa;
let close: () => Promise<unknown>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "zagg-live-test-"));
  const s3 = await startS3Emulator();
  nasa = await startNasa((await makeSample(folder, { granules: 56 })).granules, s3);
  close = () => Promise.all([nasa.close(), s3.close()]);
});
afterAll(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

/** Runs it beside the servers, which are in this process. */
async function live(environment: Readonly<Record<string, string>>, ...args: string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { ...process.env, ...environment },
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (part) => {
      text += part;
    });
  }
  const status = await new Promise((resolve) => child.on("close", resolve));
  return { status, text };
}

test("without a token nothing is asked", async () => {
  const before = nasa.requests.length;
  const { status, text } = await live({ ...nasa.environment, EARTHDATA_TOKEN: "" });
  expect({ status, text }).toMatchObject({ status: 2, text: /EARTHDATA_TOKEN is not set/ });
  expect(nasa.requests.length).toBe(before);
});

test("against servers that replay NASA: every dataset agrees with h5py, the shard is made and verified", async () => {
  const region = ["--bbox=-101,-78,-97,-76"];
  const { status, text } = await live({ ...nasa.environment, EARTHDATA_TOKEN: nasa.token }, ...region);
  expect({ status, text }).toMatchObject({ status: 0, text: /all agree/ });
  const evidence = JSON.parse(readFileSync(join(folder, "live-evidence.json"), "utf8"));
  expect(evidence.compared).toBeGreaterThan(20);
  expect(Object.keys(evidence.datasets).length).toBe(evidence.compared);
  expect(evidence.granule.layout.superblock).toBeGreaterThanOrEqual(0);
  expect(evidence.granule.size).toBeGreaterThan(evidence.by_ranges.bytes / 2);
  expect(evidence.run).toMatchObject({ failed: 0, written: 1 });
  expect(evidence.verification).toMatchObject({ ok: true });
});
