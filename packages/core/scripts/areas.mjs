// Makes src/catalog/areas/antarctica.ts and greenland.ts: the built-in areas as packed cell coverages. Run it by hand
// after a change, healpix being built: node packages/core/scripts/areas.mjs <folder with the basins' files>
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { cellCentre, cellOfMorton, coverageCount, polygonCoverage, unionOf } from "@zagg/healpix";

/** Order of the stored cells: 3 km. Shards as large or larger come out exactly; finer ones a rim too many. */
const ORDER = 11;
/** ISO 3166-1 numeric code. */
const GREENLAND = "304";

const folder = process.argv[2];
if (folder === undefined) throw new Error("name the folder that holds ant_basins_morton18.i64le.gz");

write("antarctica", "ANTARCTICA", basins(), "great-circle", [
  "The 27 drainage systems of the Antarctic ice sheet, grounded ice with its islands (Zwally, H. J., M. B. Giovinetto,",
  "M. A. Beckley, J. L. Saba, 2012, Antarctic and Greenland Drainage Systems, GSFC Cryospheric Sciences Laboratory),",
  "from their 1,239,001 outline points as order-18 morton ids, as mortie 0.6.5 (BSD-3) distributes them.",
]);
write("greenland", "GREENLAND", country(GREENLAND), "lonlat", [
  "Greenland with its islands, from Natural Earth's 1:10m countries (public domain), through npm world-atlas.",
]);

/** A ring for each basin: its points are the centres of order-18 cells, which take geodetic latitude as spherical. */
function basins() {
  const ids = new BigInt64Array(bytesOf("ant_basins_morton18.i64le.gz"));
  const numbers = new Uint8Array(bytesOf("ant_basins_basinid.u8.gz"));
  const rings = new Map();
  ids.forEach((id, i) => {
    const { order, cell } = cellOfMorton(id);
    const ring = rings.get(numbers[i]) ?? [];
    rings.set(numbers[i], ring);
    ring.push(cellCentre(order, cell, "geodetic"));
  });
  return [...rings.values()].map((ring) => [ring]);
}

function bytesOf(name) {
  const bytes = gunzipSync(readFileSync(join(folder, name)));
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}

/** The polygons of a country in the TopoJSON of world-atlas. */
function country(code) {
  const path = createRequire(import.meta.url).resolve("world-atlas/countries-10m.json");
  const { arcs, transform, objects } = JSON.parse(readFileSync(path, "utf8"));
  const geometry = objects.countries.geometries.find(({ id }) => id === code);
  const lines = arcs.map((arc) => decodeArc(arc, transform));
  const ringOf = (indices) =>
    indices.flatMap((index) => (index < 0 ? [...lines[~index]].reverse() : lines[index]).slice(0, -1));
  const polygons = geometry.type === "Polygon" ? [geometry.arcs] : geometry.arcs;
  return polygons.map((rings) => rings.map(ringOf));
}

/** TopoJSON: quantised differences. */
function decodeArc(arc, { scale, translate }) {
  let [x, y] = [0, 0];
  return arc.map(([dx, dy]) => {
    x += dx;
    y += dy;
    return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
  });
}

function write(name, constant, polygons, edges, provenance) {
  const packed = ["authalic", "geodetic"].map((latitude) => {
    const coverage = unionOf(polygons.map((rings) => polygonCoverage({ rings, edges, latitude }, ORDER)));
    const text = Buffer.from(pack(coverage.ranges)).toString("base64");
    console.log(
      name,
      latitude,
      coverageCount(coverage),
      "cells",
      coverage.ranges.length / 2,
      "ranges",
      text.length,
      "bytes",
    );
    return `  ${latitude}:\n    "${text}",`;
  });
  const header = ["Made by scripts/areas.mjs. Do not edit.", ...provenance].map((line) => `// ${line}`);
  writeFileSync(
    new URL(`../src/catalog/areas/${name}.ts`, import.meta.url),
    `${header.join("\n")}
import type { PackedArea } from "./packed-area.js";

export const ${constant}: PackedArea = {
  order: ${ORDER},
${packed.join("\n")}
};
`,
  );
}

/** Starts and stops of the ranges as differences, each a varint. */
function pack(bounds) {
  const bytes = [];
  let before = 0;
  for (const bound of bounds) {
    let difference = bound - before;
    before = bound;
    for (; difference >= 128; difference = Math.floor(difference / 128)) bytes.push((difference % 128) + 128);
    bytes.push(difference);
  }
  return bytes;
}
