import { MISSING_COORDINATES } from "../../granule/index.js";
import { defined } from "../../terms/index.js";
import type { Flaw } from "../check/settle.js";
import { type Outside, type Plan, shardAt } from "../plan/plan.js";
import {
  addCounts,
  noCounts,
  type ShardCounts,
  type ShardFailure,
  type ShardState,
} from "../record/outcome.js";
import type { ShardRecord } from "../record/shard-record.js";
import type { GranuleRead } from "../schedule/backend.js";

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
  /**
   * Of the shards that this run set out to do (all, or the first of them, or one): those that are not written, empty,
   * or, where that was allowed, partial. 0 means success.
   */
  readonly unfinished: number;
  /** Why shards are pending that this run has done: what is not as they left it. Absent where none is. */
  readonly undone?: readonly UndoneShard[];
  /** Granules that this run went through for several shards. */
  readonly granules_read: number;
  /** Rows whose coordinates were looked at, of those granules and the shards that this run processed; so are the rest. */
  readonly points_read: number;
  readonly points_kept: number;
  readonly occupied_cells: number;
  readonly granules: ShardCounts["granules"];
  readonly groups: ShardCounts["groups"];
  readonly dropped: Readonly<Record<string, number>>;
  /** Rows that lie in shards of the product which the catalog does not list for their granule; absent where none do. */
  readonly unlisted?: number;
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

/** A shard that was done again and again, and then is not there, or not of granules that stay as they are. */
export interface UndoneShard extends Omit<Flaw, "index"> {
  /** Decimal morton id. */
  readonly shard: string;
}

/** What makes every further shard fail in the same way. */
export type StopReason = "auth" | "upstream";

/** What a summary tells besides the sums. */
interface Ending {
  /** Positions of the shards that the run set out to do. */
  readonly select: readonly number[];
  readonly undone: readonly Flaw[];
  readonly allowPartial: boolean;
  readonly interrupted: boolean;
}

/** Sums a run up while its records come in. */
export class RunTally {
  readonly states: ShardState[];
  stoppedBy: StopReason | undefined;
  /** Of the last record of every shard that this run has done. */
  readonly #records = new Map<number, Pick<ShardRecord, "shard" | "counts" | "failures">>();
  /** Of the records before those, and of the granules that were read for several shards. */
  readonly #redone = { bytes: 0, requests: 0, retries: 0 };
  readonly #read = { granules: 0, rows: 0, withoutCoordinates: 0, unlisted: 0 };
  readonly #started = performance.now();
  readonly #skipped: number;

  /** `states`: what is true of each shard before the run; shards that are done count as skipped. */
  constructor(states: readonly ShardState[], skipped: number) {
    this.states = [...states];
    this.#skipped = skipped;
  }

  /** Positions of the shards that this run has done. */
  get done(): Iterable<number> {
    return this.#records.keys();
  }

  /** Takes in a record. A shard that was done before counts once, but what it cost, it cost. */
  add({ index, state, shard, counts, failures }: ShardRecord): void {
    const { bytes = 0, requests = 0, retries = 0 } = this.#records.get(index)?.counts ?? {};
    addCounts(this.#redone, { bytes, requests, retries });
    this.#records.set(index, { shard, counts, failures });
    this.states[index] = state;
  }

  /** Takes in a granule that was gone through. */
  addRead({ counts: { bytes, requests, retries, ...rows } }: GranuleRead): void {
    addCounts(this.#redone, { bytes, requests, retries });
    addCounts(this.#read, { granules: 1, ...rows });
  }

  /** Takes over what is true at the end: another run may have written shards, and `undone` ones are to do again. */
  correct(states: readonly ShardState[], undone: readonly number[]): void {
    for (const [index, state] of states.entries()) this.states[index] = state;
    for (const index of undone) this.states[index] = "pending";
  }

  summary(
    store: string,
    plan: Pick<Plan, "identity" | "outside" | "shards">,
    { select, undone, allowPartial, interrupted }: Ending,
  ): RunSummary {
    const shards = (state: ShardState) => this.states.filter((each) => each === state).length;
    const good = new Set<ShardState>(allowPartial ? ["written", "empty", "partial"] : ["written", "empty"]);
    const records = [...this.#records.values()];
    const counts = noCounts();
    for (const record of records) addCounts(counts, record.counts);
    const { granules, rows, withoutCoordinates, unlisted } = this.#read;
    counts.rowsScanned += rows;
    if (withoutCoordinates > 0) addCounts(counts.dropped, { [MISSING_COORDINATES]: withoutCoordinates });
    return defined({
      format: "zagg-run/1",
      store,
      identity: plan.identity,
      total_shards: this.states.length,
      written: shards("written") + shards("partial"),
      partial: shards("partial"),
      empty: shards("empty"),
      failed: shards("failed"),
      pending: shards("pending"),
      skipped: this.#skipped,
      unfinished: select.filter((index) => !good.has(this.states[index] ?? "pending")).length,
      undone:
        undone.length === 0
          ? undefined
          : undone.map(({ index, ...flaw }) => ({ shard: shardAt(plan, index).id, ...flaw })),
      granules_read: granules,
      points_read: counts.rowsScanned,
      points_kept: counts.pointsKept,
      occupied_cells: counts.occupiedCells,
      granules: counts.granules,
      groups: counts.groups,
      dropped: counts.dropped,
      unlisted: unlisted > 0 ? unlisted : undefined,
      left_out: counts.leftOut,
      bytes: counts.bytes + this.#redone.bytes,
      requests: counts.requests + this.#redone.requests,
      retries: counts.retries + this.#redone.retries,
      failures: records.flatMap(({ shard, failures }) => failures.map((failure) => ({ shard, ...failure }))),
      wall_s: (performance.now() - this.#started) / 1000,
      outside: plan.outside,
      interrupted,
      stopped_by: this.stoppedBy,
    });
  }
}
