import type { Dataset, Group } from "h5wasm/node";
import type { SampleAttribute, SampleColumn, SampleRows } from "./rows.js";

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
    for (const { name, columns, fills, attributes } of rows.beams) {
      const segments = file.create_group(name).create_group("land_ice_segments");
      segments.create_group("fit_statistics");
      for (const [column, values] of Object.entries(columns)) {
        const dataset = writeColumn(segments, column, values, { chunkRows, fill: fills[column] });
        for (const [key, value] of Object.entries(attributes?.[column] ?? {})) attribute(dataset, key, value);
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
): Dataset {
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
  return dataset;
}

function dtypeOf(values: SampleColumn): "<d" | "<f" | "<b" | "<B" | "<h" | "<i" | "<q" {
  if (values instanceof Int8Array) return "<b";
  if (values instanceof Uint8Array) return "<B";
  if (values instanceof Int16Array) return "<h";
  if (values instanceof Int32Array) return "<i";
  if (values instanceof BigInt64Array) return "<q";
  return values instanceof Float32Array ? "<f" : "<d";
}

function attribute(
  target: Pick<Group | Dataset, "create_attribute">,
  name: string,
  value: SampleAttribute,
): void {
  if (typeof value === "string") target.create_attribute(name, value, [], `S${value.length}`);
  else if (typeof value === "number") target.create_attribute(name, [value], [], "<d");
  else target.create_attribute(name, value, [value.length], dtypeOf(value));
}
