/** ISO 8601, extended or basic: a day, and perhaps the time of day and a zone. */
const ISO =
  /^(\d{4})-?(\d\d)-?(\d\d)(?:[T _]?(\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?\s*(Z|UTC|GMT|([+-])(\d\d):?(\d\d)?)?)?$/i;

/**
 * Milliseconds since 1970 of a time in a file, an answer or a config: ISO 8601; NaN for what is none. A time without a
 * zone is in UTC, where JavaScript would take it for the machine's, and reads much else as each engine likes.
 *
 * @example utcTime("2019-02-22 23:00:00.000000") // that of 2019-02-22T23:00:00Z, wherever it runs
 */
export function utcTime(text: string): number {
  const [
    whole,
    year,
    month,
    day,
    hour = 0,
    minute = 0,
    second = 0,
    fraction = "",
    ,
    sign,
    zoneHour = 0,
    zoneMinute = 0,
  ] = ISO.exec(text.trim()) ?? [];
  if (whole === undefined) return Number.NaN;
  const date = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // The calendar's own: of February 30, Date would make March 2.
  if (new Date(date).getUTCDate() !== Number(day) || Number(month) > 12) return Number.NaN;
  if (Number(hour) > 24 || Number(minute) > 59 || Number(second) > 60) return Number.NaN; // 24:00, leap seconds
  const east = (sign === "-" ? -1 : 1) * (Number(zoneHour) * 60 + Number(zoneMinute));
  const minutes = Number(hour) * 60 + Number(minute) - east;
  return date + (minutes * 60 + Number(second)) * 1000 + Number(fraction.slice(0, 3).padEnd(3, "0"));
}

/** The time as it was written, but with a zone, for readers that would take it for their own; undefined for none. */
export function withZone(text: string): string | undefined {
  const time = text.trim();
  const [whole, , , , hour, , , , zone] = ISO.exec(time) ?? [];
  if (whole === undefined || Number.isNaN(utcTime(time))) return undefined;
  return hour === undefined || zone !== undefined ? text : `${time.replace(/[ _]/, "T")}Z`;
}
