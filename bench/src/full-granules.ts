import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ShardTarget } from "@zagg/core";
import { openHdf5 } from "@zagg/hdf5";
import { cellOf } from "@zagg/healpix";
import { fileSource } from "@zagg/storage";
import { makeSample } from "zagg";

/**
 * Runs `bench` with paths of full-length granules: those of ZAGG_BENCH_GRANULES (comma-separated), and one that is made
 * for it and removed afterwards.
 */
export async function withFullGranules<T>(bench: (paths: readonly string[]) => Promise<T>): Promise<T> {
  const given = process.env.ZAGG_BENCH_GRANULES?.split(",") ?? [];
  const folder = await mkdtemp(join(tmpdir(), "zagg-bench-"));
  try {
    const { granules } = await makeSample(folder, { size: "full", granules: 1 });
    return await bench([...given, ...granules]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The order-6 shard in which the middle of the granule's third beam lies. */
export async function middleShard(path: string): Promise<ShardTarget> {
  const source = fileSource(path);
  const file = await openHdf5(source);
  const coordinate = async (name: string) => {
    const [values] = await file.readMany([
      { dataset: await file.dataset(`/gt2l/land_ice_segments/${name}`) },
    ]);
    return Number(values?.[values.length >> 1]);
  };
  const [lon, lat] = [await coordinate("longitude"), await coordinate("latitude")];
  await source.close();
  const shard = cellOf(6, lon, lat, "authalic") as number;
  return { parentOrder: 6, childOrder: 12, latitude: "authalic", shard };
}
