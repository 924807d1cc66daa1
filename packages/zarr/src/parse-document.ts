import { isDataType } from "./data-type.js";
import type { ArrayDocument, Document } from "./document.js";
import { ZarrError } from "./error.js";
import { shardingProblem } from "./sharding.js";

/**
 * The document in the bytes of a `zarr.json`, with those of its consolidated block. Checked are the parts this
 * package relies on: throws `corrupt` for what is no Zarr v3 metadata, `unsupported` for arrays of another kind
 * than {@link arrayDocument} makes. `name` is for messages.
 */
export function parseDocument(bytes: Uint8Array, name: string): Document {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new ZarrError("corrupt", `${name} is no JSON`, { cause });
  }
  return checked(parsed, name);
}

function checked(value: unknown, name: string): Document {
  const document = isRecord(value) ? value : {};
  if (document.zarr_format !== 3) throw new ZarrError("corrupt", `${name} is no Zarr v3 metadata`);
  if (!isRecord(document.attributes)) document.attributes = {};
  if (document.node_type === "array") return checkedArray(document, name);
  if (document.node_type !== "group") throw new ZarrError("corrupt", `${name} is neither group nor array`);

  const consolidated = document.consolidated_metadata;
  if (isRecord(consolidated) && isRecord(consolidated.metadata)) {
    for (const [path, below] of Object.entries(consolidated.metadata)) checked(below, `${name}, ${path}`);
  }
  return document as unknown as Document;
}

function checkedArray(document: Record<string, unknown>, name: string): Document {
  const array = document as unknown as Partial<ArrayDocument>;
  const shape = array.shape;
  const chunkShape = array.chunk_grid?.configuration?.chunk_shape;
  const plain =
    isDataType(array.data_type) &&
    array.chunk_grid?.name === "regular" &&
    array.chunk_key_encoding?.name === "default" &&
    (array.chunk_key_encoding.configuration?.separator ?? "/") === "/" &&
    isShape(shape, 0) &&
    isShape(chunkShape, 1) &&
    shape.length === chunkShape.length &&
    Array.isArray(array.codecs);
  if (!plain) {
    throw new ZarrError(
      "unsupported",
      `${name} is an array of a data type, chunk grid or key encoding we do not read`,
    );
  }
  const problem = shardingProblem(document as unknown as ArrayDocument);
  if (problem)
    throw new ZarrError("unsupported", `${name} is an array with ${problem}, which we do not read`);
  // The specification lets arrays go without names.
  document.dimension_names ??= shape.map(() => null);
  return document as unknown as Document;
}

function isShape(value: unknown, least: number): value is readonly number[] {
  return Array.isArray(value) && value.every((length) => Number.isSafeInteger(length) && length >= least);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
