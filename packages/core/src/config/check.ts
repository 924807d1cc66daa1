import { MAX_MORTON_INT64_ORDER } from "@zagg/healpix";
import { COORDINATE_DTYPES, nameProblem, shardsPerObjectProblem } from "@zagg/product";
import { isImplicitColumn } from "@zagg/stats";
import { fillFits, isFloat, VALUE_RANGE } from "@zagg/zarr";
import {
  type Config,
  ConfigError,
  type DataSourceConfig,
  type Dtype,
  type FillValue,
  type Problem,
  utcTime,
} from "../terms/index.js";
import { datasetProblems } from "./check-datasets.js";
import { filterProblems } from "./check-filters.js";
import { problemsOfStatistics } from "./statistics.js";

/**
 * Checks what the keys of a config mean together, including that every function and expression compiles.
 * Throws {@link ConfigError} with all that is wrong. `loadConfig` and `parseConfig` have done this already;
 * it is for configs made by a program.
 *
 * @example validateConfig({ ...defaultConfig(), name: "mine" });
 */
export function validateConfig(config: Config): void {
  const problems = configProblems(config);
  if (problems.length > 0) throw new ConfigError(problems);
}

/** All that is wrong with a config, by the YAML keys. */
export function configProblems(config: Config): Problem[] {
  return [
    ...gridProblems(config),
    ...datasetProblems(config.dataSource),
    ...sourceProblems(config.dataSource),
    ...coordinateProblems(config),
    ...variableProblems(config),
    ...attributeProblems(config),
    ...boundsProblems(config),
  ];
}

function* gridProblems({ output, aggregation }: Config): Generator<Problem> {
  const { childOrder, parentOrder } = output.grid;
  const { shardsPerObject = 1 } = output;
  // Without an order of its own a config takes the catalog's: the product is checked then.
  const shards = { childOrder, parentOrder: parentOrder ?? childOrder };
  const tooMany = shardsPerObjectProblem(shards, shardsPerObject);
  if (tooMany && childOrder >= shards.parentOrder) {
    yield { code: "invalid-value", path: ["output", "shards_per_object"], message: `${tooMany}.` };
  }
  if (parentOrder !== undefined && childOrder < parentOrder) {
    yield {
      code: "invalid-order",
      path: ["output", "grid", "child_order"],
      message: `${childOrder} is coarser than parent_order ${parentOrder}; cells cannot be larger than their shard.`,
    };
  }
  if (childOrder > MAX_MORTON_INT64_ORDER && "morton" in aggregation.coordinates) {
    yield {
      code: "invalid-order",
      path: ["output", "grid", "child_order"],
      message:
        `${childOrder} is too fine for the coordinate morton, whose decimal ids fit 64 bits up to order ` +
        `${MAX_MORTON_INT64_ORDER}; list the coordinates without morton.`,
    };
  }
}

function* sourceProblems(source: DataSourceConfig): Generator<Problem> {
  for (const name of Object.keys(source.variables)) {
    const path = ["data_source", "variables", name];
    if (isImplicitColumn(name)) {
      yield {
        code: "reserved-name",
        path,
        at: "key",
        message: "this column is always there; remove the line.",
      };
    } else if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || RESERVED_COLUMNS.has(name)) {
      const message =
        "a column's name is letters, digits and _, does not begin with a digit, and is not np or numpy.";
      yield { code: "invalid-name", path, at: "key", message };
    }
  }
  yield* filterProblems(source);
}

/** Names that mean something else in expressions. */
const RESERVED_COLUMNS: ReadonlySet<string> = new Set(["np", "numpy"]);

function* coordinateProblems({ aggregation }: Config): Generator<Problem> {
  for (const [name, { dtype, fillValue }] of Object.entries(aggregation.coordinates)) {
    const path = ["aggregation", "coordinates", name];
    const allowed = COORDINATE_DTYPES[name] ?? [];
    if (!allowed.includes(dtype)) {
      yield {
        code: "invalid-dtype",
        path: [...path, "dtype"],
        message: `${name} is ${allowed.join(" or ")}.`,
      };
    }
    if (!fillFits(fillValue, dtype)) yield fillProblem(path, fillValue, dtype);
  }
}

