import { type FunctionSize, gbSecondPrice, invocationPrice, PRICES } from "./price.js";

/** What a run has cost so far; names in reports are those of 0.1.0 where it had them. */
export interface CostReport {
  readonly invocations: number;
  /** Invocations whose function crashed, timed out or ran out of memory: they are billed like all others. */
  readonly failed_invocations: number;
  readonly lambda_time_s: number;
  readonly gb_seconds: number;
  readonly price_per_gb_sec: number;
  readonly architecture: string;
  readonly memory_mb: number;
  /** Lambda and S3 requests, dollars. */
  readonly estimated_cost_usd: number;
}

/** Adds up what AWS bills. */
export class CostMeter {
  readonly #size: FunctionSize;
  #invocations = 0;
  #failed = 0;
  #seconds = 0;
  #gbSeconds = 0;
  #dollars = 0;

  constructor(size: FunctionSize) {
    this.#size = size;
  }

  /** One invocation of `seconds`, of a function of another memory than usual where one is given. */
  invocation(seconds: number, memory = this.#size.memory, failed = false): void {
    this.#invocations++;
    if (failed) this.#failed++;
    this.#seconds += seconds;
    this.#gbSeconds += (seconds * memory) / 1024;
    this.#dollars += invocationPrice({ ...this.#size, memory }, seconds);
  }

  /** Requests to S3 by the dispatcher and the workers. */
  storage(gets: number, puts: number): void {
    this.#dollars += gets * PRICES.perGet + puts * PRICES.perPut;
  }

  get dollars(): number {
    return this.#dollars;
  }

  /** Mean of an invocation so far, dollars: what those under way will come to. */
  get meanDollars(): number {
    return this.#invocations === 0 ? 0 : this.#dollars / this.#invocations;
  }

  report(): CostReport {
    return {
      invocations: this.#invocations,
      failed_invocations: this.#failed,
      lambda_time_s: this.#seconds,
      gb_seconds: this.#gbSeconds,
      price_per_gb_sec: gbSecondPrice(this.#size),
      architecture: this.#size.architecture,
      memory_mb: this.#size.memory,
      estimated_cost_usd: this.#dollars,
    };
  }
}
