import { shardScatter, shardsBox } from "@zagg/healpix";
import type { Store } from "@zagg/storage";
import pMap from "p-map";
import { type ExtractReceipt, extractWriter, readCounts } from "../../extract/index.js";
import { type GranuleScan, LEFT, scanGranule, UNLISTED, type WantedShards } from "../../granule/index.js";
import { defined, machineError } from "../../terms/index.js";
import { extractColumns, extractKey } from "../plan/extract-key.js";
import { granuleAt, type Plan, shardAt } from "../plan/plan.js";
import type { GranuleRead, ReadTask } from "../schedule/backend.js";
import type { ShardContext } from "./process-shard.js";
import { GRANULES_IN_FLIGHT } from "./read-granules.js";
import { tellRefusals } from "./refusals.js";

/**
 * Goes through granules, each once, and puts the points of the shards that are wanted of them into `extracts`. What is
 * wrong with a granule is in its result. Throws `ZaggError` of kind `machine` where this machine gives no more, of kind
 * `store` where the extracts cannot be written.
 */
export async function readTasks(
  context: ShardContext,
  extracts: Store,
  tasks: readonly ReadTask[],
): Promise<GranuleRead[]> {
  const scans = await pMap(tasks, (task) => readOne(context, extracts, task), {
    concurrency: GRANULES_IN_FLIGHT,
  });
  const told = await tellRefusals(
    context,
    tasks.map(({ granule }) => granule),
    scans.map(({ scan }) => scan),
  );
  return tasks.map(({ granule }, i): GranuleRead => {
    const { id, version, failure, ...scan } = told[i] as GranuleScan;
    const format = "zagg-read/1";
    const counts = readCounts(scan);
    if (!failure) return { format, granule, counts, result: scans[i]?.receipt as ExtractReceipt };
    const { kind, code, message } = failure;
    return { format, granule, counts, result: defined({ id, version, failure: { kind, code, message } }) };
  });
}

async function readOne(
  context: ShardContext,
  extracts: Store,
  { granule, shards }: ReadTask,
): Promise<{ readonly scan: GranuleScan; readonly receipt?: ExtractReceipt }> {
  const { plan, extracting: reading, open } = context;
  const source = granuleAt(plan, granule);
  const writer = extractWriter(extracts, {
    key: extractKey(plan, reading),
    id: source.id,
    columns: extractColumns(reading),
    shards: shards.map((index) => shardAt(plan, index).nested),
  });
  let unwritten: unknown;
  const wanted = wantedShards(plan, granule, shards);
  const scan = await scanGranule(
    source.id,
    () => open(source),
    reading,
    wanted,
    async (block) => {
      try {
        await writer.take(block);
      } catch (error) {
        unwritten = error; // no fault of the granule
        throw error;
      }
    },
  );
  const limit = unwritten ?? machineError(scan.failure);
  if (limit) throw limit; // no other granule would fare better
  if (!scan.failure) return { scan, receipt: await writer.close(scan) };
  await writer.discard();
  return { scan };
}

/** Of all shards of the product, those that are wanted of a granule, and those that the catalog does not list for it. */
function wantedShards(plan: Plan, granule: number, shards: readonly number[]): WantedShards {
  const positions = Int32Array.from(plan.shards, ({ granules }) =>
    granules.includes(granule) ? LEFT : UNLISTED,
  );
  for (const [position, index] of shards.entries()) positions[index] = position;
  const box = shardsBox(
    plan.grid,
    shards.map((index) => shardAt(plan, index).nested),
  );
  const all = plan.shards.map(({ nested }) => nested);
  return { scatter: shardScatter(plan.grid, all, box), count: shards.length, positions };
}
