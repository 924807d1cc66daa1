import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cellOf } from "@zagg/healpix";
import { fileSource } from "@zagg/storage";
import { runOracle } from "@zagg/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DatasetConfig } from "../terms/index.js";
import { readGranule } from "./read-granule.js";

interface Told {
  readonly points: number;
  readonly columns: Record<string, { dataset: DatasetConfig; values: readonly (number | null)[] }>;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-columns-"));
});
afterAll(() => rm(folder, { recursive: true }));

test.each(Array.from({ length: 12 }, (_, seed) => seed))(
  "columns of every shape and rate are those that numpy finds, seed %i",
  async (seed) => {
    const path = join(folder, `${seed}.h5`);
    const { points, columns } = (await runOracle("point_columns.py", path, String(seed))) as Told;
    const spec = {
      groups: ["a", "b"],
      latitude: "/{group}/lat",
      longitude: "/{group}/lon",
      columns: Object.entries(columns).map(([name, { dataset }]) => ({ name, dataset })),
      implicit: [],
      filters: [{ expression: "plain > -20", columns: { plain: "/{group}/plain" } }],
    };
    const grid = { parentOrder: 6, childOrder: 12, latitude: "authalic" } as const;
    const target = { ...grid, shard: cellOf(6, 10, -75, "authalic") };
    const read = await readGranule("a.h5", () => fileSource(path), spec, target);
    expect(read.failure).toBeUndefined();
    expect(read).toMatchObject({ absentGroups: 1, rowsScanned: points });
    const kept = columns.plain?.values.flatMap((value, i) => ((value as number) > -20 ? [i] : [])) ?? [];
    for (const [name, { values }] of Object.entries(columns)) {
      const column = read.points[0]?.columns.get(name);
      const ours = Array.from(column?.values ?? [], (value, i) =>
        column?.missing?.[i] || Number.isNaN(value) ? null : value,
      );
      expect(ours, name).toEqual(kept.map((i) => values[i]));
    }
  },
);
