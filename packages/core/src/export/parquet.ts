import { MAX_MORTON_INT64_ORDER, mortonOf } from "@zagg/healpix";
import type { Product } from "@zagg/product";
import type { ColumnSource, ParquetWriter } from "hyparquet-writer";
import type { Dtype } from "../terms/index.js";
import { VERSION } from "../version.js";
import { type OccupiedCells, occupiedCells, type StatisticValue } from "./occupied-cells.js";

/** Rows gathered before they are written: groups large enough to compress and skip well, a few MB in memory. */
const ROW_GROUP_ROWS = 65_536;

type Schema = ConstructorParameters<typeof ParquetWriter>[0]["schema"];

/** Physical and logical type of each dtype (Parquet's LogicalTypes.md). */
const TYPES = {
  int8: { type: "INT32", converted_type: "INT_8" },
  uint8: { type: "INT32", converted_type: "UINT_8" },
  int16: { type: "INT32", converted_type: "INT_16" },
  uint16: { type: "INT32", converted_type: "UINT_16" },
  int32: { type: "INT32" },
  uint32: { type: "INT32", converted_type: "UINT_32" },
  int64: { type: "INT64" },
  uint64: { type: "INT64", converted_type: "UINT_64" },
  float32: { type: "FLOAT" },
  float64: { type: "DOUBLE" },
} as const satisfies Record<Dtype, object>;

/**
 * A Parquet file of the occupied cells: `cell_ids`, `morton` (to order 18), `longitude`, `latitude`, and a nullable
 * column a variable. The product's attributes, `dggs` among them, are in the file's metadata under `zagg`.
 */
export async function* parquetBytes(product: Product): AsyncIterable<Uint8Array> {
  // Loaded by those who export alone: it is a tenth of what every start would load.
  const { ByteWriter, ParquetWriter } = await import("hyparquet-writer");
  const { childOrder } = product.spec.grid;
  const schema = schemaOf(product);
  const writer = new ByteWriter();
  const attributes = JSON.stringify(product.attributes);
  const file = new ParquetWriter({
    writer,
    schema,
    kvMetadata: [{ key: "zagg", value: attributes }],
    createdBy: `zagg version ${VERSION}`,
  });
  /** What the writer holds, which it then forgets; it goes on counting its offset. */
  const taken = () => {
    const bytes = writer.getBytes().slice();
    writer.index = 0;
    return bytes;
  };
  let gathered: OccupiedCells[] = [];
  let rows = 0;
  for await (const cells of occupiedCells(product)) {
    gathered.push(cells);
    rows += cells.ids.length;
    if (rows < ROW_GROUP_ROWS) continue;
    file.write({ columnData: columnsOf(gathered, childOrder, schema), rowGroupSize: rows });
    gathered = [];
    rows = 0;
    yield taken();
  }
  if (rows > 0) file.write({ columnData: columnsOf(gathered, childOrder, schema), rowGroupSize: rows });
  file.finish();
  yield taken();
}

function schemaOf({ spec }: Product): Schema {
  const column = (name: string, dtype: Dtype, repetition_type: "REQUIRED" | "OPTIONAL") => ({
    name,
    ...TYPES[dtype],
    repetition_type,
  });
  const columns = [
    column("cell_ids", "uint64", "REQUIRED"),
    ...(spec.grid.childOrder <= MAX_MORTON_INT64_ORDER ? [column("morton", "int64", "REQUIRED")] : []),
    column("longitude", "float64", "REQUIRED"),
    column("latitude", "float64", "REQUIRED"),
    ...Object.entries(spec.variables).map(([name, { dtype }]) => column(name, dtype, "OPTIONAL")),
  ];
  return [{ name: "schema", num_children: columns.length }, ...columns];
}

function columnsOf(gathered: readonly OccupiedCells[], order: number, schema: Schema): ColumnSource[] {
  const valuesOf = (cells: OccupiedCells, name: string): readonly StatisticValue[] => {
    if (name === "cell_ids") return cells.ids;
    if (name === "morton") return cells.ids.map((id) => mortonOf(order, id));
    if (name === "longitude") return cells.longitude;
    if (name === "latitude") return cells.latitude;
    return cells.variables.get(name) ?? [];
  };
  return schema
    .slice(1)
    .map(({ name }) => ({ name, data: gathered.flatMap((cells) => valuesOf(cells, name)) }));
}
