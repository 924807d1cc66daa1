import { sha256Hex } from "../../terms/index.js";

/**
 * JSON with one spelling per value: keys sorted by UTF-16 code unit, no white space, keys whose value is
 * `undefined` left out, everything outside ASCII escaped. Equal values give the same bytes on every platform.
 * Throws `TypeError` for what JSON cannot hold (NaN, infinities, bigint, functions).
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${scalar(key)}:${canonicalJson(member)}`);
    return `{${members.join(",")}}`;
  }
  return scalar(value);
}

/** SHA-256 of {@link canonicalJson}, in lower-case hex. */
export function canonicalHash(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}

function scalar(value: unknown): string {
  const text = typeof value === "number" && !Number.isFinite(value) ? undefined : JSON.stringify(value);
  if (text === undefined) throw new TypeError(`canonical JSON cannot hold ${String(value)}`);
  return text.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
