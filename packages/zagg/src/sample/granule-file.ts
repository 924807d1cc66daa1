import { rmSync } from "node:fs";
import { ZaggError } from "@zagg/core";
import type { Dataset, File, Group } from "h5wasm/node";
import { type GranulePlan, pairSegments, utc } from "./granule-plan.js";
import { REFERENCE_TRACKS } from "./orbit.js";
import { type Random, randomStream } from "./random.js";
import { BEAMS, type Beam, type BeamRows, beamRows, fillerColumn } from "./segments.js";
import { ALL_VARIABLES, MAIN_VARIABLES, type Variable } from "./variables.js";

/** Elements of a chunk in the product's files. */
export const CHUNK_ELEMENTS = 10_000;
const DEFLATE_LEVEL = 6;
/** GPS seconds from 1980-01-06 to the ATLAS epoch. */
const ATLAS_SDP_GPS_EPOCH = 1_198_800_018;

const ARRAYS = { "<f": Float32Array, "<d": Float64Array, "<b": Int8Array, "<i": Int32Array } as const;

/**
 * HDF5 formats. Full-size granules have that of real ones (superblock 2, layout 3 with B-trees), small ones the newer
 * one, whose chunk index takes a tenth of the room; else the indexes of almost empty datasets would be most of them.
 */
const FORMATS = { full: "v108", small: "v110" } as const;

type H5wasm = typeof import("h5wasm/node").default;

/** h5wasm is an optional dependency of some megabytes: loaded when a sample is asked for. */
export async function loadH5wasm(): Promise<H5wasm> {
  try {
    const { default: h5wasm } = await import("h5wasm/node");
    const library = await h5wasm.ready;
    library.activate_throwing_error_handler(); // else it prints what failed, and goes on
    return h5wasm;
  } catch (cause) {
    throw new ZaggError(
      "config",
      "no-h5wasm",
      "samples are written with h5wasm, which is not installed here: run `npm install h5wasm` and try again",
      {},
      { cause },
    );
  }
}

/**
 * Writes one granule. The bytes depend on the plan alone. Returns the number of rows written; throws where the file
 * cannot be written, and leaves none.
 */
export function writeGranule(h5wasm: H5wasm, path: string, plan: GranulePlan): number {
  // HDF5 stamps every object with the time of its creation, through Date.now; all of this is synchronous, so
  // nobody else sees the clock stand still.
  const now = Date.now;
  Date.now = () => 0;
  try {
    const file = new h5wasm.File(path, "w", { libver: FORMATS[plan.size] });
    try {
      return writeContent(file, plan);
    } finally {
      file.close();
    }
  } catch (error) {
    rmSync(path, { force: true });
    throw systemError(error);
  } finally {
    Date.now = now;
  }
}

/** HDF5 tells all functions that an error went through; what the system said is in one of its lines. */
function systemError(error: unknown): unknown {
  const [, why] = /error message = '([^']+)'/.exec(String(error)) ?? [];
  return why === undefined ? error : new Error(why, { cause: error });
}

function writeContent(file: File, plan: GranulePlan): number {
  writeAttributes(file, {
    Conventions: "CF-1.6",
    title: "Synthetic ATL06: made by zagg sample, not measured",
    short_name: "ATL06",
    identifier_product_type: "ATL06",
    level: "L3A",
    time_coverage_start: utc(plan.start),
    time_coverage_end: utc(plan.end),
  });
  writeAncillary(file, plan);
  // As the real ones are made: first all groups and empty datasets, whose headers so lie together at the file's start,
  // then the values.
  const beams = BEAMS.filter((beam) => beam !== plan.absentBeam).flatMap((beam) =>
    makeBeam(file, plan, beam),
  );
  for (const beam of beams) writeRows(plan, beam);
  return beams.reduce((rows, { segments }) => rows + segments.length, 0);
}

