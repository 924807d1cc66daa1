import { availableParallelism, cpus } from "node:os";
import { benchAggregate } from "./aggregate.js";
import { benchCoverage } from "./coverage.js";
import { benchCycle } from "./cycle.js";
import { benchGranule } from "./granule.js";
import { benchHealpix } from "./healpix.js";
import { benchLarge } from "./large.js";
import { type Line, printTable } from "./line.js";
import { benchPhotons } from "./photons.js";
import { benchRaster } from "./raster.js";
import { benchReader } from "./reader.js";
import { benchSmallGranules } from "./small-granules.js";
import { benchViewer } from "./viewer.js";

/** What `npm run bench -- NAME…` can run; all of it without names. */
const BENCHES: Readonly<Record<string, { readonly title: string; run(): Line[] | Promise<Line[]> }>> = {
  healpix: { title: "Cells of 4 M points, one thread", run: benchHealpix },
  coverage: { title: "Footprints of a cycle to shards, one thread", run: benchCoverage },
  aggregate: { title: "A mean shard's statistics, one thread", run: benchAggregate },
  granule: { title: "One granule for one shard, local file, one thread", run: benchGranule },
  cycle: { title: "Full-length granules to products, whole processes", run: benchCycle },
  photons: { title: "ATL03 beside ATL06, granule to product, whole processes", run: benchPhotons },
  "small-granules": { title: "4,103 small granules to a product, whole processes", run: benchSmallGranules },
  large: { title: "Memory of a dense shard and of a long track, whole processes", run: benchLarge },
  raster: { title: "Antarctica at 2 km, whole processes", run: benchRaster },
  viewer: { title: "Antarctica in Chromium, software rendering", run: benchViewer },
  reader: { title: "Reading one shard of a granule, 30 ms latency", run: benchReader },
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(`no bench is called ${unknown.join(", ")}; there are: ${Object.keys(BENCHES).join(", ")}`);
  process.exit(2);
}

console.log(
  `${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores, Node ${process.versions.node}`,
);
for (const [name, { title, run }] of Object.entries(BENCHES)) {
  if (names.length === 0 || names.includes(name)) printTable(`${name}: ${title}`, await run());
}
