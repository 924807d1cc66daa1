/** Prices in us-west-2, dollars (AWS price list, 2026-10). Other regions differ by some percent. */
export const PRICES = {
  /** Per GB and second, by architecture as Node names it. */
  gbSecond: { arm64: 0.0000133334, x64: 0.0000166667 } as Readonly<Record<string, number>>,
  perInvocation: 0.2 / 1e6,
  perPut: 0.005 / 1e3,
  perGet: 0.0004 / 1e3,
};

/** What a function is billed by. */
export interface FunctionSize {
  /** MB. */
  readonly memory: number;
  /** As Node names it: arm64, x64. */
  readonly architecture: string;
}

/** A function as `zagg deploy` makes it by default; the timeout, seconds, is Lambda's longest. */
export const DEPLOYED_SIZE = { memory: 2048, architecture: "arm64", timeout: 900 } as const;

/** Dollars per GB-second. */
export function gbSecondPrice({ architecture }: FunctionSize): number {
  return PRICES.gbSecond[architecture] ?? (PRICES.gbSecond.x64 as number);
}

/** Dollars of one invocation of `seconds`. */
export function invocationPrice(size: FunctionSize, seconds: number): number {
  return PRICES.perInvocation + seconds * (size.memory / 1024) * gbSecondPrice(size);
}
