import { bytesPerValue, DATA_TYPES } from "@zagg/zarr";
import * as z from "zod/mini";
import { firstProblem } from "../terms/index.js";
import { type ExtractReceipt, type ExtractSlice, paddedLength } from "./receipt.js";

const count = () => z.int().check(z.gte(0));

/** Infinities and NaN, too. */
const anyNumber = () => z.custom<number>((value) => typeof value === "number", "expected a number");

const encoding = z.strictObject({
  sign: z.optional(z.enum(["signed", "unsigned"])),
  fills: z.array(anyNumber()),
  min: anyNumber(),
  max: anyNumber(),
  scale: anyNumber(),
  offset: anyNumber(),
});

const group = z.strictObject({
  group: count(),
  absent: z.boolean(),
  columns: z.array(z.strictObject({ dtype: z.enum(DATA_TYPES), encoding })),
});

const slice = z.strictObject({
  shard: count(),
  part: count(),
  offset: count(),
  length: count(),
  crc: count(),
  groups: z.array(z.strictObject({ group: count(), rows: count() })),
});

const receipt = z.strictObject({
  format: z.literal("zagg-extract/1"),
  key: z.string(),
  id: z.string(),
  version: z.strictObject({
    size: count(),
    etag: z.optional(z.string()),
    modified: z.optional(z.string()),
  }),
  columns: z.array(z.string()),
  groups: z.array(group),
  shards: z.array(count()),
  parts: z.array(z.string()),
  slices: z.array(slice),
  dropped: z.record(z.string(), z.record(z.string(), count())),
  counts: z.strictObject({
    rows: count(),
    withoutCoordinates: count(),
    unlisted: count(),
    bytes: count(),
    requests: count(),
    retries: count(),
  }),
});

/** Why a document is no receipt that points can be read by, in words; undefined where it is one. */
export function receiptProblem(document: unknown): string | undefined {
  const problem = firstProblem(receipt, document);
  if (problem !== undefined) return problem;
  const found = document as ExtractReceipt;
  const wrong = found.slices.find(
    (each) => each.part >= found.parts.length || lengthOf(each, found) !== each.length,
  );
  return wrong && `a slice of shard ${wrong.shard} is not as long as its points`;
}

/** Bytes that the points of a slice take; undefined where a group lacks columns. */
function lengthOf({ groups }: ExtractSlice, { groups: all, columns }: ExtractReceipt): number | undefined {
  let length = 0;
  for (const { group, rows } of groups) {
    const stored = all.find((each) => each.group === group)?.columns;
    if (stored?.length !== columns.length) return undefined;
    const sizes = [4, ...stored.map(({ dtype }) => bytesPerValue(dtype))];
    length += sizes.reduce((sum, size) => sum + paddedLength(size * rows), 0);
  }
  return length;
}
