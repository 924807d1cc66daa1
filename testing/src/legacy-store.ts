/** What this needs of the store that it reads, and of the one that it writes. */
interface Source {
  list(prefix: string): AsyncIterable<{ readonly key: string }>;
  get(key: string): Promise<Uint8Array | undefined>;
}
interface Target {
  put(key: string, bytes: Uint8Array): Promise<void>;
}

type Json = Record<string, unknown>;

/** Arrays that 0.1.0 does not have. */
const NEW_ARRAYS = /\/shard_(ids|state)\//;
/** Declared by 0.1.0 although it binned geodetic latitudes. */
const ELLIPSOID = { name: "WGS84", semimajor_axis: 6378137.0, inverse_flattening: 298.257223563 };

/**
 * Writes a product of ours, geodetic and without compression, as 0.1.0 would have left it: no provenance, no
 * attributes of arrays, an ellipsoid that its cells do not follow, shards in any order (here the reverse), and
 * consolidated metadata in the root alone.
 */
export async function writeLegacyStore(source: Source, target: Target): Promise<void> {
  const documents = new Map<string, Json>();
  const chunks: { array: string; k: number; key: string }[] = [];
  for await (const { key } of source.list("")) {
    if (NEW_ARRAYS.test(key)) continue;
    const chunk = /^(.*)\/c\/(\d+)$/.exec(key);
    if (chunk) chunks.push({ array: chunk[1] as string, k: Number(chunk[2]), key });
    else documents.set(key, JSON.parse(new TextDecoder().decode(await source.get(key))));
  }

  const last = Math.max(...chunks.map(({ k }) => k));
  for (const { array, k, key } of chunks) {
    await target.put(`${array}/c/${last - k}`, (await source.get(key)) as Uint8Array);
  }

  const put = (key: string, document: unknown) =>
    target.put(key, new TextEncoder().encode(JSON.stringify(document)));
  const metadata: Json = {};
  for (const [key, { consolidated_metadata: _, ...document }] of documents) {
    if (key === "zarr.json") continue;
    const old = { ...document, attributes: groupAttributes(document) };
    metadata[key.replace(/\/zarr\.json$/, "")] = old;
    await put(key, old);
  }
  const consolidated = { kind: "inline", must_understand: false, metadata };
  const root = { attributes: {}, zarr_format: 3, node_type: "group", consolidated_metadata: consolidated };
  await put("zarr.json", root);
}

function groupAttributes({ node_type, attributes }: Json): Json {
  if (node_type !== "group") return {};
  const { zarr_conventions, dggs } = attributes as Json;
  return { zarr_conventions, dggs: { ...(dggs as Json), ellipsoid: ELLIPSOID } };
}
