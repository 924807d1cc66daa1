/** What the array `shard_state` says of a shard, at its position in this list. Readers rely on the order. */
export const SHARD_STATES = ["pending", "written", "partial", "empty", "failed"] as const;

export type ShardState = (typeof SHARD_STATES)[number];

/** Whether the chunks of a shard in this state lie in the store: those of an empty one hold fill values. */
export function hasChunks(state: number | undefined): boolean {
  return state !== undefined && ["written", "partial", "empty"].includes(SHARD_STATES[state] ?? "");
}

/** Whether a shard in this state holds data: an empty one has fill values, and what lies in others is nobody's result. */
export function hasData(state: number | undefined): boolean {
  return state !== undefined && ["written", "partial"].includes(SHARD_STATES[state] ?? "");
}

/** How many shards are in which state. */
export type StateCounts = Readonly<Record<ShardState, number>>;

/** Counts the values of a `shard_state` array. Throws `RangeError` for a value that is no state. */
export function countStates(states: Uint8Array): StateCounts {
  const counts = { pending: 0, written: 0, partial: 0, empty: 0, failed: 0 };
  for (const value of states) {
    const state = SHARD_STATES[value];
    if (state === undefined) throw new RangeError(`${value} is no shard state`);
    counts[state]++;
  }
  return counts;
}

/** A product is complete when every shard has been read whole: none pending, failed, or partial. */
export function isComplete({ pending, failed, partial }: StateCounts): boolean {
  return pending + failed + partial === 0;
}
