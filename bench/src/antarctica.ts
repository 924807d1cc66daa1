import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Config, discoverCells, openStores } from "@zagg/core";
import { productSpec, writeShard, writeState, writeTemplate } from "@zagg/product";
import { mulberry32 } from "./random.js";

const PARENT_ORDER = 6;
const CHILD_ORDER = 12;
const CELLS = 4 ** (CHILD_ORDER - PARENT_ORDER);

const CONFIG = {
  aggregation: {
    coordinates: {},
    variables: {
      count: { function: "len", params: {}, dtype: "int32", fillValue: 0, attrs: {} },
      h_mean: { function: "mean", params: {}, dtype: "float32", fillValue: "NaN", attrs: { units: "m" } },
    },
  },
  output: { grid: { type: "healpix", indexingScheme: "nested", childOrder: CHILD_ORDER }, codecs: "gzip" },
} as const satisfies Pick<Config, "aggregation" | "output">;

/** All shards of Antarctica, every cell with points: more than a mission fills, so the worst to draw. */
export async function withAntarctica<T>(use: (path: string, cells: number) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "zagg-bench-"));
  try {
    const path = join(folder, "antarctica.zarr");
    const grid = { parentOrder: PARENT_ORDER, childOrder: CHILD_ORDER, latitude: "authalic" } as const;
    const shards = discoverCells({ area: "antarctica" }, grid);
    const { product } = openStores(path);
    const spec = productSpec(CONFIG, grid, shards, {});
    const random = mulberry32(1);
    await writeTemplate(product, spec);
    for (const k of shards.keys()) {
      const height = 4000 * random();
      const count = Int32Array.from({ length: CELLS }, () => 1 + Math.floor(400 * random()));
      const mean = Float32Array.from({ length: CELLS }, (_, i) => height + i / 10);
      await writeShard(
        product,
        spec,
        k,
        new Map<string, Int32Array | Float32Array>([
          ["count", count],
          ["h_mean", mean],
        ]),
      );
    }
    await writeState(product, spec, new Uint8Array(shards.length).fill(1), {});
    return await use(path, shards.length * CELLS);
  } finally {
    await rm(folder, { recursive: true });
  }
}
