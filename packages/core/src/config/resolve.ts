import type { ArraySpec } from "@zagg/product";
import type {
  Bounds,
  Config,
  DataSourceConfig,
  Dtype,
  FillValue,
  FilterConfig,
  StatisticConfig,
} from "../terms/index.js";
import type { ConfigDocument } from "./schema.js";

/** Turns a document into the {@link Config} it stands for: names translated, defaults filled in. */
export function resolveDocument(document: ConfigDocument, name: string): Config {
  const { data_source, aggregation, output, bounds, catalog, attrs } = document;
  const columns = data_source.variables;
  return {
    name,
    dataSource: dataSource(data_source),
    aggregation: {
      coordinates: coordinates(aggregation.coordinates),
      variables: mapValues(aggregation.variables, (statistic) => resolveStatistic(statistic, columns)),
    },
    output: {
      grid: {
        type: "healpix",
        indexingScheme: "nested",
        childOrder: output.grid.child_order,
        ...present("parentOrder", output.grid.parent_order),
        ...present("latitude", output.grid.latitude),
      },
      ...present("store", output.store),
      codecs: output.codecs ?? "gzip",
    },
    ...present("bounds", bounds && resolveBounds(bounds)),
    ...present("catalog", catalog),
    ...present("attrs", attrs),
  };
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
  return {
    ...present("function", statistic.function),
    ...present("expression", statistic.expression),
    ...present("source", source),
    params: statistic.params ?? {},
    dtype,
    fillValue: statistic.fill_value ?? defaultFill(dtype),
    attrs: statistic.attrs ?? {},
    ...present("raster", statistic.raster),
  };
}

function defaultFill(dtype: Dtype): FillValue {
  return dtype === "float32" || dtype === "float64" ? "NaN" : 0;
}

function resolveBounds({ temporal, spatial }: NonNullable<ConfigDocument["bounds"]>): Bounds {
  return {
    ...present(
      "temporal",
      temporal && {
        start: instant(temporal.start_date, "T00:00:00Z"),
        end: instant(temporal.end_date, "T23:59:59.999Z"),
      },
    ),
    ...present(
      "spatial",
      spatial && {
        west: spatial[0] as number,
        south: spatial[1] as number,
        east: spatial[2] as number,
        north: spatial[3] as number,
      },
    ),
  };
}

function instant(date: string, time: string): string {
  if (!date.includes("T")) return date + time;
  return date.endsWith("Z") ? date : `${date}Z`;
}

/** `{[key]: value}`, or nothing: a config has no keys that are undefined. */
function present<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: V });
}

function mapValues<V, R>(
  record: Readonly<Record<string, V>>,
  map: (value: V, key: string) => R,
): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
