import { utcTime } from "../terms/index.js";
import { readGranuleName } from "./granule-name.js";
import type { Catalog, CatalogGranule } from "./model.js";

/** From the first to the last time of some data, ISO 8601 in UTC. */
export interface TimeSpan {
  readonly start: string;
  readonly end: string;
}

/**
 * When a catalog's data were taken: by the times of its granules, or those in their names (most tell when a granule
 * begins); where one tells neither, by the days that were searched. Undefined where nothing tells.
 */
export function timeSpan({
  granules,
  metadata,
}: Pick<Catalog, "granules" | "metadata">): TimeSpan | undefined {
  const times = granules.map(granuleTimes);
  const known = times.length > 0 && times.every(({ length }) => length > 0);
  const { startDate, endDate } = metadata;
  const span = known ? times.flat() : [`${startDate}T00:00:00Z`, `${endDate}T23:59:59.999Z`].map(utcTime);
  if (span.some(Number.isNaN)) return undefined;
  return {
    start: new Date(span.reduce((first, time) => Math.min(first, time))).toISOString(),
    end: new Date(span.reduce((last, time) => Math.max(last, time))).toISOString(),
  };
}

/** When a granule's data begin and end by its entry, milliseconds since 1970: two times, one or none. */
export function toldTimes({ start, end }: CatalogGranule): number[] {
  return validTimes([start, end]);
}

/** As its entry tells, else its name. */
function granuleTimes(granule: CatalogGranule): readonly number[] {
  const told = toldTimes(granule);
  return told.length > 0 ? told : readGranuleName(granule.id).times;
}

function validTimes(times: readonly (string | undefined)[]): number[] {
  return times.map((time) => utcTime(time ?? "")).filter((time) => !Number.isNaN(time));
}
