// Dispatches a plan of very many shards, for the fan-out test: node scripts/fan-out.mjs SHARDS event|sync STORE
// Prints {summary, seconds, peakMb, descriptors: [before, after]} as its last line.
import { readdirSync } from "node:fs";
import { openLambdaRun } from "@zagg/aws";
import { defaultConfig, makePlan, runPlan } from "@zagg/core";
import { mortonOf } from "@zagg/healpix";

const [count, invoke, store] = [Number(process.argv[2]), process.argv[3], process.argv[4]];
const grid = { parentOrder: 6, childOrder: 7, latitude: "authalic" };
const ids = Array.from({ length: count }, (_, nested) => [
  String(mortonOf(grid.parentOrder, nested)),
  nested,
]);
const nestedOf = new Map(ids);
// One variable, so that a shard has one chunk.
const { aggregation, ...config } = defaultConfig();
const { count: points } = aggregation.variables;
const plan = makePlan(
  {
    ...config,
    aggregation: { ...aggregation, variables: { count: points } },
    dataSource: { ...config.dataSource, driver: "s3" },
  },
  {
    format: "zagg-catalog/2",
    metadata: { grid: { parentOrder: grid.parentOrder, latitude: grid.latitude } },
    granules: [{ id: "g.h5", s3: "s3://granules/g.h5", size: 1e8 }],
    shards: ids.map(([id]) => ({ id, granules: [0] })),
  },
  grid,
  (id) => nestedOf.get(id),
);

let peak = 0;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 100);
const descriptors = () => readdirSync("/proc/self/fd").length;
const before = descriptors();
const started = performance.now();

const run = await openLambdaRun(plan, store, {
  invoke,
  timing: { poll: { least: 1000, most: 15_000 }, lostAfterMs: 5_000 },
  secrets: { token: async () => "", s3: () => async () => ({ accessKeyId: "", secretAccessKey: "" }) },
});
await run.begin(Number.POSITIVE_INFINITY);
let done = 0;
let last = started;
const { failures, ...summary } = await runPlan(run.plan, {
  backend: run.backend,
  host: run.host,
  onProgress() {
    done++;
    last = performance.now();
  },
});
await run.backend.close();
const seconds = (performance.now() - started) / 1000;
clearInterval(watch);
await new Promise((resolve) => setTimeout(resolve, 500));
const kinds = {};
for (const { kind } of failures) kinds[kind] = (kinds[kind] ?? 0) + 1;
const result = {
  summary,
  kinds,
  done,
  seconds,
  shardSeconds: (last - started) / 1000,
  peakMb: peak / 2 ** 20,
  descriptors: [before, descriptors()],
  cpuSeconds: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
};
console.log(JSON.stringify(result));
