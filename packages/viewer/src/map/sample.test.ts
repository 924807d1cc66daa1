import { cellOf } from "@zagg/healpix";
import { cellIndex } from "@zagg/map";
import { expect, test } from "vitest";
import type { Camera } from "./camera.js";
import { histogram, positionsInView } from "./sample.js";

test("positions in view are those of the cells that the window shows, each once", () => {
  const shard = cellOf(3, 10, -80, "authalic");
  const index = cellIndex({ childOrder: 6, parentOrder: 3, latitude: "authalic", shards: [shard] });
  for (const camera of [
    { view: "south", centre: [200_000, 1_100_000], scale: 5000 },
    { view: "globe", centre: [10, -80], scale: 5000 },
  ] satisfies Camera[]) {
    const positions = positionsInView(camera, 600, 600, index);
    expect(new Set(positions).size).toBe(positions.length);
    expect(positions.length).toBe(64);
  }
  const away: Camera = { view: "south", centre: [0, -2_000_000], scale: 1000 };
  expect(positionsInView(away, 600, 600, index)).toHaveLength(0);
});

test("a histogram counts finite values; what lies beyond falls into the outermost bins", () => {
  expect([...histogram([0, 0.5, 1, 1.9, -7, 99, Number.NaN, Number.POSITIVE_INFINITY], 0, 2, 2)]).toEqual([
    3, 3,
  ]);
});
