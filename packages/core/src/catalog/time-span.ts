import type { Catalog, CatalogGranule } from "./model.js";

/** From the first to the last time of some data, ISO 8601 in UTC. */
export interface TimeSpan {
  readonly start: string;
  readonly end: string;
}

/**
 * When a catalog's data were taken: by the times of its granules, or those in their names (ICESat-2's tell when a
 * granule begins); where one tells neither, by the days that were searched. Undefined where nothing tells.
 */
export function timeSpan({
  granules,
  metadata,
}: Pick<Catalog, "granules" | "metadata">): TimeSpan | undefined {
  const times = granules.map(granuleTimes);
  const known = times.length > 0 && times.every(({ length }) => length > 0);
  const { startDate, endDate } = metadata;
  const span = known
    ? times.flat()
    : [`${startDate}T00:00:00Z`, `${endDate}T23:59:59.999Z`].map((day) => Date.parse(day));
  if (span.some(Number.isNaN)) return undefined;
  return {
    start: new Date(span.reduce((first, time) => Math.min(first, time))).toISOString(),
    end: new Date(span.reduce((last, time) => Math.max(last, time))).toISOString(),
  };
}

/** Milliseconds since 1970; none where nothing tells. */
function granuleTimes({ id, start, end }: CatalogGranule): number[] {
  const told = [start, end].filter((time) => time !== undefined).map(utc);
  const [, y, mo, d, h, mi, s] = /_(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)_/.exec(id) ?? [];
  const named = y === undefined ? [] : [Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`)];
  return (told.length > 0 ? told : named).filter((time) => !Number.isNaN(time));
}

/** A time without a zone is in UTC: JavaScript would take it for this machine's. */
function utc(time: string): number {
  return Date.parse(/T.*(Z|[+-]\d\d:?\d\d)$/.test(time) || !time.includes("T") ? time : `${time}Z`);
}
