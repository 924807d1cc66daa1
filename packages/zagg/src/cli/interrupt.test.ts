import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openStores, verifyProduct } from "@zagg/core";
import { runZagg, startZagg, type ZaggProcess } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-interrupt-"));
  expect(runZagg(["sample", "--output", "sample", "--granules", "20"], folder).status).toBe(0);
});
afterAll(() => rm(folder, { recursive: true }));

const run = (store: string) => [
  ...["run", "--config", "sample/sample.yaml", "--catalog", "sample/catalog.json", "--store", store],
  ...["--max-workers", "2", "--verbose"],
];

async function untilSaid(child: ZaggProcess, text: string): Promise<void> {
  while (!child.stderr().includes(text)) await sleep(2);
}

describe("a run that is interrupted", () => {
  test("first finishes what is under way and writes its summary: exit code 130; the same command goes on", async () => {
    const child = startZagg(run("once.zarr"), { cwd: folder });
    await untilSaid(child, " written: ");
    child.kill("SIGINT");
    const { status, stderr } = await child.done;
    expect(status, stderr).toBe(130);
    expect(stderr).toContain("shards under way are finished");
    const summary = JSON.parse(await readFile(join(folder, "once.zarr.run/summary.json"), "utf8"));
    expect(summary).toMatchObject({ interrupted: true, failed: 0 });
    expect(summary.pending).toBeGreaterThan(0);
    expect(summary.written + summary.empty + summary.pending).toBe(summary.total_shards);
    const stores = openStores(join(folder, "once.zarr"));
    expect(await verifyProduct(stores)).toMatchObject({ ok: true, complete: false });

    const resumed = runZagg(run("once.zarr"), folder);
    expect(resumed.status).toBe(0);
    expect(resumed.stderr).toMatch(/resume: skipping \d+ shards \(\d+ written/);
    expect(await verifyProduct(stores)).toMatchObject({ ok: true, complete: true });
  });

  test("the second time stops at once", async () => {
    const child = startZagg(run("twice.zarr"), { cwd: folder });
    await untilSaid(child, " written: ");
    child.kill("SIGINT");
    await untilSaid(child, "once more stops at once");
    child.kill("SIGINT");
    expect((await child.done).status).toBe(130);
    expect(runZagg(run("twice.zarr"), folder).status).toBe(0);
    const stores = openStores(join(folder, "twice.zarr"));
    expect(await verifyProduct(stores)).toMatchObject({ ok: true, complete: true });
  });
});

/** A store that does not answer: nobody listens where its endpoint is. */
const SILENT = {
  AWS_ENDPOINT_URL: "http://127.0.0.1:9",
  AWS_ACCESS_KEY_ID: "a",
  AWS_SECRET_ACCESS_KEY: "b",
  AWS_PROFILE: "",
};

describe("a command that waits", () => {
  test.each(["SIGINT", "SIGTERM"] as const)(
    "says for what, and ends at once at %s, since no shard is under way",
    async (signal) => {
      const child = startZagg(run("s3://bucket/x"), { cwd: folder, env: SILENT });
      await untilSaid(child, "waiting for s3://bucket");
      child.kill(signal);
      const { status, stderr } = await child.done;
      expect(status, stderr).toBe(130);
      expect(stderr).toMatch(/waiting for s3:\/\/bucket: no answer for 3 s \(connect ECONNREFUSED/);
      expect(stderr).toContain("no shard was under way");
      expect(stderr).not.toContain("shards under way are finished");
    },
  );
});
