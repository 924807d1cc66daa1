import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeSample } from "zagg";

/**
 * Runs `bench` with paths of full-length granules: those of ZAGG_BENCH_GRANULES (comma-separated), else one that is made
 * for it and removed afterwards.
 */
export async function withFullGranules<T>(bench: (paths: readonly string[]) => Promise<T>): Promise<T> {
  const given = process.env.ZAGG_BENCH_GRANULES?.split(",");
  if (given) return bench(given);
  const folder = await mkdtemp(join(tmpdir(), "zagg-bench-"));
  try {
    const { granules } = await makeSample(folder, { size: "full", granules: 1 });
    return await bench(granules);
  } finally {
    await rm(folder, { recursive: true });
  }
}
