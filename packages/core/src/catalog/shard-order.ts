const MORTON = /^-?[1-6][1-4]*$/;

/** Nested id of the shard with this decimal morton id, or undefined if it is no id of `order`. */
export function shardRank(id: string, order: number): number | undefined {
  const digits = id.replace("-", "");
  if (!MORTON.test(id) || digits.length !== order + 1) return undefined;
  const base = Number(digits[0]) - 1 + (id.startsWith("-") ? 6 : 0);
  return base * 4 ** order + Number.parseInt([...digits.slice(1)].map((d) => Number(d) - 1).join(""), 4);
}
