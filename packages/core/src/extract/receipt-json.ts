import type { Encoding } from "../granule/index.js";
import { decodeJson, encodeJson } from "../terms/index.js";
import type { ExtractReceipt } from "./receipt.js";
import { receiptProblem } from "./receipt-shape.js";

/** As JSON, which has no infinities: the numbers of encodings are texts there. */
export function encodeReceipt(receipt: ExtractReceipt): Uint8Array {
  return encodeJson(withEncodings(receipt, (number) => String(number)));
}

/** Undefined for what is no receipt, or not whole: the granule is read again then. */
export function decodeReceipt(bytes: Uint8Array | undefined): ExtractReceipt | undefined {
  try {
    const receipt = withEncodings(decodeJson(bytes ?? new Uint8Array()) as ExtractReceipt, Number);
    return receiptProblem(receipt) === undefined ? receipt : undefined;
  } catch {
    return undefined;
  }
}

function withEncodings<T>(receipt: ExtractReceipt, spell: (number: number) => T) {
  const spelt = ({ fills, min, max, scale, offset, ...encoding }: Encoding) => ({
    ...encoding,
    fills: fills.map(spell),
    min: spell(min),
    max: spell(max),
    scale: spell(scale),
    offset: spell(offset),
  });
  return {
    ...receipt,
    groups: receipt.groups.map((group) => ({
      ...group,
      columns: group.columns.map(({ dtype, encoding }) => ({ dtype, encoding: spelt(encoding) })),
    })),
  };
}
