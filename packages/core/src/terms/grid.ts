import type { ShardGrid } from "@zagg/healpix";

/** Where neither an option nor the config says otherwise: shards of about 100 km, truly equal-area cells. */
export const DEFAULT_GRID: ShardGrid = { parentOrder: 6, latitude: "authalic" };
