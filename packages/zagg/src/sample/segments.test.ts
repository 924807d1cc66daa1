import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { regionSegments } from "./orbit.js";
import { randomStream } from "./random.js";
import { beamRows } from "./segments.js";

test("the same seed gives the same values on every Node, to the last bit", () => {
  const [first, last] = regionSegments(11);
  const segments = Array.from({ length: Math.floor((last - first) / 40) }, (_, i) => first + 40 * i);
  const { columns } = beamRows(22, 614, "gt2r", segments, randomStream(1));
  const hash = createHash("sha256");
  for (const values of columns.values()) hash.update(values);
  expect(hash.digest("hex").slice(0, 16)).toBe("1de46507d6dbb6b8");
});
