import type { MetadataLines } from "../bytes/metadata-lines.js";
import { Hdf5UnsupportedError } from "../error.js";
import { type Extension, readExtension } from "./extension.js";
import { Metadata } from "./metadata.js";
import { readCacheImage } from "./read-cache-image.js";
import { readSuperblock } from "./superblock.js";

/** What must be known of a file before anything else in it. */
export interface OpenFormat {
  readonly metadata: Metadata;
  readonly extension: Extension;
  /** Address of the root group's object header. */
  readonly root: number;
}

/** Reads superblock, extension and metadata cache image, and checks that all of the file is there. */
export async function openFormat(lines: MetadataLines): Promise<OpenFormat> {
  const superblock = await readSuperblock(lines);
  const { base, root } = superblock;
  const metadata = new Metadata(lines, base, superblock);
  const extension = await readExtension(metadata, superblock).catch((error: unknown) => {
    // Of a file that is cut off, the extension may be missing too; of one in several parts, most of it is.
    throw error instanceof Hdf5UnsupportedError ? error : (superblock.missing(lines.size) ?? error);
  });
  const missing = superblock.missing(lines.size);
  if (missing) throw missing;
  if (!extension.cacheImage) return { metadata, extension, root };
  const { address, length } = extension.cacheImage;
  const image = await readCacheImage(metadata, address, length);
  return { metadata: new Metadata(lines, base, superblock, image), extension, root };
}
