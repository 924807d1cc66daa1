/** Where a kernel finds an operand: `n` values from `data[at]` on. */
export interface Operand {
  readonly data: Float64Array;
  readonly at: number;
}

/** Writes `n` values to the start of `out`. Truth values are 0 and 1. */
export type MapKernel = (out: Float64Array, n: number, operands: readonly Operand[]) => void;

/** Values that a kernel handles at a time: three blocks of doubles fit a level-1 cache. */
export const BLOCK = 1024;

// The arithmetic that formulas mostly consist of has its own loops; a shared loop would call a function per value.

export const add: MapKernel = (out, n, operands) => {
  const [{ data: a, at: i }, { data: b, at: j }] = operands as readonly [Operand, Operand];
  for (let k = 0; k < n; k++) out[k] = (a[i + k] as number) + (b[j + k] as number);
};

export const subtract: MapKernel = (out, n, operands) => {
  const [{ data: a, at: i }, { data: b, at: j }] = operands as readonly [Operand, Operand];
  for (let k = 0; k < n; k++) out[k] = (a[i + k] as number) - (b[j + k] as number);
};

export const multiply: MapKernel = (out, n, operands) => {
  const [{ data: a, at: i }, { data: b, at: j }] = operands as readonly [Operand, Operand];
  for (let k = 0; k < n; k++) out[k] = (a[i + k] as number) * (b[j + k] as number);
};

export const divide: MapKernel = (out, n, operands) => {
  const [{ data: a, at: i }, { data: b, at: j }] = operands as readonly [Operand, Operand];
  for (let k = 0; k < n; k++) out[k] = (a[i + k] as number) / (b[j + k] as number);
};

export const square: MapKernel = (out, n, operands) => {
  const [{ data: a, at: i }] = operands as readonly [Operand];
  for (let k = 0; k < n; k++) out[k] = (a[i + k] as number) * (a[i + k] as number);
};

export const less: MapKernel = (out, n, operands) => {
  const [{ data: a, at: i }, { data: b, at: j }] = operands as readonly [Operand, Operand];
  for (let k = 0; k < n; k++) out[k] = (a[i + k] as number) < (b[j + k] as number) ? 1 : 0;
};

/** A kernel for any function of one value. */
export function unary(f: (a: number) => number): MapKernel {
  return (out, n, operands) => {
    const [{ data: a, at: i }] = operands as readonly [Operand];
    for (let k = 0; k < n; k++) out[k] = f(a[i + k] as number);
  };
}

/** A kernel for any function of two values. */
export function binary(f: (a: number, b: number) => number): MapKernel {
  return (out, n, operands) => {
    const [{ data: a, at: i }, { data: b, at: j }] = operands as readonly [Operand, Operand];
    for (let k = 0; k < n; k++) out[k] = f(a[i + k] as number, b[j + k] as number);
  };
}

/** A kernel for a test of two values. */
export function comparison(f: (a: number, b: number) => boolean): MapKernel {
  return binary((a, b) => (f(a, b) ? 1 : 0));
}

/** `np.where(condition, a, b)`. */
export const where: MapKernel = (out, n, operands) => {
  const [{ data: c, at: h }, { data: a, at: i }, { data: b, at: j }] = operands as readonly [
    Operand,
    Operand,
    Operand,
  ];
  for (let k = 0; k < n; k++) out[k] = (c[h + k] !== 0 ? a[i + k] : b[j + k]) as number;
};

/** Python's `//`: rounds towards minus infinity. */
export function floorDivide(a: number, b: number): number {
  const quotient = a / b;
  if (!Number.isFinite(quotient)) return b === 0 ? quotient : Number.NaN;
  // (a - a % b) / b is whole but for rounding; a / b itself can round up to the next whole number.
  const remainder = floorModulo(a, b);
  return Math.round((a - remainder) / b);
}

/** Python's `%`: the result has the sign of the divisor. */
export function floorModulo(a: number, b: number): number {
  const remainder = a % b;
  if (remainder === 0) return b < 0 ? -0 : 0;
  return remainder < 0 !== b < 0 ? remainder + b : remainder;
}

/** `np.rint` and Python's `round`: halves go to the even neighbour. */
export function roundHalfEven(a: number): number {
  const rounded = Math.round(a);
  return Math.abs(a % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
