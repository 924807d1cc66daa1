import { rankDepth } from "@zagg/healpix";
import { withAbort } from "@zagg/storage";
import pMap from "p-map";
import { type GranuleSlices, groupAt, readSlices } from "../../extract/index.js";
import {
  decodePoints,
  GranuleError,
  type GranuleResult,
  groupCounts,
  readGranule,
  type StoredPoints,
  storedColumns,
} from "../../granule/index.js";
import { defined, machineError } from "../../terms/index.js";
import { granuleAt, shardAt } from "../plan/plan.js";
import { type FailedGranule, hasFailed, type ShardTask } from "../schedule/backend.js";
import type { GranuleOpener } from "./open-granule.js";
import type { ShardContext } from "./process-shard.js";
import { tellRefusals } from "./refusals.js";

/** Granules read at the same time: four saturate a fast line, more only cost memory. */
export const GRANULES_IN_FLIGHT = 4;

/** Of a granule that was not opened for the shard. */
const UNOPENED = {
  metrics: { requests: 0, bytes: 0, retries: 0, waitMs: 0 },
  points: [],
  absentGroups: 0,
  emptyGroups: 0,
  failedGroups: 0,
  rowsScanned: 0,
  dropped: {},
} as const;

/**
 * What each granule of a shard holds for it, in the shard's order: from extracts, as far as the task has them, else by
 * reading the granule. What is wrong with one is in its result. Those not begun are not tried where one cannot be fetched
 * and a shard without it is not allowed. Rejects with the reason of `signal`; throws `ZaggError` of kind `machine` where
 * this machine gives no more.
 */
export async function readGranules(
  context: ShardContext,
  { index, allowPartial, granules }: ShardTask,
  signal: AbortSignal | undefined,
): Promise<GranuleResult[]> {
  const shard = shardAt(context.plan, index);
  const open: GranuleOpener = (granule) =>
    signal ? withAbort(context.open(granule), signal) : context.open(granule);
  const target = { ...context.plan.grid, shard: shard.nested };
  let unreachable: GranuleError | undefined;
  const results = await pMap(
    shard.granules,
    async (position, i) => {
      const granule = granuleAt(context.plan, position);
      const input = granules?.[i];
      if (input && hasFailed(input)) return failedBefore(input);
      const extracted = input && (await fromExtract(context, input));
      if (extracted) return extracted;
      // Each try of a dead network lasts for minutes.
      if (unreachable && !allowPartial) return notTried(granule.id, unreachable);
      const result = await readGranule(granule.id, () => open(granule), context.reading, target);
      const limit = machineError(result.failure);
      if (limit) throw limit; // no other granule, or shard, would fare better
      if (result.failure?.kind === "network") unreachable = result.failure;
      return result;
    },
    defined({ concurrency: GRANULES_IN_FLIGHT, signal }),
  );
  return tellRefusals(context, shard.granules, results);
}

/** Undefined where the extract has gone: another run had all its shards, or the disk lost it. */
async function fromExtract(
  { plan, reading, extracts }: ShardContext,
  slices: GranuleSlices,
): Promise<GranuleResult | undefined> {
  const stored = extracts && (await readSlices(extracts, slices));
  if (!stored) return undefined;
  const { parentOrder, childOrder } = plan.grid;
  const orders = rankDepth(parentOrder) - (childOrder - parentOrder);
  const names = storedColumns(reading);
  const { id, version, groups, columns, dropped } = slices;
  const encodings = (group: number) => {
    const all = groupAt(groups, group).columns;
    return columns.map((column) => (all[column] as (typeof all)[number]).encoding);
  };
  const decoded = (points: StoredPoints) => decodePoints(points, names, encodings(points.group), orders);
  const points = stored.map(decoded);
  return { ...UNOPENED, id, version, points, ...groupCounts(groups, points), dropped };
}

function failedBefore({ id, version, failure: { kind, code, message } }: FailedGranule): GranuleResult {
  return defined({ ...UNOPENED, id, version, failure: new GranuleError(kind, id, code, message) });
}

function notTried(id: string, unreachable: GranuleError): GranuleResult {
  const message = `${id}: not tried, for ${unreachable.granule} could not be fetched`;
  return { ...UNOPENED, id, failure: new GranuleError("network", id, "not-tried", message) };
}
