import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { planOf } from "../../testing/sample-run.js";
import { readStage } from "./read-stage.js";

const plan = planOf();
const sized = { ...plan, granules: plan.granules.map((granule, i) => ({ ...granule, size: (i + 1) * 1e6 })) };
const now = new Date("2026-01-01T12:00:00Z");
const WINDOW = 5 * 60_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-stage-"));
  for (const [position, minutes] of [9, 4, 2].entries()) {
    const id = encodeURIComponent(plan.granules[position]?.id ?? "");
    await mkdir(join(folder, id));
    const receipt = join(folder, id, "abc.json");
    await writeFile(receipt, "{}");
    const at = new Date(now.getTime() - minutes * 60_000);
    await utimes(receipt, at, at);
    await writeFile(join(folder, id, "abc.0.bin"), "");
  }
  await mkdir(join(folder, "no%20granule.h5"));
  await writeFile(join(folder, "no%20granule.h5", "abc.json"), "{}");
});
afterAll(() => rm(folder, { recursive: true }));

test("granules with a receipt are read; the rate is that of the last minutes, by bytes", async () => {
  // 1, 2 and 3 of 1 + 2 + 3 + 4 MB; the last 5 MB took four minutes.
  expect(await readStage(sized, folder, now, WINDOW)).toEqual({
    granules: 3,
    total_granules: 4,
    bytes: 6e6,
    total_bytes: 10e6,
    bytes_per_minute: 1.25e6,
    eta_s: (4 / 1.25) * 60,
  });
  const later = new Date("2026-01-01T13:00:00Z");
  expect(await readStage(sized, folder, later, WINDOW)).toMatchObject({ bytes_per_minute: 0, eta_s: null });
});

test("without extracts there is nothing to tell", async () => {
  expect(await readStage(plan, join(folder, "none"), now, WINDOW)).toBeUndefined();
});
