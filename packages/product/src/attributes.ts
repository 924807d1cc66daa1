import { type Grid, WGS84 } from "@zagg/healpix";
import type { Attributes } from "@zagg/zarr";
import { SHARD_STATES } from "./state.js";

/** Declares the DGGS convention, version 1 (github.com/zarr-conventions/dggs). */
const DGGS_CONVENTION = {
  schema_url: "https://raw.githubusercontent.com/zarr-conventions/dggs/refs/tags/v1/schema.json",
  spec_url: "https://github.com/zarr-conventions/dggs/blob/v1/README.md",
  uuid: "7b255807-140c-42ca-97f6-7a1cfecdbc38",
  name: "dggs",
  description: "Discrete Global Grid Systems convention for zarr",
};

/**
 * Readers that find a named ellipsoid take cell geometry as authalic (xdggs and healpix-geo do), and on a sphere
 * where they find none. A `geodetic` product was binned on the sphere, so it must name none.
 */
function ellipsoid(latitude: Grid["latitude"], axis: "semi_major_axis" | "semimajor_axis"): Attributes {
  if (latitude === "geodetic") return {};
  return {
    ellipsoid: {
      name: "WGS84",
      [axis]: WGS84.semiMajorAxis,
      inverse_flattening: WGS84.inverseFlattening,
    },
  };
}

/** Attributes that make the group a DGGS. xdggs refuses any key in `dggs` that the convention does not know. */
export function dggsAttributes({ childOrder, latitude }: Grid): Attributes {
  return {
    zarr_conventions: [DGGS_CONVENTION],
    dggs: {
      name: "healpix",
      refinement_level: childOrder,
      indexing_scheme: "nested",
      spatial_dimension: "cells",
      ...ellipsoid(latitude, "semi_major_axis"),
      coordinate: "cell_ids",
      compression: "none",
    },
  };
}

/** For xdggs's own convention, which spells the axis in its own way. Exactly these: it refuses even a `long_name` here. */
export function cellIdsAttributes({ childOrder, latitude }: Grid): Attributes {
  return {
    grid_name: "healpix",
    level: childOrder,
    indexing_scheme: "nested",
    ...ellipsoid(latitude, "semimajor_axis"),
  };
}

/** CF flags: how readers tell an empty shard from one that has not run. */
export const SHARD_STATE_ATTRIBUTES: Attributes = {
  long_name: "state of each shard",
  flag_values: SHARD_STATES.map((_, value) => value),
  flag_meanings: SHARD_STATES.join(" "),
};

export function shardIdsAttributes({ parentOrder }: Grid): Attributes {
  return { long_name: `nested HEALPix id of each shard at order ${parentOrder}` };
}
