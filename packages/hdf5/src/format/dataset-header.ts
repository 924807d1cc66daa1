import type { Cursor } from "../bytes/cursor.js";
import { corrupt, Hdf5Error } from "../error.js";
import type { OpenMessage } from "../messages/attribute.js";
import { type Dataspace, elementCount, parseDataspace } from "../messages/dataspace.js";
import { type Datatype, parseDatatype } from "../messages/datatype.js";
import { parseFillValue, parseOldFillValue } from "../messages/fill-value.js";
import { type Filter, parseFilterPipeline } from "../messages/filter-pipeline.js";
import { type Layout, parseLayout } from "../messages/layout.js";
import { findMessage, MessageType } from "../messages/message.js";
import type { Metadata } from "./metadata.js";
import { readObjectHeader } from "./object-header.js";

/** What an object header says about a dataset. */
export interface DatasetHeader {
  readonly space: Dataspace;
  readonly type: Datatype;
  readonly layout: Layout;
  readonly filters: readonly Filter[];
  /** The user-defined fill value as stored; `undefined`: none, missing values are zero. */
  readonly fill?: Uint8Array;
}

const NEEDED = [
  MessageType.dataspace,
  MessageType.datatype,
  MessageType.layout,
  MessageType.fillValue,
  MessageType.filters,
];

export async function readDatasetHeader(
  metadata: Metadata,
  open: OpenMessage,
  address: number,
): Promise<DatasetHeader> {
  const messages = await readObjectHeader(metadata, address, (found) =>
    NEEDED.every((type) => findMessage(found, type) !== undefined),
  );
  const required = (type: number, name: string) => {
    const message = findMessage(messages, type);
    if (!message) throw corrupt(`a dataset without a ${name}`, address);
    return open(message);
  };
  const optional = async <T>(type: number, parse: (cursor: Cursor) => T) => {
    const message = findMessage(messages, type);
    return message && parse(await open(message));
  };

  if (!findMessage(messages, MessageType.layout)) {
    throw new Hdf5Error("wrong-kind", "this is not a dataset", { address });
  }
  const space = parseDataspace(await required(MessageType.dataspace, "dataspace"));
  const type = parseDatatype(await required(MessageType.datatype, "datatype"));
  const external = findMessage(messages, MessageType.externalFiles) !== undefined;
  const layout: Layout = external
    ? { kind: "unsupported", feature: "data in external files" }
    : parseLayout(await required(MessageType.layout, "layout"));
  const filters = (await optional(MessageType.filters, parseFilterPipeline)) ?? [];
  const fill =
    (await optional(MessageType.fillValue, parseFillValue)) ??
    (await optional(MessageType.oldFillValue, parseOldFillValue));
  const header = { space, type, layout, filters, ...(fill ? { fill } : {}) };
  check(header, address);
  return header;
}

/** The parts must agree with each other. */
function check({ space, type, layout, fill }: DatasetHeader, address: number): void {
  const bytes = elementCount(space) * type.size;
  if (fill && fill.length !== type.size) throw corrupt(`a fill value of ${fill.length} bytes`, address);
  if (layout.kind === "compact" && layout.bytes.length < bytes) throw corrupt("values are missing", address);
  if (layout.kind === "contiguous" && layout.address !== undefined && (layout.length ?? bytes) < bytes) {
    throw corrupt("fewer bytes are stored than the dataset has", address);
  }
  if (layout.kind === "chunked") {
    if (layout.chunkShape.length !== space.shape.length)
      throw corrupt("chunks of another rank than the dataset", address);
    if (layout.elementSize !== type.size)
      throw corrupt("chunks of another element size than the dataset", address);
  }
}
