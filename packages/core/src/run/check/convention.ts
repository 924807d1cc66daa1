import * as z from "zod/mini";
import { shapeProblems } from "../../terms/index.js";

/**
 * What the DGGS convention's JSON schema asks of a node (github.com/zarr-conventions/dggs, tag v1, schema.json, draft
 * 07); `convention.test.ts` holds it against the schema itself.
 */
const length = z.optional(z.number().check(z.minimum(0)));
const ellipsoid = z
  .strictObject({
    name: z.string(),
    radius: length,
    semi_major_axis: length,
    semi_minor_axis: length,
    inverse_flattening: length,
  })
  .check(
    z.refine(({ radius, semi_major_axis, semi_minor_axis, inverse_flattening }) => {
      const axes = [semi_minor_axis, inverse_flattening].filter((each) => each !== undefined).length;
      return radius === undefined
        ? semi_major_axis !== undefined && axes === 1
        : semi_major_axis === undefined && axes === 0;
    }, "it takes a radius, or semi_major_axis with one of semi_minor_axis and inverse_flattening"),
  );

const dggs = z.looseObject({
  name: z.string(),
  refinement_level: z.nullable(z.int().check(z.minimum(0))),
  ellipsoid: z.optional(ellipsoid),
  spatial_dimension: z.string(),
  coordinate: z.optional(z.string()),
  compression: z.optional(z.enum(["none", "compacted", "ranges"])),
});

const declaration = z
  .strictObject({
    schema_url: z.optional(
      z.literal("https://raw.githubusercontent.com/zarr-conventions/dggs/refs/tags/v1/schema.json"),
    ),
    spec_url: z.optional(z.literal("https://github.com/zarr-conventions/dggs/blob/v1/README.md")),
    uuid: z.optional(z.literal("7b255807-140c-42ca-97f6-7a1cfecdbc38")),
    name: z.optional(z.literal("dggs")),
    description: z.optional(z.literal("Discrete Global Grid Systems convention for zarr")),
  })
  .check(
    z.refine(
      ({ schema_url, spec_url, uuid }) => Boolean(schema_url ?? spec_url ?? uuid),
      "one of schema_url, spec_url and uuid must be there",
    ),
  );

const node = z.looseObject({
  zarr_format: z.int(),
  node_type: z.enum(["array", "group"]),
  attributes: z.looseObject({
    zarr_conventions: z
      .array(z.unknown())
      .check(
        z.refine(
          (list) => list.some((each) => declaration.safeParse(each).success),
          "the DGGS convention is not declared",
        ),
      ),
    dggs,
  }),
});

/** Where a metadata document (JSON) departs from the DGGS convention; empty where it does not. */
export function conventionProblems(document: unknown): string[] {
  return shapeProblems(node, document);
}
