import { tickLabel } from "@zagg/map";
import type { Variable } from "../data/shown-product.js";
import { element, type PageElements } from "./elements.js";

/** What is known of one cell. */
export interface CellFacts {
  readonly cell: number;
  readonly morton: string;
  readonly lon: number;
  readonly lat: number;
  readonly shard: string;
  readonly state: string;
  /** Undefined: not read yet; NaN: no value. */
  readonly values: readonly { readonly variable: Variable; readonly value: number | undefined }[];
}

export function showCell({ inspector }: PageElements, facts: CellFacts | undefined, pinned: boolean): void {
  if (!facts) {
    inspector.replaceChildren(element("p", "Point at the map to see a cell; click to pin it.", "hint"));
    return;
  }
  const rows: [string, string][] = [
    ["cell", String(facts.cell)],
    ["morton", facts.morton],
    ["latitude", `${facts.lat.toFixed(4)}°`],
    ["longitude", `${facts.lon.toFixed(4)}°`],
    ["shard", `${facts.shard} (${facts.state})`],
    ...facts.values.map(({ variable, value }): [string, string] => [
      variable.name,
      valueText(value, variable.unit),
    ]),
  ];
  const list = element("dl");
  for (const [name, value] of rows) list.append(element("dt", name), element("dd", value));
  inspector.replaceChildren(element("h2", pinned ? "Pinned cell" : "Cell"), list);
}

function valueText(value: number | undefined, unit: string | undefined): string {
  if (value === undefined) return "…";
  if (Number.isNaN(value)) return "no data";
  return unit === undefined ? tickLabel(value) : `${tickLabel(value)} ${unit}`;
}
