import { defined } from "../terms/index.js";
import { addCounts, noCounts, type ShardCounts, type ShardFailure, type ShardState } from "./outcome.js";
import type { Outside, Plan } from "./plan.js";
import type { ShardRecord } from "./shard-record.js";

/** What a run comes to: what `--json` prints. Names are those of 0.1.0 where it had them. */
export interface RunSummary {
  readonly format: "zagg-run/1";
  readonly store: string;
  readonly identity: string;
  /** Shards of the product, run or not. */
  readonly total_shards: number;
  /** Shards by what is true of the store now. `written` counts the partial ones too. */
  readonly written: number;
  readonly partial: number;
  readonly empty: number;
  readonly failed: number;
  readonly pending: number;
  /** Shards that this run found done and left alone. */
  readonly skipped: number;
  /** Rows whose coordinates were looked at, over the shards that this run processed; so are the rest. */
  readonly points_read: number;
  readonly points_kept: number;
  readonly occupied_cells: number;
  readonly granules: ShardCounts["granules"];
  readonly groups: ShardCounts["groups"];
  readonly dropped: Readonly<Record<string, number>>;
  readonly left_out: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly bytes: number;
  readonly requests: number;
  readonly retries: number;
  readonly failures: readonly (ShardFailure & { readonly shard: string })[];
  readonly wall_s: number;
  /** Of the catalog, what bounds or another product's shard list left out of this product; absent where nothing. */
  readonly outside?: Outside;
  /** Whether the run was stopped before its end. */
  readonly interrupted: boolean;
  /** Why the run ended before its end by itself: the source refused our credentials, or did not answer. */
  readonly stopped_by?: StopReason;
}

/** What makes every further shard fail in the same way. */
export type StopReason = "auth" | "upstream";

/** Sums a run up while its records come in. */
export class RunTally {
  readonly states: ShardState[];
  stoppedBy: StopReason | undefined;
  readonly #counts = noCounts();
  readonly #failures: (ShardFailure & { shard: string })[] = [];
  readonly #started = performance.now();
  readonly #skipped: number;

  /** `states`: what is true of each shard before the run; shards that are done count as skipped. */
  constructor(states: readonly ShardState[], skipped: number) {
    this.states = [...states];
    this.#skipped = skipped;
  }

  add(record: ShardRecord): void {
    this.states[record.index] = record.state;
    addCounts(this.#counts, record.counts);
    for (const failure of record.failures) this.#failures.push({ shard: record.shard, ...failure });
  }

  /** Takes over what is true at the end: another run may have written shards, and `damaged` ones are to do again. */
  correct(states: readonly ShardState[], damaged: readonly number[]): void {
    for (const [index, state] of states.entries()) this.states[index] = state;
    for (const index of damaged) this.states[index] = "pending";
  }

  summary(
    store: string,
    { identity, outside }: Pick<Plan, "identity" | "outside">,
    interrupted: boolean,
  ): RunSummary {
    const shards = (state: ShardState) => this.states.filter((each) => each === state).length;
    const counts = this.#counts;
    return defined({
      format: "zagg-run/1",
      store,
      identity,
      total_shards: this.states.length,
      written: shards("written") + shards("partial"),
      partial: shards("partial"),
      empty: shards("empty"),
      failed: shards("failed"),
      pending: shards("pending"),
      skipped: this.#skipped,
      points_read: counts.rowsScanned,
      points_kept: counts.pointsKept,
      occupied_cells: counts.occupiedCells,
      granules: { ...counts.granules },
      groups: { ...counts.groups },
      dropped: { ...counts.dropped },
      left_out: structuredClone(counts.leftOut),
      bytes: counts.bytes,
      requests: counts.requests,
      retries: counts.retries,
      failures: this.#failures,
      wall_s: (performance.now() - this.#started) / 1000,
      outside,
      interrupted,
      stopped_by: this.stoppedBy,
    });
  }
}
