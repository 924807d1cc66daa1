/**
 * `npm run live`: the whole way once, against NASA itself. Asks CMR for the granules of a small region, reads one of
 * them by byte ranges and again whole, compares every dataset that the config names with what h5py reads, makes one shard
 * over https, verifies it, and writes down what it saw. Needs EARTHDATA_TOKEN and some 300 MB of line.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type CatalogGranule, loadCatalog, loadConfig, VERSION } from "@zagg/core";
import { httpSource } from "@zagg/storage";
import { type Described, pathsOf, readByRanges } from "./by-ranges.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const ZAGG = join(ROOT, "packages/zagg/bin/zagg.js");
const PYTHON = join(ROOT, ".venv/bin/python");
/** Hosts that the token is for. */
const ARCHIVE = [".earthdata.nasa.gov", ".earthdatacloud.nasa.gov"];

const { values: options } = parseArgs({
  options: {
    cycle: { type: "string", default: "22" },
    // A corner of Pine Island Glacier: few shards, some granules each.
    bbox: { type: "string", default: "-101,-75.6,-99,-75.1" },
    output: { type: "string", default: "live-evidence.json" },
  },
});

const token = process.env.EARTHDATA_TOKEN?.trim();
if (!token) {
  console.error(
    "EARTHDATA_TOKEN is not set: this reads NASA's archive (a token: https://urs.earthdata.nasa.gov)",
  );
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "zagg-live-"));
try {
  const evidence = await live(folder, token);
  writeFileSync(options.output, `${JSON.stringify(evidence, null, 2)}\n`);
  console.log(`all agree; the evidence is in ${options.output}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function live(folder: string, token: string): Promise<object> {
  const config = await loadConfig("atl06");
  const catalogPath = join(folder, "catalog.json");
  zagg("catalog", "--cycle", options.cycle, "--bbox", options.bbox, "--output", catalogPath);
  const catalog = await loadCatalog(catalogPath);
  const shard = catalog.shards
    .filter(({ granules }) => granules.length > 0)
    .sort((a, b) => a.granules.length - b.granules.length)[0];
  const granule = shard && catalog.granules[shard.granules[0] as number];
  if (!shard || !granule?.https) throw new Error("CMR knows no granule there that has an https link");

  console.log(`granule ${granule.id}: by ranges, then whole`);
  const paths = pathsOf(config);
  const ranges = await byRanges(granule.https, token, paths);
  const whole = await download(granule, token, join(folder, "granule.h5"));
  const h5py = python("live_granule.py", join(folder, "granule.h5"), ...paths);
  const compared = compare(ranges.datasets, h5py.datasets);

  console.log(`shard ${shard.id}: ${shard.granules.length} granules over https`);
  const store = join(folder, "product.zarr");
  const run = ["--driver", "https", "--morton-cell", shard.id, "--json"];
  const summary = zagg("run", "--catalog", catalogPath, "--store", store, ...run);
  const verification = zagg("verify", store, "--sample", "1", "--json");
  return {
    format: "zagg-live/1",
    date: new Date().toISOString(),
    versions: { zagg: VERSION, node: process.versions.node, h5py: h5py.h5py, hdf5: h5py.hdf5 },
    catalog: {
      cycle: options.cycle,
      bbox: options.bbox,
      ...catalog.metadata,
      granules: catalog.granules.length,
    },
    granule: { id: granule.id, size: whole, version: ranges.version, layout: h5py.layout },
    by_ranges: { requests: ranges.requests, bytes: ranges.bytes, share: ranges.bytes / whole },
    datasets: h5py.datasets,
    compared,
    run: JSON.parse(summary),
    verification: JSON.parse(verification),
  };
}

async function byRanges(url: string, token: string, paths: readonly string[]) {
  const source = httpSource(url, { token: async () => token, tokenHosts: ARCHIVE });
  try {
    return await readByRanges(source, paths);
  } finally {
    await source.close();
  }
}

/** The granule as everybody else reads it; its size. */
async function download({ https }: CatalogGranule, token: string, path: string): Promise<number> {
  const source = httpSource(String(https), { token: async () => token, tokenHosts: ARCHIVE });
  try {
    const size = await source.size();
    writeFileSync(path, await source.read(0, size));
    return size;
  } finally {
    await source.close();
  }
}

/** Number of datasets, which all agree; throws for the first that does not. */
function compare(
  ours: Readonly<Record<string, Described>>,
  theirs: Readonly<Record<string, Described>>,
): number {
  const paths = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
  for (const path of paths) {
    const [a, b] = [ours[path], theirs[path]].map((d) => d && `${d.dtype} [${d.shape}] ${d.sha256}`);
    if (a !== b) throw new Error(`${path}: by ranges ${a ?? "absent"}, by h5py ${b ?? "absent"}`);
  }
  if (paths.length === 0) throw new Error("the granule has none of the datasets that the config names");
  return paths.length;
}

function zagg(...args: string[]): string {
  return ran(process.execPath, [ZAGG, ...args]);
}

function python(script: string, ...args: string[]) {
  return JSON.parse(ran(PYTHON, [join(ROOT, "oracle", script), ...args]));
}

function ran(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${[command, ...args].join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}
