import { Extents } from "../bytes/extents.js";
import { MetadataLines } from "../bytes/metadata-lines.js";
import { Requests } from "../bytes/requests.js";
import { bytesSource } from "../bytes/source.js";
import { Metadata } from "../format/metadata.js";
import { WIDTHS } from "./build.js";

/** The metadata of a file that has only these structures, addresses counting from its first byte. */
export function metadataOf(bytes: Uint8Array): Metadata {
  const requests = new Requests(bytesSource(bytes));
  return new Metadata(new MetadataLines(new Extents(requests, { bytes, size: bytes.length }, {})), 0, WIDTHS);
}
