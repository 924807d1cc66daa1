import { totalmem } from "node:os";
import { cellsPerShard } from "@zagg/healpix";
import type { Plan } from "../plan/plan.js";
import { type GranuleInput, hasFailed } from "../schedule/backend.js";
import type { Job } from "../schedule/schedule.js";
import { GRANULES_IN_FLIGHT } from "../task/read-granules.js";

/** Taken where the catalog does not know a granule's size, bytes. */
export const TYPICAL_GRANULE_BYTES = 100e6;
/** Bytes of a granule per row of all its groups: ATL06 keeps 716,000 segments in 159 MB, the sample 698,000 in 133 MB. */
export const BYTES_PER_ROW = 205;
/** Share of a granule's rows that one shard keeps: 0.024 in a mean Antarctic shard of order 6; the densest take twice that. */
export const KEPT_SHARE = 0.05;
/** A thread with the code, its stacks and the garbage of small things, bytes. */
export const WORKER_BYTES = 100e6;
/**
 * A granule while it is read, in bytes per byte of its size: a tenth of it is fetched, and as much again is no longer
 * used but not yet collected. Measured with four granules of 159 MB in flight: 0.10 to 0.13.
 */
export const GRANULE_SHARE = 0.2;
/** One value of one column: as it was read (4), put behind the others (4) and sorted by cell (8), with its flags. */
export const VALUE_BYTES = 20;
/** One cell of one variable: the array (8) and its encoded chunk. */
export const CELL_BYTES = 16;
/** Share of this machine's memory that shards may take together. */
export const MEMORY_SHARE = 0.7;

/** Peak memory of a job on its worker, bytes: of a shard as far as its points are known, else as {@link shardMemory}. */
export function jobMemory(plan: Plan, job: Job): number {
  if (job.kind === "shard") {
    const { index, granules } = job.task;
    if (!granules?.every((input) => input !== undefined)) return shardMemory(plan, index);
    const points = sum(granules.map(pointsOf));
    return Math.round(WORKER_BYTES + pointMemory(plan, points));
  }
  if (job.kind === "pack") return blockMemory(plan);
  const sizes = job.tasks.map(({ granule }) => granuleSize(plan, granule));
  return Math.round(WORKER_BYTES + sum(sizes) * GRANULE_SHARE);
}

function pointsOf(granule: GranuleInput): number {
  if (hasFailed(granule)) return 0;
  return sum(granule.slices.flatMap(({ groups }) => groups.map(({ rows }) => rows)));
}

function granuleSize({ granules }: Pick<Plan, "granules">, granule: number): number {
  return granules[granule]?.size ?? TYPICAL_GRANULE_BYTES;
}

/** Peak memory of one shard of a plan that reads its granules itself, estimated from their sizes; bytes. */
export function shardMemory(plan: Plan, index: number): number {
  const sizes = (plan.shards[index]?.granules ?? []).map((granule) => granuleSize(plan, granule));
  const reading = sizes.toSorted((a, b) => b - a).slice(0, GRANULES_IN_FLIGHT);
  const points = (sum(sizes) / BYTES_PER_ROW) * KEPT_SHARE;
  return Math.round(WORKER_BYTES + sum(reading) * GRANULE_SHARE + pointMemory(plan, points));
}

/** Points while they are aggregated, and the arrays of a shard's cells; bytes. */
function pointMemory({ config, grid }: Plan, points: number): number {
  // Latitude, longitude and the cell are kept of every point, too.
  const columns = Object.keys(config.dataSource.variables).length + 3;
  const variables = Object.keys(config.aggregation.variables).length;
  return points * columns * VALUE_BYTES + cellsPerShard(grid) * variables * CELL_BYTES;
}

/** The objects of a block and what they are made of; bytes. */
function blockMemory({ config, grid, shardsPerObject }: Plan): number {
  const variables = Object.keys(config.aggregation.variables).length;
  return cellsPerShard(grid) * shardsPerObject * variables * CELL_BYTES;
}

/** What shards may take of this machine, or of the container that it is, bytes. */
export function localMemory(): number {
  const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return Math.min(totalmem(), limit) * MEMORY_SHARE;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
