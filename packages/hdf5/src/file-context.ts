import { Extents } from "./bytes/extents.js";
import { readFront } from "./bytes/front.js";
import { MetadataLines } from "./bytes/metadata-lines.js";
import { Requests } from "./bytes/requests.js";
import type { ByteSource, ReadOptions } from "./bytes/source.js";
import { within, withinNow } from "./error.js";
import { readAttributes } from "./format/attributes.js";
import { GlobalHeap } from "./format/global-heap.js";
import type { Metadata } from "./format/metadata.js";
import { readObjectHeader } from "./format/object-header.js";
import { type OpenFormat, openFormat } from "./format/open.js";
import { messageOpener } from "./format/shared.js";
import type { OpenMessage } from "./messages/attribute.js";
import { Pipeline } from "./read/pipeline.js";
import { ReadAhead } from "./read/read-ahead.js";
import { type Attributes, attributeValues } from "./values/attributes.js";

/** What everything in one open file shares. */
export class FileContext {
  readonly metadata: Metadata;
  readonly open: OpenMessage;
  readonly heap: GlobalHeap;
  readonly readAhead: ReadAhead;
  readonly pipeline: Pipeline;
  /** Address of the root group. */
  readonly root: number;
  readonly #url: string;

  /** Reads the front of a file, and its superblock. */
  static async open(source: ByteSource, options: ReadOptions, maxReadBytes: number): Promise<FileContext> {
    const requests = new Requests(source);
    const extents = new Extents(requests, await readFront(requests, options), options);
    const readAhead = new ReadAhead(extents);
    const format = await openFormat(new MetadataLines(extents));
    const pipeline = new Pipeline(extents, readAhead, maxReadBytes);
    return new FileContext(source.url, format, readAhead, pipeline);
  }

  private constructor(
    url: string,
    { metadata, extension, root }: OpenFormat,
    readAhead: ReadAhead,
    pipeline: Pipeline,
  ) {
    this.#url = url;
    this.metadata = metadata;
    this.open = messageOpener(metadata, extension);
    this.heap = new GlobalHeap(metadata);
    this.readAhead = readAhead;
    this.pipeline = pipeline;
    this.root = root;
  }

  /** Runs `work` on the object at `path`: errors that leave it name file and object. */
  at<T>(path: string, work: () => Promise<T>): Promise<T> {
    return within({ url: this.#url, path }, work);
  }

  /** As {@link at}, for work that waits for nothing. */
  atNow<T>(path: string, work: () => T): T {
    return withinNow({ url: this.#url, path }, work);
  }

  /** Attributes of the object whose header lies at `address`. */
  async attributes(address: number): Promise<Attributes> {
    const messages = await readObjectHeader(this.metadata, address);
    const attributes = await readAttributes(this.metadata, this.open, messages);
    return attributeValues(attributes, this.metadata.widths.offsetSize, this.heap);
  }
}
