import { authalicLatitude, cellsOf, geodeticLatitude, type ShardGrid } from "@zagg/healpix";
import { seededRandom, type TrackGranule, trackGranules, trackItem } from "@zagg/testing";
import { expect, test } from "vitest";
import { buildCatalog } from "./build-catalog.js";
import { granuleInfo } from "./granule-info.js";
import { discoverCells } from "./region.js";
import { shardRank } from "./shard-order.js";

const CYCLE = 4103;
const POINTS = process.env.ZAGG_SOAK === "1" ? 10_000_000 : 1_000_000;

type Vector = readonly [number, number, number];
const DEGREE = Math.PI / 180;

/** Directions of a rim's corners on the sphere of the grid's latitudes, where footprints' edges are great circles. */
function vectors(rim: TrackGranule["left"], { latitude }: ShardGrid): Vector[] {
  return rim.map(([lon, lat]) => {
    const phi = (latitude === "authalic" ? authalicLatitude(lat) : lat) * DEGREE;
    return [Math.cos(phi) * Math.cos(lon * DEGREE), Math.cos(phi) * Math.sin(lon * DEGREE), Math.sin(phi)];
  });
}

function mix(a: Vector, b: Vector, share: number): Vector {
  return [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]), a[2] + share * (b[2] - a[2])];
}

test.each<ShardGrid>([
  { parentOrder: 6, latitude: "authalic" },
  { parentOrder: 9, latitude: "geodetic" },
])(
  "a cycle of tracks: no point inside a footprint is in a shard without its granule (%o)",
  async (grid) => {
    const tracks = trackGranules(CYCLE);
    const infos = tracks.map((granule, i) => granuleInfo(trackItem(granule, i)));
    const shards = discoverCells({ area: "antarctica" }, grid);
    const { catalog } = await buildCatalog(infos, shards, { grid });

    const position = new Map(catalog.granules.map(({ id }, index) => [id, index]));
    const listed = new Map(
      catalog.shards.map(({ id, granules }) => [
        shardRank(id, grid.parentOrder) as number,
        new Set(granules),
      ]),
    );
    const random = seededRandom(7);
    const each = Math.ceil(POINTS / CYCLE);
    const [lon, lat, cells] = [new Float64Array(each), new Float64Array(each), new Float64Array(each)];
    let [omitted, inside] = [0, 0];
    for (const track of tracks) {
      const [left, right] = [vectors(track.left, grid), vectors(track.right, grid)];
      for (let i = 0; i < each; i++) {
        const k = Math.floor(random() * (left.length - 1));
        const along = random();
        const [x, y, z] = mix(
          mix(left[k] as Vector, left[k + 1] as Vector, along),
          mix(right[k] as Vector, right[k + 1] as Vector, along),
          random(),
        );
        const phi = Math.atan2(z, Math.hypot(x, y)) / DEGREE;
        lon[i] = Math.atan2(y, x) / DEGREE;
        lat[i] = grid.latitude === "authalic" ? geodeticLatitude(phi) : phi;
      }
      cellsOf(grid.parentOrder, lon, lat, grid.latitude, cells);
      const granule = position.get(track.id) ?? -1;
      for (const cell of cells) {
        const here = listed.get(cell);
        if (here === undefined) continue;
        inside++;
        if (!here.has(granule)) omitted++;
      }
    }
    expect(omitted).toBe(0);
    expect(inside).toBeGreaterThan(POINTS / 3);
  },
  600_000,
);
