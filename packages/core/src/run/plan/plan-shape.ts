import { cellOfMorton } from "@zagg/healpix";
import { DATA_TYPES, fillFits } from "@zagg/zarr";
import * as z from "zod/mini";
import { configStatistics } from "../../config/index.js";
import { firstProblem } from "../../terms/index.js";
import { canonicalJson } from "./canonical-json.js";
import type { Plan } from "./plan.js";
import { planProduct } from "./plan-product.js";

const count = () => z.int().check(z.gte(0));
const attributes = z.record(z.string(), z.unknown());

const array = z
  .looseObject({
    dtype: z.enum(DATA_TYPES),
    fillValue: z.union([z.number(), z.enum(["NaN", "Infinity", "-Infinity"])]),
    attrs: attributes,
  })
  .check(
    z.refine(({ dtype, fillValue }) => fillFits(fillValue, dtype), {
      error: "expected a value of its dtype",
      path: ["fillValue"],
    }),
  );

/** A path, or a path and what holds in place of its attributes. */
const dataset = z.union([z.string(), z.looseObject({ path: z.string() })]);

/** Of a config what a plan's readers use before they compile it: the rest is what compiles. */
const config = z.looseObject({
  dataSource: z.looseObject({
    driver: z.enum(["auto", "file", "s3", "https"]),
    groups: z.array(z.string()),
    coordinates: z.looseObject({ latitude: dataset, longitude: dataset }),
    variables: z.record(z.string(), dataset),
    filters: z.array(
      z.union([
        z.looseObject({ dataset }),
        z.looseObject({ expression: z.string(), columns: z.record(z.string(), dataset) }),
      ]),
    ),
  }),
  aggregation: z.looseObject({
    coordinates: z.record(z.string(), array),
    variables: z.record(z.string(), array),
  }),
  output: z.looseObject({ codecs: z.enum(["gzip", "none"]) }),
  attrs: z.optional(attributes),
});

const granule = z.looseObject({
  id: z.string(),
  file: z.optional(z.string()),
  s3: z.optional(z.string()),
  https: z.optional(z.string()),
  size: z.optional(count()),
  withheld: z.optional(z.literal(true)),
});

const plan = z.looseObject({
  format: z.literal("zagg-plan/2"),
  identity: z.string(),
  recipe: z.string(),
  config,
  grid: z.strictObject({
    parentOrder: count(),
    childOrder: count(),
    latitude: z.enum(["authalic", "geodetic"]),
  }),
  region: z.optional(attributes),
  time: z.optional(z.strictObject({ start: z.string(), end: z.string() })),
  granules: z.array(granule),
  shards: z.array(z.strictObject({ id: z.string(), nested: count(), granules: z.array(count()) })),
  shardsPerObject: z.int().check(z.gte(1)),
});

/** Why a document is no plan that anything can be done with, in words; undefined where it is one. */
export function planProblem(document: unknown): string | undefined {
  const problem = firstProblem(plan, document);
  if (problem !== undefined) return problem;
  try {
    return contradiction(document as Plan);
  } catch (error) {
    return (error as Error).message;
  }
}

/** What does not go together in a plan of the right shape. Throws for what cannot be compiled. */
function contradiction(given: Plan): string | undefined {
  const { granules, shards, grid, config, region, time } = given;
  for (const { id, nested, granules: positions } of shards) {
    const { order, cell } = cellOfMorton(id);
    if (order !== grid.parentOrder || cell !== BigInt(nested)) return `shard ${id} is not cell ${nested}`;
    const wrong = positions.find((at, i) => at >= granules.length || at < (positions[i - 1] ?? 0));
    if (wrong !== undefined) return `shard ${id} has a granule at ${wrong}, of ${granules.length}`;
  }
  planProduct(given);
  configStatistics(config);
  canonicalJson({ config, region, time }); // what goes into documents can be written down
  return undefined;
}
