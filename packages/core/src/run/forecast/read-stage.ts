import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { granuleAt, type Plan } from "../plan/plan.js";
import { TYPICAL_GRANULE_BYTES } from "./shard-memory.js";

/** How far a run is with its granules, by the extracts that it has made; bytes are those of the granules' files. */
export interface ReadStage {
  readonly granules: number;
  readonly total_granules: number;
  readonly bytes: number;
  readonly total_bytes: number;
  /** Of late; 0 where none has been read in the last minutes. */
  readonly bytes_per_minute: number;
  /** Until all are read at that rate, seconds; null where it cannot be told. */
  readonly eta_s: number | null;
}

/**
 * Looks at the extracts in a run's own folder; undefined where there are none: the run has not begun, is over, or keeps them
 * elsewhere. `windowMs`: how far back the rate looks.
 */
export async function readStage(
  plan: Plan,
  folder: string,
  now: Date,
  windowMs: number,
): Promise<ReadStage | undefined> {
  const used = new Set(plan.shards.flatMap(({ granules }) => granules));
  const sizes = new Map(
    [...used].map((position) => {
      const { id, size = TYPICAL_GRANULE_BYTES } = granuleAt(plan, position);
      return [encodeURIComponent(id), size] as const;
    }),
  );
  const read = new Map<string, number>();
  for (const { parentPath, name } of await receiptsIn(folder)) {
    const id = parentPath.slice(folder.length + 1);
    if (!sizes.has(id)) continue;
    const { mtimeMs } = await stat(join(parentPath, name));
    read.set(id, Math.max(mtimeMs, read.get(id) ?? 0));
  }
  if (read.size === 0) return undefined;
  const sum = (ids: Iterable<string>) => [...ids].reduce((total, id) => total + (sizes.get(id) ?? 0), 0);
  const recent = [...read].filter(([, time]) => now.getTime() - time <= windowMs);
  const oldest = recent.reduce((age, [, time]) => Math.max(age, now.getTime() - time), 1);
  const rate = sum(recent.map(([id]) => id)) / (oldest / 60_000);
  const left = sum(sizes.keys()) - sum(read.keys());
  return {
    granules: read.size,
    total_granules: sizes.size,
    bytes: sum(read.keys()),
    total_bytes: sum(sizes.keys()),
    bytes_per_minute: rate,
    eta_s: rate > 0 ? (left / rate) * 60 : null,
  };
}

async function receiptsIn(folder: string) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile() && entry.name.endsWith(".json"));
}
