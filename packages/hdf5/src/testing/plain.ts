import type { Hdf5Value } from "../index.js";

/** A value as `plain` of oracle/hdf5_objects.py writes it: arrays and compounds as lists of numbers, strings and null. */
export function plain(value: Hdf5Value): unknown {
  if (value === null || typeof value === "string") return value;
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "number") {
    if (Number.isFinite(value)) return value;
    return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  }
  const list = ArrayBuffer.isView(value) || Array.isArray(value);
  return (list ? Array.from(value as ArrayLike<Hdf5Value>) : Object.values(value)).map(plain);
}