function writeAncillary(file: File, plan: GranulePlan): void {
  const ancillary = file.create_group("ancillary_data");
  const scalar = (group: Group, name: string, data: Parameters<Group["create_dataset"]>[0]["data"]) =>
    group.create_dataset({ name, data, shape: [1] });
  scalar(ancillary, "atlas_sdp_gps_epoch", new Float64Array([ATLAS_SDP_GPS_EPOCH]));
  for (const [name, time] of Object.entries({ start: plan.start, end: plan.end })) {
    scalar(ancillary, `${name}_delta_time`, new Float64Array([time]));
    scalar(ancillary, `${name}_rgt`, new Int32Array([plan.track]));
    scalar(ancillary, `${name}_cycle`, new Int32Array([plan.cycle]));
    scalar(ancillary, `${name}_region`, new Int32Array([plan.region]));
    const text = utc(time);
    ancillary.create_dataset({
      name: `data_${name}_utc`,
      data: [text],
      shape: [1],
      dtype: `S${text.length}`,
    });
  }
  const orbit = file.create_group("orbit_info");
  scalar(orbit, "cycle_number", new Int8Array([plan.cycle]));
  scalar(orbit, "rgt", new Int16Array([plan.track]));
  scalar(orbit, "orbit_number", new Uint16Array([(plan.cycle - 1) * REFERENCE_TRACKS + plan.track]));
  scalar(orbit, "sc_orient", new Int8Array([0]));
}

/** A beam's group, whose datasets have no rows yet. */
interface EmptyBeam {
  readonly beam: Beam;
  readonly segments: readonly number[];
  readonly datasets: ReadonlyMap<Variable, Dataset>;
}

/** None where the beam sees no ice. */
function makeBeam(file: File, plan: GranulePlan, beam: Beam): EmptyBeam[] {
  const pair = Number(beam[2]);
  // Both beams of a pair share the segments, so they draw them from the same stream.
  const segments = pairSegments(plan, pair, randomStream(plan.seed, plan.track, plan.region, 10 + pair));
  if (segments.length === 0) return [];
  const group = file.create_group(beam);
  writeAttributes(group, {
    Description: "Synthetic segments along one ground track",
    atlas_beam_type: beam.endsWith("l") ? "strong" : "weak",
    groundtrack_id: beam,
    sc_orientation: "Backward",
  });
  const land = group.create_group("land_ice_segments");
  writeAttributes(land, {
    data_rate: "Values only for the 20 m segments where at least one beam has a height",
  });
  const subgroups = new Map<string, Group>([["", land]]);
  const datasets = new Map<Variable, Dataset>();
  for (const variable of plan.size === "full" ? ALL_VARIABLES : MAIN_VARIABLES) {
    const cut = variable.path.lastIndexOf("/");
    const folder = cut < 0 ? "" : variable.path.slice(0, cut);
    const parent = subgroups.get(folder) ?? land.create_group(folder);
    subgroups.set(folder, parent);
    datasets.set(variable, makeColumn(parent, variable.path.slice(cut + 1), variable));
  }
  return [{ beam, segments, datasets }];
}

function writeRows(
  { seed, track, region, cycle }: GranulePlan,
  { beam, segments, datasets }: EmptyBeam,
): void {
  const random = randomStream(seed, track, region, 20 + BEAMS.indexOf(beam));
  const rows = beamRows(cycle, track, beam, segments, random);
  for (const [variable, dataset] of datasets) {
    dataset.resize([segments.length]);
    dataset.write_slice([[]], ARRAYS[variable.type].from(columnValues(variable, rows, random)));
  }
}

function columnValues(variable: Variable, rows: BeamRows, random: Random): Float64Array {
  if (variable.filler) return fillerColumn(variable, variable.filler, rows, random);
  return rows.columns.get(variable.path) as Float64Array;
}

function makeColumn(group: Group, name: string, variable: Variable): Dataset {
  const dataset = group.create_dataset({
    name,
    data: new ARRAYS[variable.type](0),
    shape: [0],
    maxshape: [null],
    dtype: variable.type,
    chunks: [CHUNK_ELEMENTS],
    // Real files also shuffle the integers; h5wasm sets one filter only.
    compression: "gzip",
    compression_opts: [DEFLATE_LEVEL],
  });
  writeAttributes(dataset, { units: variable.units, long_name: variable.name });
  if (variable.fill !== undefined) {
    dataset.create_attribute("_FillValue", ARRAYS[variable.type].of(variable.fill), [], variable.type);
  }
  return dataset;
}

function writeAttributes(target: Pick<Group, "create_attribute">, attributes: Record<string, string>): void {
  for (const [name, text] of Object.entries(attributes)) {
    target.create_attribute(name, text, [], `S${text.length}`);
  }
}
