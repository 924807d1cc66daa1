import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CmrFault, runZaggBeside, startCmrServer, trackGranules, trackItem } from "@zagg/testing";
import { expect, test } from "vitest";

const items = trackGranules(40).map(trackItem);

/** `zagg catalog --cycle 22` against a CMR with faults, in an empty folder. */
async function catalog(faults: readonly CmrFault[]) {
  const folder = await mkdtemp(join(tmpdir(), "zagg-faults-"));
  const cmr = await startCmrServer(items, faults);
  try {
    const result = await runZaggBeside(["catalog", "--cycle", "22", "--cmr-url", cmr.url, "--json"], folder);
    return { ...result, files: await readdir(folder), requests: cmr.requests.length };
  } finally {
    await cmr.close();
    await rm(folder, { recursive: true });
  }
}

test("502, 429 and JSON cut off are met with another try", async () => {
  const { status, stdout, stderr, files, requests } = await catalog([
    { kind: "status", status: 502 },
    { kind: "status", status: 429, headers: { "retry-after": "1" } },
    { kind: "truncated" },
  ]);
  expect(status).toBe(0);
  expect(JSON.parse(stdout).granules).toBeGreaterThan(30);
  expect(files).toEqual(["catalog_ATL06_cycle22_order6.json"]);
  expect(stderr).toMatch(/waiting for 127\.0\.0\.1/); // the tries took seconds, and a word was due
  expect(requests).toBe(4);
});

test.each<[string, CmrFault[], string]>([
  [
    "fewer granules than hits",
    [
      { kind: "hits", hits: 41 },
      { kind: "hits", hits: 41 },
    ],
    "has 41 granules but sent 40",
  ],
  ["an empty page too early", [{ kind: "empty" }], "has 40 granules but sent 0"],
])("%s: exit code 4, told, no catalog", async (_, faults, message) => {
  const { status, stdout, stderr, files } = await catalog(faults);
  expect({ status, stdout, files }).toEqual({ status: 4, stdout: "", files: [] });
  expect(stderr).toContain(message);
});

test("a revision of a granule is not counted beside it", async () => {
  const [first, ...others] = trackGranules(40);
  const [older, newer] = ["_01.h5", "_02.h5"].map((end) => ({
    ...first,
    id: first?.id.replace("_01.h5", end) ?? "",
  }));
  const revised = [...others, older, newer] as ReturnType<typeof trackGranules>;
  const cmr = await startCmrServer(revised.map(trackItem));
  const folder = await mkdtemp(join(tmpdir(), "zagg-faults-"));
  const search = ["catalog", "--cycle", "22", "--area", "world", "--parent-order", "3", "--output", "c.json"];
  const { status, stderr } = await runZaggBeside([...search, "--cmr-url", cmr.url], folder);
  const { granules, metadata } = JSON.parse(await readFile(join(folder, "c.json"), "utf8"));
  await cmr.close();
  await rm(folder, { recursive: true });
  expect(status, stderr).toBe(0);
  expect(stderr).toContain(`${older?.id} is left out: ${newer?.id} is a newer file of the same granule`);
  expect(granules).toHaveLength(40);
  expect(metadata.unusable).toEqual([{ id: older?.id, reason: "older", instead: newer?.id }]);
});
