import { readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, posix } from "node:path";

/** What a room (a package, or a folder or file at one level of a package) may import: exactly these, all above it. */
export type Table = Readonly<Record<string, readonly string[]>>;

export interface Import {
  /** Relative to the folder that was looked at, with `/`. */
  readonly file: string;
  readonly specifier: string;
}

/** Code of tests: their files, and the suites that several of them share. */
const OF_TESTS = /\.test\.ts$|^(conformance|testing)\//;

/** What of a browser-safe package may use Node: the file that an export condition swaps, and the fuzz harness. */
const NODE_ONLY = /\.node\.ts$|^fuzz\//;

/** All imports, those of types too, in the sources below a folder; tests excepted. */
export function importsIn(folder: string): Import[] {
  return sourcesIn(folder).flatMap((file) =>
    specifiersOf(readFileSync(join(folder, file), "utf8")).map((specifier) => ({ file, specifier })),
  );
}

/** The rooms of a folder of sources: its folders, and its files but `index` and tests. */
export function roomsIn(folder: string): string[] {
  const files = sourcesIn(folder).filter((file) => file !== "index.ts");
  return [...new Set(files.map(roomOf))];
}

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => file.endsWith(".ts") && !OF_TESTS.test(file));
}

/** What a module's text imports, hands on or looks up. */
export function specifiersOf(text: string): string[] {
  const found = text.matchAll(/(?:\bfrom|\bimport|\brequire|\bresolve)\s*\(?\s*["']([^"']+)["']/g);
  return [...found].map(([, specifier]) => specifier as string);
}

/** The package of ours that a specifier names: `storage` of `@zagg/storage`. */
export function packageOf(specifier: string): string | undefined {
  if (specifier === "zagg" || specifier.startsWith("zagg/")) return "zagg";
  return /^@zagg\/([^/]+)/.exec(specifier)?.[1];
}

/** The room of a file: its first folder, or the name of a file that lies in none. */
export function roomOf(file: string): string {
  return (file.split("/")[0] as string).replace(/(\.[a-z]+)?\.[jt]s$/, "");
}

/** The room that a relative import leads to; none for one that leaves the folder or is not relative. */
export function roomReached({ file, specifier }: Import): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  const path = posix.join(posix.dirname(file), specifier);
  return path.startsWith("..") ? undefined : roomOf(path);
}

/** The file that a relative import leads to. */
function fileReached({ file, specifier }: Import): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  return posix.join(posix.dirname(file), specifier).replace(/\.js$/, ".ts");
}

/** Circles of files that import each other, each as the way round. */
export function circlesIn(imports: readonly Import[]): string[] {
  const next = new Map<string, string[]>();
  for (const each of imports) {
    const reached = fileReached(each);
    if (reached) next.set(each.file, [...(next.get(each.file) ?? []), reached]);
  }
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (file: string, way: readonly string[]): void => {
    const start = way.indexOf(file);
    if (start >= 0) circles.push([...way.slice(start), file].join(" → "));
    if (start >= 0 || done.has(file)) return;
    for (const reached of next.get(file) ?? []) walk(reached, [...way, file]);
    done.add(file);
  };
  for (const file of next.keys()) walk(file, []);
  return circles;
}

/** An import from one room into another. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly file: string;
}

/**
 * Where a table and the code differ: rooms that only one of them has, arrows that only one of them has, and entries
 * that point to a room below or beside. Empty where the table is the whole truth, and all arrows run one way.
 */
export function tableFaults(table: Table, rooms: readonly string[], arrows: readonly Arrow[]): string[] {
  const names = Object.keys(table);
  const crossing = arrows.filter(({ from, to }) => from !== to);
  const drawn = names.flatMap((from) => (table[from] ?? []).map((to) => ({ from, to })));
  const isIn = (list: readonly { from: string; to: string }[], { from, to }: { from: string; to: string }) =>
    list.some((each) => each.from === from && each.to === to);
  return [
    ...rooms.filter((room) => !names.includes(room)).map((room) => `${room} is not in the table`),
    ...names.filter((name) => !rooms.includes(name)).map((name) => `${name} is in the table only`),
    ...drawn
      .filter(({ from, to }) => names.indexOf(to) < 0 || names.indexOf(to) >= names.indexOf(from))
      .map(({ from, to }) => `${from} → ${to} does not run to a row above`),
    ...crossing
      .filter((arrow) => !isIn(drawn, arrow))
      .map(({ from, to, file }) => `${from} → ${to} is not in the table: ${file}`),
    ...drawn
      .filter((arrow) => !isIn(crossing, arrow))
      .map(({ from, to }) => `${from} → ${to} is in the table only`),
  ];
}

/** Imports that a browser cannot follow: Node's modules, and packages of ours that are not browser-safe themselves. */
export function browserFaults(imports: readonly Import[], safe: readonly string[]): Import[] {
  return imports.filter(({ file, specifier }) => {
    const ours = packageOf(specifier);
    const isUnsafe = ours === undefined ? isBuiltin(specifier) : !safe.includes(ours);
    return isUnsafe && !NODE_ONLY.test(file);
  });
}
