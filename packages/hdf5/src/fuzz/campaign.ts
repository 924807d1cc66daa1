/// <reference types="node" />
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Task } from "./child.js";
import type { Round } from "./round.js";

export interface Campaign {
  readonly files: readonly string[];
  readonly seed: number;
  readonly rounds: number;
  /** Ends after this many seconds, if the rounds last longer. */
  readonly seconds?: number;
  readonly onRound?: (round: Round) => void | Promise<void>;
}

export interface Report {
  readonly rounds: number;
  readonly outcomes: Readonly<Record<Round["outcome"], number>>;
  /** Largest memory of a reading process, in bytes. */
  readonly peakBytes: number;
  /** Rounds that must not be: hangs, crashes, silent differences in checksummed structures. */
  readonly failures: readonly Round[];
  readonly silent: readonly Round[];
}

/** A process that does not answer for so long never will; a round that takes less may still have used too much CPU. */
const SILENCE_MS = 30_000;
/** Rounds that one process plays before the next takes over, so that memory is measured afresh. */
const BATCH = 2000;

type Answer =
  | { readonly started: number }
  | { readonly result: Round }
  | { readonly done: true; readonly peakBytes: number };

/** Plays the rounds in a child process, which is replaced when it hangs or dies. */
export async function runCampaign({ files, seed, rounds, seconds, onRound }: Campaign): Promise<Report> {
  const outcomes = { same: 0, error: 0, silent: 0, crash: 0, hang: 0 };
  const failures: Round[] = [];
  const silent: Round[] = [];
  const end = Date.now() + (seconds ?? Number.POSITIVE_INFINITY) * 1000;
  let peakBytes = 0;
  let next = 0;
  while (next < rounds && Date.now() < end) {
    const task = { files, seed, from: next, to: Math.min(rounds, next + BATCH) };
    for await (const answer of playBatch(task)) {
      if ("done" in answer) {
        peakBytes = Math.max(peakBytes, answer.peakBytes);
        continue;
      }
      if (!("result" in answer)) continue;
      const round = answer.result;
      outcomes[round.outcome]++;
      if (round.outcome === "silent") silent.push(round);
      if (round.outcome === "crash" || round.outcome === "hang" || round.checksummed) failures.push(round);
      await onRound?.(round);
      next = round.round + 1;
      if (Date.now() >= end) break;
    }
  }
  return { rounds: next, outcomes, peakBytes, failures, silent };
}

async function* playBatch(task: Task): AsyncGenerator<Answer> {
  // Without the parent's conditions, which may lead to sources that Node cannot run.
  const env = { ...process.env, NODE_OPTIONS: "" };
  const child = fork(fileURLToPath(new URL("./child.js", import.meta.url)), {
    execArgv: ["--expose-gc"],
    env,
  });
  const answers: (Answer | undefined)[] = [];
  let wake: (() => void) | undefined;
  const put = (answer: Answer | undefined) => {
    answers.push(answer);
    wake?.();
  };
  child.on("message", (answer: Answer) => put(answer));
  child.on("exit", () => put(undefined));
  let current = task.from;
  let timer: NodeJS.Timeout | undefined;
  let hung = false;
  try {
    child.send(task);
    for (;;) {
      while (answers.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const answer = answers.shift();
      clearTimeout(timer);
      if (answer === undefined) {
        yield { result: lost(task, current, hung ? "hang" : "crash") };
        return;
      }
      if ("started" in answer) {
        current = answer.started;
        timer = setTimeout(() => {
          hung = true;
          child.kill("SIGKILL");
        }, SILENCE_MS);
      }
      yield answer;
      if ("done" in answer) return;
    }
  } finally {
    clearTimeout(timer);
    child.kill("SIGKILL");
  }
}

/** A round whose process did not live to tell. */
function lost({ files }: Task, round: number, outcome: "hang" | "crash"): Round {
  const file = files[round % files.length] as string;
  return {
    round,
    file,
    outcome,
    mutation: { kind: "byte", offset: 0, length: 0 },
    detail: "the process did not answer",
  };
}
