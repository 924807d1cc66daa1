import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type SampleRows, sampleRows } from "./rows.js";

/** Where the granules lie that `make.ts` made. */
export const SAMPLE_FOLDER = fileURLToPath(new URL("../../granules", import.meta.url));

/** A small granule of our own making: the file, and what is in it. */
export interface SampleGranule extends SampleRows {
  readonly path: string;
}

/** Small ATL06-like granules for tests, in ascending order of name; see {@link sampleRows}. */
export const sampleGranules: readonly SampleGranule[] = sampleRows().map((rows) => ({
  ...rows,
  path: join(SAMPLE_FOLDER, rows.id),
}));
