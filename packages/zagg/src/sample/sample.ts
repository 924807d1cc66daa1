import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { builtInText, catalogFromGranules, loadConfig, writeCatalog, ZaggError } from "@zagg/core";
import { outputErrors, writeWhole } from "../write-whole.js";
import { loadH5wasm, writeGranule } from "./granule-file.js";
import { planGranules, type SampleSize } from "./granule-plan.js";

export interface SampleOptions {
  /** How many; default 98 small ones or 1 full-size one. */
  readonly granules?: number;
  /** Default 1; the same seed gives the same bytes. */
  readonly seed?: number;
  /**
   * `small` (default): a pair of segments every 14 km, 0.1 MB a granule. `full`: every segment and dataset,
   * 120,000 segments a beam, more than 100 MB a granule.
   */
  readonly size?: SampleSize;
  /** After each granule. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What {@link makeSample} made. */
export interface Sample {
  /** Paths of the granules, in order of time. */
  readonly granules: readonly string[];
  readonly catalog: string;
  readonly config: string;
  /** Rows over all beams. */
  readonly segments: number;
  /** Of the granules. */
  readonly bytes: number;
}

/** A small sample covers the ice sheet with a web of tracks; one full-size granule is a benchmark. */
const DEFAULT_GRANULES: Readonly<Record<SampleSize, number>> = { small: 98, full: 1 };
const MAX_GRANULES = 1000;
/** Small samples are sparse, so their cells are 6 km wide and their shards 400 km. */
const SMALL_GRID = "parent_order: 4\n    child_order: 10";

/**
 * Makes synthetic ATL06 granules of a made-up Antarctica in `folder`, with a catalog and a config, ready for a run.
 * Needs the optional dependency h5wasm; throws {@link ZaggError} where it is missing, an option is wrong, or
 * `folder` cannot be written.
 *
 * @example
 * const sample = await makeSample("sample", { granules: 4 });
 * await agg(await loadConfig(sample.config), { catalog: sample.catalog, store: "sample/product.zarr" });
 */
export async function makeSample(folder: string, options: SampleOptions = {}): Promise<Sample> {
  const { size = "small", seed = 1, onProgress } = options;
  const count = options.granules ?? DEFAULT_GRANULES[size];
  if (!Number.isInteger(count) || count < 1 || count > MAX_GRANULES) {
    throw new ZaggError(
      "config",
      "granules",
      `granules is ${count}; it takes a whole number from 1 to ${MAX_GRANULES}`,
    );
  }
  const h5wasm = await loadH5wasm();
  const granuleFolder = join(folder, "granules");
  await outputErrors(granuleFolder, () => mkdir(granuleFolder, { recursive: true }));

  const granules: string[] = [];
  let segments = 0;
  let bytes = 0;
  for (const plan of planGranules(count, seed, size)) {
    const path = join(granuleFolder, plan.fileName);
    segments += await outputErrors(path, async () => writeGranule(h5wasm, path, plan));
    bytes += (await stat(path)).size;
    granules.push(path);
    onProgress?.(granules.length, count);
  }

  const config = join(folder, "sample.yaml");
  await writeWhole(config, sampleConfigText(size));
  const catalog = join(folder, "catalog.json");
  await writeCatalog(await catalogFromGranules(granules, await loadConfig(config)), catalog);
  return { granules, catalog, config, segments, bytes };
}

/** The extended built-in config, on a coarser grid for small samples. */
function sampleConfigText(size: SampleSize): string {
  const text = builtInText("atl06-extended");
  return size === "full" ? text : text.replace(/child_order: \d+/, SMALL_GRID);
}
