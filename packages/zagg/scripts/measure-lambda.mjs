// Measures the worker on the test bed, on a shard with 60 full-length granules (one synthetic granule under 60
// names): node packages/zagg/scripts/measure-lambda.mjs. Needs a build (npm run build).
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CALLER, startLambdaTestBed } from "@zagg/testing";
import { agg, catalogFromGranules, defaultConfig, makeSample } from "zagg";

const GRANULES = 60;
const folder = await mkdtemp(join(tmpdir(), "zagg-measure-"));
const sample = await makeSample(folder, { granules: 1, size: "full" });
const built = defaultConfig("atl06");
const config = { ...built, output: { ...built.output, grid: { ...built.output.grid, parentOrder: 6 } } };
const onDisk = await catalogFromGranules(sample.granules, config);
const [granule] = onDisk.granules;
const bytes = new Uint8Array(await readFile(granule.file));

const bed = await startLambdaTestBed({ processes: 1 });
bed.createFunction({ memory: 2048, timeout: 900 });
Object.assign(process.env, bed.environment(CALLER));
const granules = Array.from({ length: GRANULES }, (_, i) => {
  const id = granule.id.replace(".h5", `_${i}.h5`);
  bed.s3.buckets
    .get("granules")
    .objects.set(id, { bytes, etag: `"${i}"`, modified: new Date(0), metadata: {} });
  return { id, s3: `s3://granules/${id}`, size: bytes.length };
});
const shards = onDisk.shards.map(({ id }) => ({ id, granules: granules.map((_, i) => i) }));
const middle = shards[Math.floor(shards.length / 2)].id;

for (const name of ["cold", "warm"]) {
  let record;
  const summary = await agg(config, {
    catalog: { ...onDisk, granules, shards },
    store: `s3://products/${name}`,
    backend: "lambda",
    driver: "s3",
    invoke: "sync",
    mortonCell: middle,
    onProgress: (progress) => {
      record = progress.record;
    },
  });
  const shard = bed.lambda.invoker.executions.filter(({ payload }) => payload.includes('"record"')).at(-1);
  const { counts, phases, peakMemory } = record;
  console.log(
    JSON.stringify({
      name,
      state: record.state,
      granuleMb: bytes.length / 1e6,
      mbPerPair: counts.bytes / GRANULES / 1e6,
      requestsPerPair: counts.requests / GRANULES,
      cpuMsPerPair: shard.cpuMs / GRANULES,
      billedMs: shard.billedMs,
      peakMb: peakMemory / 2 ** 20,
      points: counts.pointsKept,
      phases,
      failures: record.failures.slice(0, 1),
      dollars: summary.lambda.estimated_cost_usd,
    }),
  );
}
const small = bed.lambda.invoker.executions.filter(({ payload }) => payload.includes("zagg-worker/1"));
console.log(
  "ping, ms (cold, warm):",
  small.map(({ billedMs, cpuMs }) => `${billedMs} (${cpuMs} CPU)`).join(", "),
);
await bed.close();
await rm(folder, { recursive: true });
