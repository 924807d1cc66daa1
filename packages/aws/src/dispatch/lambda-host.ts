import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { defined, type PrepareRequest, type RunHost, type ShardRecord, ZaggError } from "@zagg/core";
import type { FinalizeAnswer, SetupAnswer, WorkerEvent } from "../protocol.js";
import type { RunPointer, SecretsDocument } from "../run-document.js";
import type { FunctionClient } from "./function-client.js";

/** Throttled calls of the run's own are tried again so often. */
const TRIES = 8;

/** A function by name, for calls of which there are few. */
export type FunctionCaller = <T>(event: WorkerEvent) => Promise<T>;

/** Calls that must succeed: throttles are waited for, everything else is thrown. */
export function functionCaller(
  client: FunctionClient,
  functionName: string,
  onBilled: (seconds: number) => void,
): FunctionCaller {
  return async <T>(event: WorkerEvent): Promise<T> => {
    for (let attempt = 1; ; attempt++) {
      const answered = await client.ask<T>(functionName, event);
      if (answered.seconds > 0) onBilled(answered.seconds);
      if (answered.ok) return answered.answer;
      const { failure } = answered;
      if (failure.kind === "refused") throw failure.error;
      if (failure.kind !== "throttle" || attempt === TRIES) {
        throw new ZaggError(
          "upstream",
          `${event.mode}-failed`,
          `${functionName}: ${event.mode} failed: ${failure.message}`,
        );
      }
      await sleep(Math.random() * 500 * 2 ** attempt);
    }
  };
}

/**
 * A host for callers who may invoke and nothing else: the function makes the stores ready and closes them. `lost`
 * are records that it is to keep, of workers that could not write theirs.
 */
export function lambdaHost(
  call: FunctionCaller,
  store: string,
  secrets: SecretsDocument | undefined,
  lost: ShardRecord[],
  onRun: (run: RunPointer) => void,
): RunHost {
  let run: RunPointer | undefined;
  const pointer = (): RunPointer => {
    if (!run) throw new Error("the run was not prepared");
    return run;
  };
  return {
    url: store,
    async prepare(plan, request: PrepareRequest) {
      const packed = gzipSync(JSON.stringify(plan)).toString("base64");
      const answer = await call<SetupAnswer>(
        defined({
          mode: "setup",
          store,
          plan: packed,
          request,
          secrets,
        }),
      );
      run = answer.run;
      onRun(run);
      return answer.prepared;
    },
    settle: () => call<FinalizeAnswer>({ mode: "finalize", run: pointer(), lost: lost.splice(0) }),
    async finish(_plan, states, summary) {
      await call({ mode: "finalize", run: pointer(), closing: { states, summary } });
    },
  };
}