function* variableProblems(config: Config): Generator<Problem> {
  const { variables } = config.aggregation;
  if (Object.keys(variables).length === 0) {
    yield { code: "missing-key", path: ["aggregation", "variables"], message: "name at least one variable." };
  }
  for (const [name, { dtype, fillValue }] of Object.entries(variables)) {
    const path = ["aggregation", "variables", name];
    const problem = nameProblem(name) ?? twinProblem(name, config);
    if (problem) yield { ...problem, path, at: "key" };
    if (!fillFits(fillValue, dtype)) yield fillProblem(path, fillValue, dtype);
  }
  yield* problemsOfStatistics(config);
}

/** Arrays are folders of a store: on macOS and Windows `Count` and `count` are one. */
function twinProblem(name: string, { aggregation }: Config): Pick<Problem, "code" | "message"> | undefined {
  const names = [...Object.keys(aggregation.coordinates), ...Object.keys(aggregation.variables)];
  const first = names.find((each) => each.toLowerCase() === name.toLowerCase());
  if (first === undefined || first === name) return undefined;
  const message = `differs from ${first} by case only, and many disks do not tell such names apart; choose another.`;
  return { code: "reserved-name", message };
}

/** Attributes by which CF readers decode values; ours are stored as they are. */
const DECODING: ReadonlyMap<string, string> = new Map([
  ["_FillValue", "readers would take values for missing by it; the key fill_value of the array is for that."],
  [
    "missing_value",
    "readers would take values for missing by it; the key fill_value of the array is for that.",
  ],
  ["scale_factor", "readers would scale the values by it, which are stored unscaled."],
  ["add_offset", "readers would shift the values by it, which are stored as they are."],
  ["_Unsigned", "readers would take the values for others by it; the key dtype of the array is for that."],
  ["coordinates", "the product sets it itself."],
]);

/** Attributes of the group that the product sets itself. */
const GROUP_ATTRIBUTES = ["zarr_conventions", "dggs", "zagg"];

function* attributeProblems({ aggregation, attrs = {} }: Config): Generator<Problem> {
  const reserved = (path: string[], message: string): Problem => ({
    code: "reserved-name",
    path,
    at: "key",
    message,
  });
  for (const [kind, arrays] of Object.entries(aggregation)) {
    for (const [name, array] of Object.entries(arrays)) {
      for (const [key, message] of DECODING) {
        if (Object.hasOwn(array.attrs, key))
          yield reserved(["aggregation", kind, name, "attrs", key], message);
      }
    }
  }
  if (Object.keys(aggregation.coordinates.cell_ids?.attrs ?? {}).length > 0) {
    const message = "cell_ids takes none: readers refuse any beyond those of the grid.";
    yield reserved(["aggregation", "coordinates", "cell_ids", "attrs"], message);
  }
  for (const key of GROUP_ATTRIBUTES) {
    if (Object.hasOwn(attrs, key)) yield reserved(["attrs", key], "the product sets it itself.");
  }
}

function fillProblem(path: readonly string[], fillValue: FillValue, dtype: Dtype): Problem {
  const [low, high] = VALUE_RANGE[dtype];
  const allowed = isFloat(dtype) ? "numbers up to 3.4e38 and NaN" : `whole numbers from ${low} to ${high}`;
  return {
    code: "invalid-fill",
    path: [...path, "fill_value"],
    message: `${fillValue} is no ${dtype}; allowed are ${allowed}.`,
  };
}

function* boundsProblems({ bounds }: Config): Generator<Problem> {
  const { temporal, spatial } = bounds ?? {};
  if (temporal !== undefined) {
    for (const [key, date] of [
      ["start_date", temporal.start] as const,
      ["end_date", temporal.end] as const,
    ]) {
      if (!Number.isNaN(utcTime(date))) continue;
      yield {
        code: "invalid-value",
        path: ["bounds", "temporal", key],
        message: `${date} is no day of the calendar.`,
      };
    }
    if (utcTime(temporal.end) < utcTime(temporal.start)) {
      const path = ["bounds", "temporal", "end_date"];
      yield {
        code: "invalid-value",
        path,
        message: `${temporal.end} is before start_date ${temporal.start}.`,
      };
    }
  }
  if (spatial !== undefined) {
    const { west, south, east, north } = spatial;
    const fine =
      south >= -90 &&
      north <= 90 &&
      south < north &&
      [west, east].every((lon) => Math.abs(lon) <= 360) &&
      (east > west || (east - west) % 360 !== 0); // two names of one meridian are no box
    if (!fine) {
      const message = `[${west}, ${south}, ${east}, ${north}] is no box of [west, south, east, north] in degrees.`;
      yield { code: "invalid-value", path: ["bounds", "spatial"], message };
    }
  }
}
