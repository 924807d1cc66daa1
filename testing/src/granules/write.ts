import type { Group } from "h5wasm/node";
import type { SampleColumn, SampleRows } from "./rows.js";

/** Few, so that a beam has several chunks. */
const CHUNK_ROWS = 64;
const DEFLATE_LEVEL = 6;

/** Writes a granule as libhdf5 does. The bytes depend on `rows` and `chunkRows` alone. */
export async function writeGranule(path: string, rows: SampleRows, chunkRows = CHUNK_ROWS): Promise<void> {
  const { default: h5wasm } = await import("h5wasm/node");
  const library = await h5wasm.ready;
  library.activate_throwing_error_handler(); // else it prints what failed, and goes on
  // HDF5 stamps every object with the time of its creation, through Date.now; all of this is synchronous, so
  // nobody else sees the clock stand still.
  const now = Date.now;
  Date.now = () => 0;
  const file = new h5wasm.File(path, "w", { libver: rows.format });
  try {
    attribute(file, "title", "Made up for tests, not measured");
    attribute(file, "short_name", "ATL06");
    attribute(file, "time_coverage_start", rows.start);
    attribute(file, "time_coverage_end", rows.end);
    for (const { name, columns, fills } of rows.beams) {
      const segments = file.create_group(name).create_group("land_ice_segments");
      segments.create_group("fit_statistics");
      for (const [column, values] of Object.entries(columns)) {
        writeColumn(segments, column, values, { chunkRows, fill: fills[column] });
      }
    }
  } finally {
    file.close();
    Date.now = now;
  }
}

function writeColumn(
  segments: Group,
  path: string,
  values: SampleColumn,
  { chunkRows, fill }: { readonly chunkRows: number; readonly fill: number | undefined },
): void {
  const [name = "", folder] = path.split("/").reverse();
  const group = folder === undefined ? segments : (segments.get(folder) as Group);
  const dtype = dtypeOf(values);
  const dataset = group.create_dataset({
    name,
    data: values,
    shape: [values.length],
    maxshape: [null],
    dtype,
    chunks: [chunkRows],
    compression: "gzip",
    compression_opts: [DEFLATE_LEVEL],
  });
  if (fill !== undefined)
    dataset.create_attribute(
      "_FillValue",
      dtype === "<q" ? BigInt64Array.of(BigInt(fill)) : [fill],
      [],
      dtype,
    );
}

function dtypeOf(values: SampleColumn): "<d" | "<f" | "<b" | "<i" | "<q" {
  if (values instanceof Int8Array) return "<b";
  if (values instanceof Int32Array) return "<i";
  if (values instanceof BigInt64Array) return "<q";
  return values instanceof Float32Array ? "<f" : "<d";
}

function attribute(target: Pick<Group, "create_attribute">, name: string, text: string): void {
  target.create_attribute(name, text, [], `S${text.length}`);
}
