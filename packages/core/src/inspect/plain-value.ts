import type { Hdf5Value } from "@zagg/hdf5";

/** A value as JSON has it; whole numbers beyond 2^53, NaN and infinities are text. */
export type Plain = number | string | null | readonly Plain[] | { readonly [member: string]: Plain };

/** Longer ones are cut, with a mark. */
const MOST_CHARACTERS = 1000;
const MOST_VALUES = 100;
const MOST_DEPTH = 4;

/** A value of a file as JSON has it, cut where it is long; float32 with as many digits as it has. */
export function plainValue(value: Hdf5Value, depth = 0): Plain {
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "bigint")
    return value >= -(2n ** 53n) && value <= 2n ** 53n ? Number(value) : String(value);
  if (typeof value === "string")
    return value.length > MOST_CHARACTERS ? `${value.slice(0, MOST_CHARACTERS)}…` : value;
  if (value === null) return null;
  if (depth === MOST_DEPTH) return "…";
  if (ArrayBuffer.isView(value) || Array.isArray(value)) {
    if (value instanceof Float32Array)
      return plainValue(Array.from(value.subarray(0, MOST_VALUES + 1), shortest), depth);
    const list = value as ArrayLike<Hdf5Value>;
    const shown = Array.from({ length: Math.min(list.length, MOST_VALUES) }, (_, i) =>
      plainValue(list[i] as Hdf5Value, depth + 1),
    );
    return list.length > MOST_VALUES ? [...shown, "…"] : shown;
  }
  const members = Object.entries(value as Readonly<Record<string, Hdf5Value>>);
  return Object.fromEntries(members.map(([name, member]) => [name, plainValue(member, depth + 1)]));
}

/** The shortest decimal number that is this float32: 41.5390434, not 41.53904342651367. */
function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number.isFinite(value) ? Number(value.toPrecision(9)) : value;
}
