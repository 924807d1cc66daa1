import type { CostReport } from "@zagg/aws";
import type {
  PrepareProgress,
  ReadProgress,
  RunMend,
  RunPhase,
  RunProgress,
  RunStart,
  ShardRecord,
} from "@zagg/core";
import type { Output } from "./output.js";
import { progressBar } from "./progress-bar.js";
import { describeMend } from "./run-doubts.js";
import { followPhases } from "./run-phase.js";
import { describeStart } from "./run-report.js";

/** Shows how a run goes, and keeps its records where they are wanted. */
export interface RunFollower {
  readonly listeners: {
    onNotice(notice: string): void;
    onPhase(phase: RunPhase, progress?: PrepareProgress): void;
    onMend(mend: RunMend): void;
    onStart(start: RunStart): void;
    onRead(progress: ReadProgress): void;
    onProgress(progress: RunProgress): void;
    onCost(report: CostReport): void;
  };
  readonly records: readonly ShardRecord[];
  /** Whether no shard is under way. */
  isIdle(): boolean;
  stop(): void;
}

export function followRun(output: Output, keepRecords: boolean): RunFollower {
  const reading = progressBar(output, "granules");
  const bar = progressBar(output, "shards");
  const phases = followPhases(output);
  const records: ShardRecord[] = [];
  let points = 0;
  let rows = 0;
  return {
    listeners: {
      onNotice: output.note,
      onPhase: phases.at,
      onMend: (mend) => output.note(describeMend(mend)),
      onStart: (start) => {
        if (start.mode !== "new") output.note(describeStart(start));
      },
      onRead({ read, done, total }) {
        rows += read.counts.rows;
        output.detail(`${read.result.id}: ${read.counts.rows} rows read (${done}/${total})`);
        reading.update(done, total, rows);
        if (done === total) reading.stop();
      },
      onProgress({ record, done, total }) {
        points += record.counts.pointsKept;
        if (keepRecords) records.push(record);
        output.detail(
          `${record.shard} ${record.state}: ${record.counts.pointsKept} points (${done}/${total})`,
        );
        bar.update(done, total, points);
      },
      onCost: ({ estimated_cost_usd }) => bar.cost(estimated_cost_usd),
    },
    records,
    isIdle: phases.isIdle,
    stop() {
      reading.stop();
      bar.stop();
      phases.stop();
    },
  };
}
