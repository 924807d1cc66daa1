import { isPaletteName, type PaletteName } from "@zagg/map";

export type ViewName = "south" | "north" | "globe";

/** What the viewer shows: all of it goes into the address, so that a link shows the same. */
export interface ViewState {
  /** Address of the store, absolute or relative to the page. */
  readonly store: string;
  readonly view: ViewName;
  /** Centre: metres of the polar grid, or longitude and latitude of the globe. Absent: the whole product. */
  readonly centre?: readonly [number, number];
  /** Metres per CSS pixel. */
  readonly scale?: number;
  readonly variable?: string;
  readonly palette: PaletteName;
  /** Colour limits; absent: by percentiles. */
  readonly limits?: readonly [min: number, max: number];
  /** Absent: for counts. */
  readonly log?: boolean;
  /** Pinned cell, nested id. */
  readonly cell?: number;
}

/** What an address may say. */
const KEYS: ReadonlySet<string> = new Set([
  "store",
  "view",
  "centre",
  "scale",
  "variable",
  "palette",
  "limits",
  "log",
  "cell",
] satisfies (keyof ViewState)[]);

export const INITIAL_STATE: ViewState = { store: "", view: "south", palette: "viridis" };

/** Reads the part of an address after `#`; what is missing or makes no sense is left out. */
export function parseState(hash: string): Partial<ViewState> {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const [view, palette, log] = [given.get("view"), given.get("palette"), given.get("log")];
  const centre = numbers(given.get("centre"), 2);
  const limits = numbers(given.get("limits"), 2);
  const scale = numbers(given.get("scale"), 1)?.[0];
  const cell = numbers(given.get("cell"), 1)?.[0];
  return {
    ...(given.get("store") && { store: given.get("store") as string }),
    ...((view === "south" || view === "north" || view === "globe") && { view }),
    ...(centre && { centre: centre as [number, number] }),
    ...(scale !== undefined && scale > 0 && { scale }),
    ...(given.get("variable") && { variable: given.get("variable") as string }),
    ...(palette !== null && isPaletteName(palette) && { palette }),
    ...(limits && (limits[1] as number) > (limits[0] as number) && { limits: limits as [number, number] }),
    ...((log === "1" || log === "0") && { log: log === "1" }),
    ...(cell !== undefined && Number.isSafeInteger(cell) && cell >= 0 && { cell }),
  };
}

/** What of an address makes no sense, as sentences: what {@link parseState} leaves out, though it is there. */
export function stateProblems(hash: string): string[] {
  const parsed: Readonly<Record<string, unknown>> = parseState(hash);
  return [...new URLSearchParams(hash.replace(/^#/, ""))]
    .filter(([key, value]) => value !== "" && KEYS.has(key) && parsed[key] === undefined)
    .map(([key, value]) => `The link's ${key}, ${value.slice(0, 60)}, makes no sense and is left out.`);
}

/** The part of an address after `#` that {@link parseState} reads back. */
export function formatState(state: ViewState): string {
  const { store, view, centre, scale, variable, palette, limits, log, cell } = state;
  const short = (values: readonly number[], digits: number) =>
    values.map((value) => Number(value.toPrecision(digits))).join(",");
  const entries: [string, string | undefined][] = [
    ["store", store || undefined],
    ["view", view],
    ["centre", centre && short(centre, 9)],
    ["scale", scale === undefined ? undefined : short([scale], 5)],
    ["variable", variable],
    ["palette", palette],
    ["limits", limits && short(limits, 6)],
    ["log", log === undefined ? undefined : log ? "1" : "0"],
    ["cell", cell === undefined ? undefined : String(cell)],
  ];
  return new URLSearchParams(
    entries.filter((entry): entry is [string, string] => entry[1] !== undefined),
  ).toString();
}

function numbers(text: string | null, count: number): number[] | undefined {
  const values = (text ?? "").split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  return values.length === count && values.every(Number.isFinite) ? values : undefined;
}
