import { expect, test } from "vitest";
import { type AggOptions, agg } from "./agg.js";

test.each<[AggOptions, string]>([
  [{ maxWorkers: 0 }, "max-workers"],
  [{ maxWorkers: 1.5 }, "max-workers"],
  [{ overwrite: true, update: true }, "update"],
  [{ allowContraction: true }, "allow-contraction"],
  [{ allowContraction: true, overwrite: true }, "allow-contraction"],
  [{ extracts: "points", backend: "lambda" }, "extracts"],
  [{ extracts: "" }, "extracts"],
  [{ extracts: "s3://bucket/points" }, "extracts"],
])("%j is refused before anything is read", async (options, code) => {
  await expect(agg("atl06", options)).rejects.toMatchObject({ kind: "config", code });
});
