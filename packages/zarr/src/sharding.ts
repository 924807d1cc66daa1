import { type Codec, codecsFor } from "./codec.js";
import { ZarrError } from "./error.js";

/**
 * The codec that lays inner chunks side by side in one stored object, with an index of where each of them lies
 * (Zarr v3, "sharding codec"). Its configuration is what we write: the index at the end, with a checksum.
 */
export interface ShardingCodec {
  readonly name: "sharding_indexed";
  readonly configuration: {
    readonly chunk_shape: readonly number[];
    readonly codecs: readonly Codec[];
    readonly index_codecs: readonly Codec[];
    readonly index_location: "end";
  };
}

/** An index is of `uint64` and has a checksum, whatever the chunks have. */
const INDEX_CODECS = codecsFor("uint64", "crc32c");

/**
 * The codecs of an array whose objects hold inner chunks of `chunkShape`, each packed by `codecs`. Throws `invalid` for
 * codecs without a checksum: what is read out of the middle of an object must tell by itself that it is whole.
 */
export function shardingCodecs(
  chunkShape: readonly number[],
  codecs: readonly Codec[],
): readonly [ShardingCodec] {
  if (!codecs.some(({ name }) => name === "gzip" || name === "crc32c")) {
    throw new ZarrError("invalid", "inner chunks need a checksum: gzip or crc32c");
  }
  return [
    {
      name: "sharding_indexed",
      configuration: {
        chunk_shape: chunkShape,
        codecs,
        index_codecs: INDEX_CODECS,
        index_location: "end",
      },
    },
  ];
}

/** How the values of an array lie in its objects. */
export interface Chunking {
  /** Shape of what is packed by itself: of an object, or of each inner chunk in it. */
  readonly chunkShape: readonly number[];
  readonly codecs: readonly Codec[];
  /** Inner chunks that an object has room for; undefined: the object is the chunk. */
  readonly slots: number | undefined;
}

/** What {@link chunking} asks of an array's metadata. */
export interface Chunked {
  readonly chunk_grid: { readonly configuration: { readonly chunk_shape: readonly number[] } };
  readonly codecs: readonly (Codec | ShardingCodec)[];
}

/** How the values of an array lie in its objects. */
export function chunking({ chunk_grid, codecs }: Chunked): Chunking {
  const outer = chunk_grid.configuration.chunk_shape;
  const [sharding] = codecs;
  if (sharding?.name !== "sharding_indexed") {
    return { chunkShape: outer, codecs: codecs as readonly Codec[], slots: undefined };
  }
  const { chunk_shape: chunkShape, codecs: inner } = sharding.configuration;
  const slots = outer.reduce((product, length, i) => product * (length / (chunkShape[i] as number)), 1);
  return { chunkShape, codecs: inner, slots };
}

/** What is wrong with an array's sharding, in words; undefined where nothing is, or where it has none. */
export function shardingProblem({ chunk_grid, codecs }: Chunked): string | undefined {
  const outer = chunk_grid.configuration.chunk_shape;
  const found = codecs.find((codec: unknown) => isRecord(codec) && codec.name === "sharding_indexed");
  if (found === undefined) return undefined;
  if (codecs.length > 1) return "sharding beside other codecs";
  const { configuration } = found as { readonly configuration?: Partial<ShardingCodec["configuration"]> };
  const { chunk_shape: inner, codecs: chain, index_codecs, index_location = "end" } = configuration ?? {};
  const divides =
    Array.isArray(inner) &&
    inner.length === outer.length &&
    inner.every(
      (length, i) => Number.isSafeInteger(length) && length >= 1 && (outer[i] as number) % length === 0,
    );
  if (!divides) return `inner chunks of ${JSON.stringify(inner)} in chunks of ${JSON.stringify(outer)}`;
  const inChunk: readonly unknown[] | undefined = Array.isArray(chain) ? chain : undefined;
  if (!inChunk?.every((codec: unknown) => isRecord(codec) && codec.name !== "sharding_indexed"))
    return "inner chunks whose codecs make no sense";
  if (index_location !== "end" || !isIndexChain(index_codecs))
    return "an index that is not at the end, little-endian and with a crc32c";
  return undefined;
}

function isIndexChain(codecs: unknown): boolean {
  if (!Array.isArray(codecs) || codecs.length !== 2) return false;
  const [bytes, sum] = codecs as readonly Partial<Codec>[];
  return bytes?.name === "bytes" && bytes.configuration?.endian === "little" && sum?.name === "crc32c";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
