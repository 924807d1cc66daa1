/**
 * Makes the granules that are committed in testing/granules, to the byte:
 *
 *     npm run build && node testing/dist/granules/make.js
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { sampleRows } from "./rows.js";
import { SAMPLE_FOLDER } from "./sample-granules.js";
import { writeGranule } from "./write.js";

await mkdir(SAMPLE_FOLDER, { recursive: true });
for (const rows of sampleRows()) await writeGranule(join(SAMPLE_FOLDER, rows.id), rows);
