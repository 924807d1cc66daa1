import type { ArraySpec } from "@zagg/product";
import { compileRowTest, countsPoints } from "@zagg/stats";
import {
  type Bounds,
  type Config,
  type DataSourceConfig,
  type DatasetConfig,
  type Dtype,
  datasetText,
  defined,
  type FillValue,
  type FilterConfig,
  type Problem,
  type StatisticConfig,
} from "../terms/index.js";
import type { ConfigDocument, DatasetDocument } from "./schema.js";

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
      shardsPerObject: output.shards_per_object,
    }),
    bounds: bounds && resolveBounds(bounds),
    catalog,
    attrs,
  });
}

function dataSource(source: ConfigDocument["data_source"]): DataSourceConfig {
  const { latitude, longitude } = source.coordinates;
  const coordinates = { latitude: dataset(latitude), longitude: dataset(longitude) };
  const variables = mapValues(source.variables, dataset);
  const named = new Map(Object.entries({ ...coordinates, ...variables }));
  const filters = (source.filters ?? []).map((filter): FilterConfig => {
    if ("expression" in filter) return expressionFilter(filter.expression, named);
    const { dataset: of, op, value, raw } = filter;
    const column = typeof of === "string" ? named.get(of) : undefined;
    return defined({ dataset: column ?? dataset(of), op, value, raw: raw || undefined });
  });
  const quality = source.quality_filter;
  if (quality !== undefined) {
    const { value, raw } = quality;
    filters.unshift(defined({ dataset: dataset(quality.dataset), op: "eq", value, raw: raw || undefined }));
  }
  return defined({
    driver: source.driver ?? ("auto" as const),
    shortName: source.short_name,
    groups: source.groups ?? [""],
    coordinates,
    variables,
    filters,
  });
}

/** An expression with the datasets of its columns; none where it does not compile, which is told when it is checked. */
function expressionFilter(expression: string, named: ReadonlyMap<string, DatasetConfig>): FilterConfig {
  const columns = columnsOf(expression, named.keys());
  return {
    expression,
    columns: Object.fromEntries(columns.map((name) => [name, named.get(name) as DatasetConfig])),
  };
}

function columnsOf(expression: string, known: Iterable<string>): readonly string[] {
  try {
    return compileRowTest(expression, known).columns;
  } catch {
    return [];
  }
}

/** A problem of a config's filters by the document's keys, in which `quality_filter` is not one of `filters`. */
export function inDocument(problem: Problem, { data_source }: ConfigDocument): Problem {
  const [first, second, index, ...rest] = problem.path;
  if (!data_source.quality_filter || second !== "filters" || typeof index !== "number") return problem;
  const key = index === 0 ? ["quality_filter"] : ["filters", index - 1];
  return { ...problem, path: [first as string, ...key, ...rest] };
}

/** What says no more than a path becomes the path alone: equal meaning, equal identity. */
function dataset(document: DatasetDocument): DatasetConfig {
  if (typeof document === "string") return datasetText(document);
  const { decode, fill, unsigned, join } = document;
  const path = datasetText(document.path);
  const more = defined({
    decode: decode === false ? decode : undefined,
    fill,
    scaleFactor: document.scale_factor,
    addOffset: document.add_offset,
    unsigned,
    validMin: document.valid_min,
    validMax: document.valid_max,
    join: join && defined({ ...join, base: join.base || undefined }),
  });
  return Object.keys(more).length === 0 ? path : { path, ...more };
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
  columns: ConfigDocument["data_source"]["variables"],
): StatisticConfig {
  const dtype = statistic.dtype ?? "float32";
  // 0.1.0 took h_li as the source where none was named; what counts points needs none, and counts them all.
  const needsSource = statistic.function !== undefined && !countsPoints(statistic.function);
  const source = statistic.source ?? (needsSource && "h_li" in columns ? "h_li" : undefined);
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
