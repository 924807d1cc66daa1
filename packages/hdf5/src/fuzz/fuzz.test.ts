import { describe, expect, it } from "vitest";
import { testFile } from "../testing/test-files.js";
import { playRound } from "./round.js";
import { baseline } from "./touched.js";

/** Small files of ours; the campaign over real ones, in processes that are watched, is `fuzz.soak.test.ts`. */
const FILES: readonly (readonly [name: string, rounds: number])[] = [
  ["cache-image.h5", 300],
  ["dense.h5", 15],
  ["earliest.h5", 40],
  ["latest.h5", 15],
  ["newest.h5", 300],
  ["shared-messages.h5", 200],
  ["superblock-1.h5", 300],
  ["types.h5", 80],
  ["user-block.h5", 200],
];

describe("broken files end in right values or an error of ours", () => {
  it.each(FILES)("%s, %i times", async (name, rounds) => {
    const bytes = testFile(name);
    const whole = await baseline(bytes);
    expect(whole.findings.failed).toBe(false);
    const outcomes = new Set<string>();
    for (let round = 0; round < rounds; round++) {
      const { outcome, checksummed, mutation, detail } = await playRound(name, bytes, whole, 1, round);
      outcomes.add(outcome);
      if (outcome === "crash" || checksummed) expect.fail(`${JSON.stringify(mutation)}: ${detail}`);
    }
    expect([...outcomes]).toContain("error");
  });
});
