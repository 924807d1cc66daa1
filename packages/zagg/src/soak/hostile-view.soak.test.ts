import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { BIN, hostileStores, placesInProduct, type StoreObjects } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { smallProduct } from "../testing/small-product.js";

/** Most that `zagg view` may take: seconds of work, and of waiting on a busy machine; kilobytes. */
const MOST = { work: 10, wait: 300, memory: 1_000_000 };
/** Longer than any object that a page takes, in bytes. */
const LONG = 5e8;
const GROUP = "3";

let folder: string;
let good: StoreObjects;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-hostile-view-"));
  good = await smallProduct();
});
afterAll(() => rm(folder, { recursive: true }));

/** Tells the most memory of a process, on its last line. */
const PEAK = encodeURIComponent(
  "process.on('exit', () => process.stderr.write('\\npeak ' + process.resourceUsage().maxRSS + '\\n'))",
);

/** Shows a store; `address` resolves once it is served, to nothing where it is not. */
function view(path: string) {
  const env = { ...process.env, NO_COLOR: "1", NODE_OPTIONS: `--import=data:text/javascript,${PEAK}` };
  const limited = `ulimit -t ${MOST.work}; exec "$@"`;
  const child = spawn("sh", ["-c", limited, "sh", process.execPath, BIN, "view", path], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: MOST.wait * 1000,
    killSignal: "SIGKILL",
  });
  let [stdout, stderr] = ["", ""];
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdout.setEncoding("utf8");
  const done = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  const served = new Promise<string>((resolve) => {
    child.stdout.on("data", (text: string) => {
      stdout += text;
      if (stdout.endsWith("\n")) resolve(stdout.trim());
    });
  });
  const ended = async () => {
    const status = await done;
    const [, said = stderr, peak] = /^(.*)\npeak (\d+)\n$/s.exec(stderr) ?? [];
    return { status, stdout, stderr: said, peak: Number(peak) };
  };
  return {
    address: Promise.race([served, done.then(() => undefined)]),
    stop: () => child.kill("SIGINT"),
    ended: ended(),
  };
}

/** Asks for every object as the page does, and as it does not: all at once, whole, in part, and how long it is. */
async function askForAll(address: string, keys: Iterable<string>): Promise<void> {
  const store = new URL("store/", address);
  const asked = [...keys].flatMap((key) => [
    fetch(new URL(key, store)),
    fetch(new URL(key, store), { method: "HEAD" }),
    fetch(new URL(key, store), { headers: { range: "bytes=0-9" } }),
    fetch(new URL(key, store), { headers: { range: "bytes=0-499999999" } }),
  ]);
  for (const answer of await Promise.all(asked)) {
    expect([200, 206, 400, 403, 404, 416, 502]).toContain(answer.status);
    const length = Number(answer.headers.get("content-length"));
    const isHead = answer.body === null;
    let got = 0;
    for await (const part of answer.body ?? []) {
      got += (part as Uint8Array).length;
      if (got > LONG) break; // and goes away, as a page does that takes no more
    }
    expect(isHead ? length : got).toBeGreaterThanOrEqual(Math.min(length, LONG));
  }
  expect((await fetch(new URL("../", store))).status).toBe(200);
}

const ALL = [
  ...hostileStores(GROUP).map(({ name, change }) => [name, (path: string) => changed(path, change)] as const),
  ...placesInProduct(GROUP).map(
    ({ name, change }) => [name, (path: string) => spoilt(path, change)] as const,
  ),
];
const KINDS = process.env.ZAGG_SOAK === "1" ? ALL : ALL.filter((_, i) => i % 10 === 0);

async function changed(path: string, change: (objects: StoreObjects) => void): Promise<void> {
  const objects = new Map(good);
  change(objects);
  for (const [key, bytes] of objects) {
    await mkdir(dirname(join(path, key)), { recursive: true });
    await writeFile(join(path, key), bytes);
  }
}

async function spoilt(path: string, change: (path: string) => Promise<unknown>): Promise<void> {
  await changed(path, () => undefined);
  await change(path);
}

describe.skipIf(process.platform === "win32")("zagg view of a hostile store", () => {
  test.each(KINDS)("%s: refused in a line, or served until it is stopped", async (name, change) => {
    const path = join(folder, `${name.replaceAll(/\W/g, "-").slice(0, 60)}.zarr`);
    await change(path);
    const viewer = view(path);
    const address = await viewer.address;
    if (address !== undefined) {
      await askForAll(address, good.keys());
      viewer.stop();
    }
    const { status, stdout, stderr, peak } = await viewer.ended;
    expect(peak, stderr).toBeLessThan(MOST.memory);
    expect(stderr.trim().split("\n"), stderr).toHaveLength(1);
    expect(stderr.length).toBeLessThan(1000);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
    expect(stdout + stderr).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
    expect(status, stderr).toBe(address === undefined ? 5 : 0);
    await rm(path, { recursive: true });
  });
});
