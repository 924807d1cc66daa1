/** Repeatable random numbers: the same seeds give the same numbers on every platform. */
export interface Random {
  /** In [0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Exponential with the given mean. */
  exponential(mean: number): number;
  /** Integer in [0, bound). */
  below(bound: number): number;
}

/** Small fast counting generator (sfc32, C. Doty-Humphrey), with one stream for each list of seeds. */
export function randomStream(...seeds: readonly number[]): Random {
  let a = 0x9e3779b9 | 0;
  let b = 0x243f6a88 | 0;
  let c = 0xb7e15162 | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (const seed of seeds) {
    a ^= seed;
    for (let round = 0; round < 15; round++) next();
  }

  const uniform = (): number => next() / 0x1_0000_0000;
  return {
    uniform,
    // Box and Muller; one of the pair is thrown away, so that a stream has no hidden state.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    exponential: (mean) => -mean * Math.log(1 - uniform()),
    below: (bound) => Math.floor(uniform() * bound),
  };
}
