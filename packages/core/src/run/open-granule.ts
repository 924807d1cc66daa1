import { fileSource, type OpenSource } from "@zagg/storage";
import type { DataSourceConfig } from "../config/index.js";
import { GranuleError } from "../granule/index.js";
import type { PlanGranule } from "./plan.js";

/** Opens a granule where the driver says it lies; `auto` takes the nearest of its places. */
export function openGranule(granule: PlanGranule, driver: DataSourceConfig["driver"]): OpenSource {
  if ((driver === "file" || driver === "auto") && granule.file !== undefined) return fileSource(granule.file);
  throw new GranuleError(
    "missing",
    granule.id,
    "no-location",
    `${granule.id}: the catalog has no ${driver === "auto" ? "usable" : driver} location for this granule`,
  );
}
