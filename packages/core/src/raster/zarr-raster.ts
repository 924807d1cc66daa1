import { columnCentres, type PixelGrid, rowCentres } from "@zagg/map";
import type { WritableStore } from "@zagg/storage";
import {
  type ArrayDocument,
  arrayDocument,
  type ChunkValues,
  chunkKey,
  codecsFor,
  consolidate,
  type DataType,
  type Document,
  documentKey,
  encodeChunkAside,
  encodeDocument,
  groupDocument,
} from "@zagg/zarr";
import pMap from "p-map";
import type { Attributes } from "../terms/index.js";
import { axisAttributes, gridMapping } from "./grid-mapping.js";
import type { RasterSet } from "./rasterize.js";

/** Side of a chunk in pixels: a megabyte of float32. */
const CHUNK_SIDE = 512;
/** Chunks on their way into the store at the same time. */
const PUTS_IN_FLIGHT = 4;

/**
 * Writes rasters as a Zarr v3 group by the CF conventions: float32 variables over `y` and `x`, which are pixel centres,
 * and a scalar `spatial_ref` that names the CRS. `attributes` holds those of each variable. The root's metadata goes
 * last, so that a store cut short does not open.
 */
export async function writeZarrRaster(
  store: WritableStore,
  { grid, rasters }: RasterSet,
  attributes: ReadonlyMap<string, Attributes>,
): Promise<void> {
  const documents = new Map<string, Document>([["", groupDocument({ Conventions: "CF-1.11" })]]);
  const add = (name: string, document: ArrayDocument) => documents.set(name, document);

  add("x", array("float64", 0, ["x"], [grid.width], [grid.width], axisAttributes(grid.crs, "x")));
  add("y", array("float64", 0, ["y"], [grid.height], [grid.height], axisAttributes(grid.crs, "y")));
  add("spatial_ref", array("int32", 0, [], [], [], gridMapping(grid.crs)));
  await put(store, chunkKey("x", 0), columnCentres(grid));
  await put(store, chunkKey("y", 0), rowCentres(grid));
  await put(store, chunkKey("spatial_ref"), Int32Array.of(0));

  const chunk = [Math.min(CHUNK_SIDE, grid.height), Math.min(CHUNK_SIDE, grid.width)] as const;
  for (const [name, { values }] of rasters) {
    const attrs = { ...attributes.get(name), grid_mapping: "spatial_ref" };
    add(name, array("float32", "NaN", ["y", "x"], [grid.height, grid.width], chunk, attrs));
    await pMap(
      chunksOf(grid, chunk),
      async ([row, column]) => {
        const piece = cut(values, grid.width, grid.height, row * chunk[0], column * chunk[1], chunk);
        await put(store, chunkKey(name, row, column), piece);
      },
      { concurrency: PUTS_IN_FLIGHT },
    );
  }
  const consolidated = [...consolidate(documents)].reverse();
  for (const [path, document] of consolidated) await store.put(documentKey(path), encodeDocument(document));
}

function array(
  dataType: DataType,
  fillValue: ArrayDocument["fill_value"],
  dimensionNames: readonly string[],
  shape: readonly number[],
  chunkShape: readonly number[],
  attributes: Attributes,
): ArrayDocument {
  const codecs = codecsFor(dataType, "gzip");
  return arrayDocument({ shape, chunkShape, dataType, fillValue, codecs, dimensionNames, attributes });
}

async function put(store: WritableStore, key: string, values: ChunkValues): Promise<void> {
  const type =
    values instanceof Float32Array ? "float32" : values instanceof Int32Array ? "int32" : "float64";
  await store.put(key, await encodeChunkAside(values, codecsFor(type, "gzip")));
}

function* chunksOf(
  { width, height }: PixelGrid,
  [rows, columns]: readonly [number, number],
): Generator<readonly [row: number, column: number]> {
  for (let row = 0; row * rows < height; row++) {
    for (let column = 0; column * columns < width; column++) yield [row, column];
  }
}

/** One whole chunk; what lies beyond the raster's edge is NaN. */
function cut(
  values: Float32Array,
  width: number,
  height: number,
  top: number,
  left: number,
  [rows, columns]: readonly [number, number],
): Float32Array {
  const piece = new Float32Array(rows * columns).fill(Number.NaN);
  for (let row = 0; row < Math.min(rows, height - top); row++) {
    const from = (top + row) * width + left;
    piece.set(values.subarray(from, from + Math.min(columns, width - left)), row * columns);
  }
  return piece;
}
