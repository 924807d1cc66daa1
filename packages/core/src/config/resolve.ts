import type { ArraySpec } from "@zagg/product";
import {
  type Bounds,
  type Config,
  type DataSourceConfig,
  type Dtype,
  defined,
  type FillValue,
  type FilterConfig,
  type StatisticConfig,
} from "../terms/index.js";
import type { ConfigDocument } from "./schema.js";

/** Turns a document into the {@link Config} it stands for: names translated, defaults filled in. */
export function resolveDocument(document: ConfigDocument, name: string): Config {
  const { data_source, aggregation, output, bounds, catalog, attrs } = document;
  const columns = data_source.variables;
  return defined({
    name,
    dataSource: dataSource(data_source),
    aggregation: {
      coordinates: coordinates(aggregation.coordinates),
      variables: mapValues(aggregation.variables, (statistic) => resolveStatistic(statistic, columns)),
    },
    output: defined({
      grid: defined({
        type: "healpix" as const,
        indexingScheme: "nested" as const,
        childOrder: output.grid.child_order,
        parentOrder: output.grid.parent_order,
        latitude: output.grid.latitude,
      }),
      store: output.store,
      codecs: output.codecs ?? "gzip",
    }),
    bounds: bounds && resolveBounds(bounds),
    catalog,
    attrs,
  });
}

function dataSource(source: ConfigDocument["data_source"]): DataSourceConfig {
  const paths = new Map(Object.entries({ ...source.coordinates, ...source.variables }));
  const filters: FilterConfig[] = (source.filters ?? []).map((filter) => ({
    dataset: paths.get(filter.dataset) ?? filter.dataset,
    op: filter.op,
    value: filter.value,
  }));
  const quality = source.quality_filter;
  if (quality !== undefined) filters.unshift({ dataset: quality.dataset, op: "eq", value: quality.value });
  return {
    driver: source.driver ?? "auto",
    groups: source.groups,
    coordinates: source.coordinates,
    variables: source.variables,
    filters,
  };
}

const COORDINATES: Readonly<Record<string, ArraySpec>> = {
  cell_ids: { dtype: "uint64", fillValue: 0, attrs: {} },
  morton: { dtype: "int64", fillValue: 0, attrs: {} },
  latitude: { dtype: "float64", fillValue: "NaN", attrs: {} },
  longitude: { dtype: "float64", fillValue: "NaN", attrs: {} },
};

function coordinates(
  given: ConfigDocument["aggregation"]["coordinates"] = { cell_ids: {}, morton: {} },
): Config["aggregation"]["coordinates"] {
  // Readers cannot place a cell without its id, so cell_ids is part of every product.
  return mapValues({ cell_ids: {}, ...given }, ({ dtype, fill_value, attrs }, name) => {
    const standard = COORDINATES[name] as ArraySpec;
    return {
      dtype: dtype ?? standard.dtype,
      fillValue: fill_value ?? (dtype === undefined ? standard.fillValue : defaultFill(dtype)),
      attrs: attrs ?? {},
    };
  });
}

function resolveStatistic(
  statistic: ConfigDocument["aggregation"]["variables"][string],
  columns: Readonly<Record<string, string>>,
): StatisticConfig {
  const dtype = statistic.dtype ?? "float32";
  // 0.1.0 took h_li as the source where none was named.
  const source =
    statistic.source ?? (statistic.function !== undefined && "h_li" in columns ? "h_li" : undefined);
  return defined({
    function: statistic.function,
    expression: statistic.expression,
    source,
    params: statistic.params ?? {},
    dtype,
    fillValue: statistic.fill_value ?? defaultFill(dtype),
    attrs: statistic.attrs ?? {},
    raster: statistic.raster,
  });
}

function defaultFill(dtype: Dtype): FillValue {
  return dtype === "float32" || dtype === "float64" ? "NaN" : 0;
}

function resolveBounds({ temporal, spatial }: NonNullable<ConfigDocument["bounds"]>): Bounds {
  const [west, south, east, north] = spatial ?? [];
  return defined({
    temporal: temporal && {
      start: instant(temporal.start_date, "T00:00:00Z"),
      end: instant(temporal.end_date, "T23:59:59.999Z"),
    },
    spatial: spatial && ({ west, south, east, north } as NonNullable<Bounds["spatial"]>),
  });
}

function instant(date: string, time: string): string {
  if (!date.includes("T")) return date + time;
  return date.endsWith("Z") ? date : `${date}Z`;
}

function mapValues<V, R>(
  record: Readonly<Record<string, V>>,
  map: (value: V, key: string) => R,
): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
