import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cellCentre, cellCount, type Grid } from "@zagg/healpix";
import { openProduct, writeState, writeTemplate } from "@zagg/product";
import { memoryStore } from "@zagg/storage";
import { runOracle, seededRandom } from "@zagg/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { discoverCells } from "../catalog/index.js";
import { stacItem } from "./item.js";

const TIME = { start: "2024-01-06T00:00:00.000Z", end: "2024-04-06T23:59:59.999Z" };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-stac-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** The item of a product all of whose shards are written, with the centres of its shards and of all others. */
async function caseOf(name: string, parentOrder: number, latitude: Grid["latitude"], shards: number[]) {
  const store = memoryStore();
  const spec = {
    grid: { parentOrder, childOrder: parentOrder + 1, latitude },
    shards,
    coordinates: { cell_ids: { dtype: "uint64", fillValue: 0, attrs: {} } },
    variables: { h_mean: { dtype: "float32", fillValue: "NaN", attrs: { units: "m" } } },
    codecs: "none",
    shardsPerObject: 1,
    provenance: { version: "0.2.0" },
    groupAttrs: {},
  } as const;
  await writeTemplate(store, spec);
  await writeState(store, spec, new Uint8Array(shards.length).fill(1), {});
  const item = await stacItem(await openProduct(store), { href: `../${name}.zarr`, time: TIME });
  const among = new Set(shards);
  const others = Array.from({ length: cellCount(parentOrder) }, (_, cell) => cell).filter(
    (cell) => !among.has(cell),
  );
  const centres = (cells: readonly number[]) => cells.map((cell) => cellCentre(parentOrder, cell, latitude));
  return { item: { ...item, id: name }, inside: centres(shards), outside: centres(others) };
}

test("items hold by STAC's schemas; footprints are valid and hold the shards, at poles and antimeridian too", async () => {
  const cases = [];
  for (const latitude of ["authalic", "geodetic"] as const) {
    const grid = { parentOrder: 6, latitude };
    const antarctica = discoverCells({ area: "antarctica" }, grid);
    // No track of ICESat-2 comes nearer to a pole than 88°.
    const withHole = antarctica.filter((cell) => cellCentre(6, cell, latitude)[1] > -88);
    cases.push(await caseOf(`antarctica ${latitude}`, 6, latitude, antarctica));
    cases.push(await caseOf(`antarctica with its hole ${latitude}`, 6, latitude, withHole));
    cases.push(
      await caseOf(`greenland ${latitude}`, 6, latitude, discoverCells({ area: "greenland" }, grid)),
    );
    for (const [name, bbox] of Object.entries({
      fiji: [175, -22, -175, -12],
      chukotka: [160, 60, -165, 72],
      "north pole": [-180, 80, 180, 90],
      "beside the antimeridian": [170, -5, 180, 5],
    } as const)) {
      cases.push(
        await caseOf(
          `${name} ${latitude}`,
          5,
          latitude,
          discoverCells({ area: "world", bbox }, { ...grid, parentOrder: 5 }),
        ),
      );
    }
  }
  const random = seededRandom(7);
  for (let order = 0; order < 5; order++) {
    for (const share of [0.1, 0.3, 0.5, 0.7, 0.9]) {
      const shards = Array.from({ length: cellCount(order) }, (_, cell) => cell).filter(
        () => random() < share,
      );
      if (shards.length > 0) cases.push(await caseOf(`random ${order} ${share}`, order, "authalic", shards));
    }
  }
  const path = join(folder, "cases.json");
  await writeFile(path, JSON.stringify(cases));
  expect(await runOracle("stac_items.py", path)).toEqual({ items: cases.length });
  expect(cases.length).toBeGreaterThan(35);
}, 120_000);
