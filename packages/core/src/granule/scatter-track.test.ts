import { cellOf, cellsOf, parentOf, rankDepth, shardScatter } from "@zagg/healpix";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type StretchCoordinates, scatterTrack } from "./scatter-track.js";

/** A track in memory that notes which longitudes were asked for. */
function trackOf(longitude: Float64Array, latitude: Float64Array, stretch: number) {
  const asked: [start: number, stop: number][] = [];
  const track: StretchCoordinates = {
    first: 0,
    rows: latitude.length,
    step: stretch,
    latitude: (start, stop) => latitude.slice(start, stop),
    longitude: (start, stop) => {
      asked.push([start, stop]);
      return longitude.slice(start, stop);
    },
  };
  return { track, asked };
}

const shard = parentOf(12, cellOf(12, 10, -75, "geodetic"), 6);
const scatter = shardScatter({ parentOrder: 6, latitude: "geodetic" }, [shard]);
const toCells = 2 * (rankDepth(6) - 6);

test("rows without coordinates are counted and belong to no shard, wherever they are", () => {
  const row = fc.record({
    lon: fc.constantFrom(10, Number.NaN, 3.4e38, -361),
    lat: fc.constantFrom(-75, Number.NaN, 91, 0),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1 }), (track) => {
      const [longitude, latitude] = [track.map(({ lon }) => lon), track.map(({ lat }) => lat)];
      const { track: stretch } = trackOf(Float64Array.from(longitude), Float64Array.from(latitude), 1);
      const scattered = scatterTrack(stretch, scatter, false);
      const here = [...track.keys()].filter((i) => longitude[i] === 10 && latitude[i] === -75);
      expect([...scattered.rows]).toEqual(here);
      const cells = [...scattered.ranks].map((rank) => shard * 4096 + (rank >>> toCells));
      expect(cells).toEqual(here.map(() => cellOf(12, 10, -75, "geodetic")));
      // At the equator, outside of the shard, nobody asks for the longitude.
      const lost = track.filter(({ lon, lat }) => lat !== 0 && (lat !== -75 || lon !== 10));
      expect(scattered.withoutCoordinates).toBe(lost.length);
    }),
  );
});

test("a track that crosses the shard twice: every row, whatever the stretch, and few longitudes", () => {
  // Down to the turning point and up again, some 20 m a row, with gaps in the coordinates.
  const rows = 100_000;
  const latitude = Float64Array.from({ length: rows }, (_, i) => -76.5 + Math.abs(i - rows / 2) * 1e-4);
  const longitude = Float64Array.from({ length: rows }, (_, i) =>
    i % 97 === 0 ? Number.NaN : 10 + i * 1e-5,
  );
  const found = (stretch: number) => {
    const { track, asked } = trackOf(longitude, latitude, stretch);
    return {
      ...scatterTrack(track, scatter, true),
      longitudes: asked.reduce((sum, [a, b]) => sum + b - a, 0),
    };
  };
  const whole = found(rows);
  const cells = cellsOf(6, longitude, latitude, "geodetic", new Float64Array(rows));
  expect([...whole.rows]).toEqual([...cells.keys()].filter((row) => cells[row] === shard));
  expect(whole.rows.length).toBeGreaterThan(1000);
  for (const stretch of [1, 999, 10_000, 30_000]) {
    const { longitudes, ...selected } = found(stretch);
    expect({ ...selected, longitudes: whole.longitudes }).toEqual(whole);
    expect(longitudes).toBeLessThanOrEqual(rows);
  }
  expect(found(10_000).longitudes).toBeLessThan(rows);
  // What a stretch in the middle of a track gives is counted from the track's beginning, with its coordinates.
  const { track } = trackOf(longitude, latitude, 999);
  const further = scatterTrack({ ...track, first: 5 }, scatter, true);
  expect([...further.rows]).toEqual([...whole.rows].map((row) => row + 5));
  expect([...further.latitude]).toEqual([...whole.rows].map((row) => latitude[row]));
});
