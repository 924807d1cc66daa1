import * as z from "zod/mini";

/**
 * What the DGGS convention's JSON schema asks of a node (github.com/zarr-conventions/dggs, tag v1, schema.json, draft
 * 07); `convention.test.ts` holds it against the schema itself.
 */
const ellipsoid = z
  .strictObject({
    name: z.optional(z.string()),
    semimajor_axis: z.number().check(z.minimum(0)),
    semiminor_axis: z.optional(z.number().check(z.minimum(0))),
    inverse_flattening: z.optional(z.number().check(z.minimum(0))),
  })
  .check(
    z.refine(
      ({ semiminor_axis, inverse_flattening }) =>
        semiminor_axis === undefined || inverse_flattening === undefined,
      "semiminor_axis and inverse_flattening exclude each other",
    ),
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
  const { error } = node.safeParse(document);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".") || "the document"}: ${message}`);
}
