import type { RunMend, RunSummary, UndoneShard } from "@zagg/core";
import { count } from "./format.js";

/** Keys, granules and shards that a line names. */
const NAMED = 3;

/** What the end of a run found that was not as it should be, and put right. */
export function describeMend({ mended, redone }: RunMend): string {
  const again = new Set(redone.map(({ index }) => index)).size;
  return [
    mended.length > 0 && `${listed(mended)} had gone or changed: written again`,
    again > 0 && `${count(again)} shards are done again: ${reasons(redone)}`,
  ]
    .filter(Boolean)
    .join("\n");
}

/** Why shards are pending that were done, again and again. */
export function describeUndone(undone: readonly UndoneShard[]): string {
  const shards = new Set(undone.map(({ shard }) => shard)).size;
  return `${count(shards)} shards are pending though they were done: ${reasons(undone)}`;
}

const REASONS: Readonly<Record<UndoneShard["kind"], string>> = {
  missing: "is not in the store any more",
  differs: "has other bytes than were written",
  "no-record": "has no record any more",
  "changed-granule": "changed while the run went on",
};

function reasons(flaws: readonly Pick<UndoneShard, "kind" | "what">[]): string {
  const kinds = new Map(flaws.map(({ kind }) => [kind, new Set<string>()]));
  for (const { kind, what } of flaws) kinds.get(kind)?.add(what);
  return [...kinds].map(([kind, whats]) => `${listed([...whats])} ${REASONS[kind]}`).join("; ");
}

function listed(names: readonly string[]): string {
  const more = names.length > NAMED ? ` and ${count(names.length - NAMED)} more` : "";
  return `${names.slice(0, NAMED).join(", ")}${more}`;
}

/** What is doubtful about a run that went well: nothing came out of it, or a variable without a value. */
export function describeNothing(summary: RunSummary): string | undefined {
  const { written, empty, points_kept: kept, left_out } = summary;
  if (written === 0 && empty > 0)
    return `NO POINT SURVIVED: the product holds nothing. ${whyNothing(summary)}`;
  const valueless = Object.entries(left_out).filter(([, reasons]) => kept > 0 && sum(reasons) >= kept);
  if (valueless.length === 0) return undefined;
  const told = valueless.map(([name, why]) => `${name} (${Object.keys(why).join(", ")})`);
  return `NO VALUE: all ${count(kept)} points were left out of ${listed(told)}. Look at what the granules hold there.`;
}

function whyNothing({ granules, dropped, points_read: rows, empty, skipped }: RunSummary): string {
  if (skipped === empty)
    return "All its shards were empty before this run: change the config, and run with --overwrite.";
  if (granules.attempted === 0) return "None of these shards has a granule in the catalog: run others.";
  const [most] = Object.entries(dropped).sort(([, a], [, b]) => b - a);
  if (!most || most[1] === 0) {
    return `None of the ${count(rows)} rows that were looked at lies in these shards: make the catalog again from these \
granules, with this config.`;
  }
  const [reason, lost] = most;
  const where = reason === "missing-coordinates" ? "data_source.coordinates" : "data_source.filters";
  return `Of the rows that were looked at, ${count(lost)} were dropped by ${reason}: look at ${where} in the config.`;
}

function sum(reasons: Readonly<Record<string, number>>): number {
  return Object.values(reasons).reduce((total, n) => total + n, 0);
}
