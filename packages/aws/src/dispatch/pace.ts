import { setTimeout as sleep } from "node:timers/promises";

/** Lambda makes 1,000 new environments in ten seconds; a quarter of a thousand starts a second stays below. */
export const STARTS_PER_SECOND = 250;
/** After so many throttles (over ten minutes) a shard is given up, and runs again when the run is resumed. */
export const MOST_THROTTLES = 40;
const BACKOFF_MS = { base: 500, most: 30_000 };
/** Throttles leave this share of the window, once in so many milliseconds. */
const DECREASE = 0.9;
const DECREASE_EVERY_MS = 1_000;
/** Each invocation that ends well widens it by so much: shards take long, so one for each round would be too slow. */
const INCREASE = 1;

/**
 * Decides when the next invocation may start: not above the window of invocations under way, which shrinks when
 * Lambda throttles and grows back slowly (AIMD), and not more than 250 starts in a second. The SDK's own retries
 * share a budget of about a hundred among all calls of a client, too few for thousands of invocations.
 */
export class Pace {
  readonly #most: number;
  readonly #random: () => number;
  #window: number;
  #running = 0;
  #nextStart = 0;
  #decreased = Number.NEGATIVE_INFINITY;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number, random: () => number = Math.random) {
    this.#most = Math.max(1, most);
    this.#window = this.#most;
    this.#random = random;
  }

  get running(): number {
    return this.#running;
  }

  get window(): number {
    return Math.floor(this.#window);
  }

  /** Waits for a turn; whoever got one must `release` it. */
  async acquire(): Promise<void> {
    while (this.#running >= this.window) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running++;
    await this.#turn();
  }

  /** Starts follow each other at an even distance. */
  async #turn(): Promise<void> {
    const now = performance.now();
    const at = Math.max(now, this.#nextStart);
    this.#nextStart = at + 1000 / STARTS_PER_SECOND;
    if (at - now >= 1) await sleep(at - now);
  }

  release(): void {
    this.#window = Math.min(this.#most, this.#window + INCREASE);
    this.#leave();
  }

  /**
   * After a throttle: makes the window smaller, gives the turn back, waits a random part of a span that doubles (full
   * jitter), and waits for another turn.
   */
  async backOff(throttles: number): Promise<void> {
    const now = performance.now();
    if (now - this.#decreased >= DECREASE_EVERY_MS) {
      this.#decreased = now;
      this.#window = Math.max(1, this.#window * DECREASE);
    }
    this.#leave();
    await sleep(this.#random() * Math.min(BACKOFF_MS.most, BACKOFF_MS.base * 2 ** throttles));
    await this.acquire();
  }

  #leave(): void {
    this.#running--;
    for (let free = this.window - this.#running; free > 0; free--) this.#waiting.shift()?.();
  }
}
