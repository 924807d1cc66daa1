/**
 * Breaks the code on purpose, one place at a time, and looks whether the tests notice that need no ../shared:
 *
 *     npm run mutations [count] [seed]
 *
 * Files are changed where they lie and put back; run it in a checkout that nobody works in.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { seededRandom } from "./faults.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Where it is broken, and whose tests are asked then: those beside it first. Those of the command are not asked: its
 * processes run the build.
 */
const AREAS = [
  { sources: "packages/stats/src", tests: ["packages/stats", "packages/core/src/run"] },
  { sources: "packages/product/src", tests: ["packages/product", "packages/core/src/run"] },
  { sources: "packages/core/src/granule", tests: ["packages/core/src/granule", "packages/core/src/run"] },
  { sources: "packages/core/src/run", tests: ["packages/core/src/run"] },
] as const;

/** Tests, and what threads load from the build, which is not made anew here. */
const NOT_BROKEN = /\.test\.ts$|\/testdata\/|\/worker\.ts$/;

/**
 * How it is broken: what is found, and what comes in its place, given what stands before it in its line. Spaces keep
 * type parameters and text out.
 */
const BREAKS: Readonly<Record<string, readonly [RegExp, (found: string, before: string) => string]>> = {
  // A loop takes one turn fewer: one more would read and write past the end of a typed array, which changes nothing.
  comparison: [
    / (<=?|>=?|===|!==) (?!")/g,
    (found, before) => (found === " < " && LOOP.test(before) ? " + 1 < " : (FLIPPED[found.trim()] as string)),
  ],
  "off by one": [/ [+-] 1\b|(?<=let \w+ = )0(?=;)/g, (found) => (found === "0" ? "1" : "")],
  await: [/(?<!for )\bawait /g, () => ""],
};
const LOOP = /\bfor \(let [^;]*; [^;]*$/;
const FLIPPED: Readonly<Record<string, string>> = {
  "<": " <= ",
  "<=": " < ",
  ">": " >= ",
  ">=": " > ",
  "===": " !== ",
  "!==": " === ",
};

interface Mutation {
  readonly file: string;
  readonly line: number;
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly tests: readonly string[];
}

function mutationsOf(file: string, kind: string, tests: readonly string[]): Mutation[] {
  const source = readFileSync(join(ROOT, file), "utf8");
  const [pattern, replace] = BREAKS[kind] as (typeof BREAKS)[string];
  return [...source.matchAll(pattern)].flatMap((match) => {
    const before = source.slice(0, match.index);
    const line = before.split("\n").length;
    const from = source.split("\n")[line - 1] as string;
    if (/^\s*(\*|\/\/|\/\*)/.test(from)) return [];
    // Whether a time is reached or passed is the same for all that can be seen.
    if (from.includes("performance.now()")) return [];
    const instead = replace(match[0], before.slice(before.lastIndexOf("\n") + 1));
    const text = before + instead + source.slice(match.index + match[0].length);
    return [{ file, line, kind, from, to: text.split("\n")[line - 1] as string, text, tests }];
  });
}

/** The same number of each kind in each area, as far as there are so many. */
function chosen(count: number, seed: number): Mutation[] {
  const random = seededRandom(seed);
  const classes = AREAS.flatMap(({ sources, tests }) => {
    const files = readdirSync(join(ROOT, sources), { recursive: true, encoding: "utf8" })
      .map((name) => `${sources}/${name}`)
      .filter((file) => file.endsWith(".ts") && !NOT_BROKEN.test(file))
      .sort();
    return Object.keys(BREAKS).map((kind) => files.flatMap((file) => mutationsOf(file, kind, tests)));
  });
  const taken: Mutation[] = [];
  while (taken.length < count && classes.some((each) => each.length > 0)) {
    for (const each of classes) taken.push(...each.splice(Math.floor(random() * each.length), 1));
  }
  return taken.slice(0, count);
}

/** The first test of a folder that fails; undefined where none does. */
function failing(folder: string): string | undefined {
  const env = { ...process.env, ZAGG_WITHOUT_DATA: "1", NO_COLOR: "1" };
  const vitest = ["vitest", "run", "--bail=1", "--reporter=dot", folder];
  const { status, stderr } = spawnSync("npx", vitest, { cwd: ROOT, env, encoding: "utf8", timeout: 600_000 });
  if (status === 0) return undefined;
  return / FAIL {2}(.*)/.exec(stderr)?.[1] ?? `${folder}, which does not end, or does not begin`;
}

/** The test that notices. */
function noticedBy({ file, text, tests }: Mutation): string | undefined {
  const path = join(ROOT, file);
  const before = readFileSync(path, "utf8");
  try {
    writeFileSync(path, text);
    for (const folder of tests) {
      const test = failing(folder);
      if (test !== undefined) return test;
    }
    return undefined;
  } finally {
    writeFileSync(path, before);
  }
}

// Tests that fail anyway would notice everything.
for (const folder of new Set(AREAS.flatMap(({ tests }) => tests))) {
  const test = failing(folder);
  if (test !== undefined) throw new Error(`the tests fail on the code as it is: ${test}`);
}

const [count = 30, seed = 1] = process.argv.slice(2).map(Number);
let missed = 0;
for (const mutation of chosen(count, seed)) {
  const test = noticedBy(mutation);
  if (test === undefined) missed++;
  const { file, line, kind, from, to } = mutation;
  const result = test === undefined ? "MISSED" : `noticed by ${test}`;
  console.info(`${kind}, ${file}:${line}\n  - ${from.trim()}\n  + ${to.trim()}\n  ${result}`);
}
console.info(`${count - missed} of ${count} noticed`);
process.exitCode = missed > 0 ? 1 : 0;
