import { dataPath, sharedData } from "@zagg/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadH5wasm } from "./granule-file.js";
import {
  REFERENCE_TRACKS,
  regionSegments,
  SEGMENT_METRES,
  segmentPlace,
  segmentTime,
  trackNear,
} from "./orbit.js";
import { beamOffset } from "./segments.js";

const RADIANS = Math.PI / 180;

/** Great-circle distance on a sphere, metres. */
function distance(
  a: { latitude: number; longitude: number },
  b: { latitude: number; longitude: number },
): number {
  const [p, q] = [a.latitude * RADIANS, b.latitude * RADIANS];
  const haversine =
    Math.sin((q - p) / 2) ** 2 +
    Math.cos(p) * Math.cos(q) * Math.sin(((b.longitude - a.longitude) * RADIANS) / 2) ** 2;
  return 2 * 6_371_007 * Math.asin(Math.sqrt(haversine));
}

const anySegment = fc.record({
  track: fc.integer({ min: 1, max: REFERENCE_TRACKS }),
  segment: fc.integer({ min: 1_300_000, max: 1_700_000 }),
});

describe("ground tracks", () => {
  test("segments are 20 m apart", () => {
    fc.assert(
      fc.property(anySegment, ({ track, segment }) => {
        const step = distance(segmentPlace(track, segment, 0), segmentPlace(track, segment + 1, 0));
        // The Earth turns below, and geodetic degrees are a little longer near the pole.
        expect(step).toBeGreaterThan(SEGMENT_METRES * 0.99);
        expect(step).toBeLessThan(SEGMENT_METRES * 1.03);
      }),
    );
  });

  test("beams of a pair are 90 m apart and pairs 3.3 km", () => {
    fc.assert(
      fc.property(anySegment, ({ track, segment }) => {
        const [left, right, next] = (["gt1l", "gt1r", "gt2l"] as const).map((beam) =>
          segmentPlace(track, segment, beamOffset(beam)),
        ) as [
          ReturnType<typeof segmentPlace>,
          ReturnType<typeof segmentPlace>,
          ReturnType<typeof segmentPlace>,
        ];
        expect(Math.abs(distance(left, right) - 90)).toBeLessThan(1);
        expect(Math.abs(distance(left, next) - 3300)).toBeLessThan(25);
      }),
    );
  });

  test("regions join at 50° S and 79° S and reach 88° S", () => {
    const [start, down] = regionSegments(10);
    const [polar, up] = regionSegments(11);
    expect(down).toBe(polar);
    expect(up).toBe(regionSegments(12)[0]);
    expect(segmentPlace(1, start, 0).latitude).toBeCloseTo(-50, 3);
    expect(segmentPlace(1, down, 0).latitude).toBeCloseTo(-79, 3);
    expect(segmentPlace(1, (polar + up) / 2, 0).latitude).toBeCloseTo(-88, 1);
    expect(up - polar).toBeGreaterThan(120_000);
  });

  test("the track nearest to a longitude passes within a track's spacing of it", () => {
    const [, segment] = regionSegments(10);
    for (const longitude of [-180, -75.3, 0, 12.8, 179.9]) {
      const away = segmentPlace(trackNear(segment, longitude), segment, 0).longitude - longitude;
      expect(Math.abs(((away + 540) % 360) - 180)).toBeLessThan(360 / REFERENCE_TRACKS);
    }
  });
});

describe.skipIf(!sharedData.present)(`ground tracks of real granules (${sharedData.reason})`, () => {
  test.each([
    ["atl06/ATL06_20181015021234_02510110_001_01.h5", 1, 251],
    ["atl06/ATL06_20181023144337_03810112_001_01.h5", 1, 381],
    ["atl06_elsewhere/ATL06_20211102121853_06271303_006_01.h5", 13, 627],
  ])("%s", async (file, cycle, track) => {
    const h5wasm = await loadH5wasm();
    const granule = new h5wasm.File(dataPath(file), "r");
    const column = (name: string): number => {
      const dataset = granule.get(`gt2l/land_ice_segments/${name}`) as InstanceType<typeof h5wasm.Dataset>;
      return Number((dataset.value as ArrayLike<number>)[0]);
    };
    const segment = column("segment_id");
    const ours = segmentPlace(track, segment, beamOffset("gt2l"));
    // Pointing differs by some kilometres from the reference track in the mission's first months.
    expect(distance(ours, { latitude: column("latitude"), longitude: column("longitude") })).toBeLessThan(
      15_000,
    );
    expect(Math.abs(segmentTime(cycle, track, segment) - column("delta_time"))).toBeLessThan(20);
    granule.close();
  });
});
