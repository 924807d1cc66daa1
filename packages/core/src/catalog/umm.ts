import * as z from "zod/mini";

const boundary = z.object({
  Points: z.optional(z.array(z.object({ Longitude: z.number(), Latitude: z.number() }))),
});

/** The members of UMM-G 1.6 that matter here; what else there is does not. */
const schema = z.object({
  GranuleUR: z.optional(z.string()),
  SpatialExtent: z.optional(
    z.object({
      HorizontalSpatialDomain: z.optional(
        z.object({
          Orbit: z.optional(z.object({})),
          Geometry: z.optional(
            z.object({
              GPolygons: z.optional(
                z.array(
                  z.object({
                    Boundary: z.optional(boundary),
                    ExclusiveZone: z.optional(z.object({ Boundaries: z.optional(z.array(boundary)) })),
                  }),
                ),
              ),
              Lines: z.optional(z.array(boundary)),
              BoundingRectangles: z.optional(
                z.array(
                  z.object({
                    WestBoundingCoordinate: z.number(),
                    SouthBoundingCoordinate: z.number(),
                    EastBoundingCoordinate: z.number(),
                    NorthBoundingCoordinate: z.number(),
                  }),
                ),
              ),
            }),
          ),
        }),
      ),
    }),
  ),
  TemporalExtent: z.optional(
    z.object({
      RangeDateTime: z.optional(
        z.object({
          BeginningDateTime: z.optional(z.string()),
          EndingDateTime: z.optional(z.string()),
        }),
      ),
      SingleDateTime: z.optional(z.string()),
    }),
  ),
  DataGranule: z.optional(
    z.object({
      Identifiers: z.optional(z.array(z.object({ Identifier: z.string(), IdentifierType: z.string() }))),
      ArchiveAndDistributionInformation: z.optional(
        z.array(
          z.object({
            Name: z.optional(z.string()),
            Size: z.optional(z.number()),
            SizeUnit: z.optional(z.string()),
            SizeInBytes: z.optional(z.number()),
          }),
        ),
      ),
    }),
  ),
  RelatedUrls: z.optional(z.array(z.object({ URL: z.string(), Type: z.string() }))),
});

/** What CMR says of a granule. */
export type Umm = z.infer<typeof schema>;
export type UmmBoundary = z.infer<typeof boundary>;
export type UmmGeometry = NonNullable<
  NonNullable<NonNullable<Umm["SpatialExtent"]>["HorizontalSpatialDomain"]>["Geometry"]
>;

/** The members of UMM-G that matter here, or undefined where they are not as their schema has them. */
export function readUmm(value: unknown): Umm | undefined {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
