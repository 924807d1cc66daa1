import { MAX_MORTON_INT64_ORDER, MAX_NUMBER_ORDER, mortonOf } from "@zagg/healpix";
import type { Product } from "@zagg/product";
import { cellPolygon } from "./cell-polygon.js";
import { occupiedCells, type StatisticValue } from "./occupied-cells.js";

/** A header line, then one line a cell; a missing value is an empty field. No value or name needs quotes. */
export async function* csvText(product: Product): AsyncIterable<string> {
  const { grid, variables } = product.spec;
  const morton = grid.childOrder <= MAX_MORTON_INT64_ORDER;
  const names = [
    "cell_ids",
    ...(morton ? ["morton"] : []),
    "longitude",
    "latitude",
    ...Object.keys(variables),
  ];
  yield `${names.join(",")}\n`;
  for await (const cells of occupiedCells(product)) {
    const columns: (readonly StatisticValue[])[] = [
      cells.ids,
      ...(morton ? [cells.ids.map((id) => mortonOf(grid.childOrder, id))] : []),
      cells.longitude,
      cells.latitude,
      ...cells.variables.values(),
    ];
    yield cells.ids.map((_, i) => `${columns.map((column) => column[i] ?? "").join(",")}\n`).join("");
  }
}

/** A FeatureCollection (RFC 7946) with one polygon a cell, one line each; a missing value is null. */
export async function* geojsonText(product: Product): AsyncIterable<string> {
  const { grid } = product.spec;
  const plain = (value: StatisticValue) =>
    typeof value === "bigint" ? jsonInteger(value) : Number.isFinite(value) ? value : null;
  yield '{"type":"FeatureCollection","features":[';
  let separator = "\n";
  for await (const cells of occupiedCells(product)) {
    const lines = cells.ids.map((id, i) => {
      const values = [...cells.variables].map(([name, column]) => [name, plain(column[i] as StatisticValue)]);
      const nested = grid.childOrder <= MAX_NUMBER_ORDER ? Number(id) : String(id);
      return JSON.stringify({
        type: "Feature",
        id: nested,
        geometry: cellPolygon(grid.childOrder, id, grid.latitude),
        properties: {
          cell_ids: nested,
          morton: String(mortonOf(grid.childOrder, id)),
          longitude: cells.longitude[i],
          latitude: cells.latitude[i],
          ...Object.fromEntries(values),
        },
      });
    });
    yield separator + lines.join(",\n");
    separator = ",\n";
  }
  yield "\n]}\n";
}

/** As a number where JSON's readers keep all digits, else as a string. */
function jsonInteger(value: bigint): number | string {
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}
