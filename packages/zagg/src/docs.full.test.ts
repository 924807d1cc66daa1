import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { catalogFromGranules, loadConfig, writeCatalog } from "@zagg/core";
import { localStore, s3Store } from "@zagg/storage";
import {
  CALLER,
  checkedModule,
  type DocBlock,
  type DocExample,
  type DocSession,
  docBlocks,
  docExamples,
  type LambdaTestBed,
  type Nasa,
  runCommand,
  runOracle,
  runPython,
  runShell,
  startLambdaTestBed,
  startNasa,
  withImports,
} from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agg } from "./agg.js";
import { makeSample } from "./sample/index.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const BIN = join(ROOT, "node_modules/.bin");
/** Around Pine Island Glacier, as the pages have it. */
const BBOX = [-105, -76, -95, -73] as const;
/** So many that two of them pass there. */
const GRANULES = 40;

/** Commands that no test can run, and why. */
const LEFT_OUT: readonly (readonly [command: RegExp, reason: string])[] = [
  [/^npm (run demo|test)\b/, "suites of their own"],
  [/^npm ci && npm run build\b/, "has made the clone in which this runs"],
  [/^(conda|pip) install\b/, "oracle/requirements.txt is its pinned form"],
  [/^zagg view .* --port\b/, "the port may be taken; the line above it runs"],
];
const isLeftOut = (command: string) => LEFT_OUT.some(([pattern]) => pattern.test(command));

const PAGES = ["README.md", ...readdirSync(join(ROOT, "docs")).map((name) => `docs/${name}`)]
  .filter((page) => page.endsWith(".md"))
  .map((page) => ({ page, blocks: docBlocks(readFileSync(join(ROOT, page), "utf8"), page) }));

/** The examples of doc comments, by the file in which they stand: each file is run as one page. */
const EXAMPLES = docExamples(ROOT);
const modules = Object.fromEntries(
  await Promise.all(
    [...new Set(EXAMPLES.map((example) => example.package))].map(async (name) => {
      const specifier = name === "zagg" ? "./index.js" : `@zagg/${name}`;
      return [name, await import(/* @vite-ignore */ specifier)] as const;
    }),
  ),
);
const EXAMPLE_FILES = [...new Set(EXAMPLES.map(({ file }) => file))].map((file) => ({
  file,
  blocks: EXAMPLES.filter((example) => example.file === file).map(blockOf),
}));

let folder: string;
let bed: LambdaTestBed;
let nasa: Nasa;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  // Inside the clone, so that `npx zagg` and imports find the build.
  folder = mkdtempSync(join(ROOT, "node_modules/.docs-"));
  const sample = await makeSample(join(folder, "nasa"), { granules: GRANULES });
  bed = await startLambdaTestBed();
  bed.s3.addBucket("my-products");
  bed.s3.addBucket("bucket", { anonymous: true });
  nasa = await startNasa(sample.granules, bed.s3);
  env = {
    ...process.env,
    ...bed.environment(CALLER),
    ...nasa.environment,
    PATH: [BIN, process.env.PATH].join(delimiter),
    AWS_PROFILE: "",
    MPLBACKEND: "Agg",
    NO_COLOR: "1",
    npm_config_loglevel: "error",
  };
  await Promise.all([makeGiven(sample.granules), compile()]);
});
afterAll(async () => {
  await Promise.all([nasa.close(), bed.close()]);
  rmSync(folder, { recursive: true });
});

test("every block of commands is found, and marked as one", () => {
  const commands = PAGES.flatMap(({ blocks }) => blocks.filter(({ kind }) => kind === "shell"));
  expect(commands.length).toBeGreaterThan(10);
  const others = PAGES.flatMap(({ blocks }) => blocks.filter(({ kind }) => kind === "other"));
  expect(others.filter(({ text }) => /^(\$ )?(npx )?zagg /m.test(text)).map(({ place }) => place)).toEqual(
    [],
  );
});

test("npx finds the build", async () => {
  await runCommand("npx", ["zagg", "version"], { cwd: folder, env }, "npx zagg version");
});

describe.concurrent("all blocks of a page run, one after the other", () => {
  const pages = PAGES.filter(({ blocks }) => blocks.some(({ kind }) => kind !== "other"));
  test.each(pages)("$page", async ({ page, blocks }) => {
    const name = basename(page, ".md");
    const session = { cwd: join(folder, name), env: { ...env, ZAGG_LAMBDA_FUNCTION_NAME: name } };
    cpSync(join(folder, "given"), session.cwd, { recursive: true });
    for (const block of blocks) {
      if (block.kind === "shell") await runShell(block, session, isLeftOut);
      if (block.kind === "typescript") await runScript(block, session);
      if (block.kind === "other") saveNamed(block, session);
    }
    await runPython(blocks, session);
  });
});

test.concurrent.each(EXAMPLE_FILES)("the examples of $file run", async ({ file, blocks }) => {
  const session = { cwd: join(folder, file.replaceAll("/", "-")), env };
  cpSync(join(folder, "given"), session.cwd, { recursive: true });
  for (const block of blocks) await runScript(block, session);
});

/** What pages take for granted: two granules in data/, a file of an altimeter, the granules' catalog, and a product of them, on S3 too. */
async function makeGiven(granules: readonly string[]): Promise<void> {
  const given = join(folder, "given");
  const config = await loadConfig("atl06");
  const near = await catalogFromGranules(granules, config, { bbox: BBOX });
  const two = near.granules.slice(0, 2).map(({ id }) => join(given, "data", id));
  mkdirSync(join(given, "data"), { recursive: true });
  for (const path of two) cpSync(join(folder, "nasa/granules", basename(path)), path);
  cpSync(two[0] as string, join(given, "granule.h5"));
  await runOracle("imitate_product.py", "CryoSat-2", join(given, "altimeter.nc"), "1");
  const [west, south, east, north] = BBOX;
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  writeFileSync(join(given, "region.geojson"), JSON.stringify({ type: "Polygon", coordinates: [ring] }));
  const catalog = await catalogFromGranules(two, config, { bbox: BBOX });
  await writeCatalog(catalog, join(given, "catalog.json"));
  await agg(config, { catalog, store: join(given, "product.zarr"), maxWorkers: 2 });

  const made = localStore(join(given, "product.zarr"));
  const copy = s3Store("s3://bucket/product", { endpoint: bed.s3.url, credentials: async () => CALLER });
  for await (const { key } of made.list("")) await copy.put(key, (await made.get(key)) as Uint8Array);
}

/** A config on a page that says its file's name in its first line is saved there, for the commands after it. */
function saveNamed({ text }: DocBlock, { cwd }: DocSession): void {
  const [, name] = /^# ([\w-]+\.yaml)\n/.exec(text) ?? [];
  if (name !== undefined) writeFileSync(join(cwd, name), text);
}

/** Checks the types of all TypeScript on the pages and in doc comments, and makes JavaScript of it. */
async function compile(): Promise<void> {
  const sources = join(folder, "ts");
  mkdirSync(sources);
  for (const { kind, place, text } of [...PAGES, ...EXAMPLE_FILES].flatMap(({ blocks }) => blocks)) {
    if (kind === "typescript") writeFileSync(join(sources, `${moduleName(place)}.ts`), checkedModule(text));
  }
  writeFileSync(join(sources, "package.json"), '{"type": "module"}');
  const compilerOptions = {
    module: "nodenext",
    target: "es2023",
    strict: true,
    types: ["node"],
    noEmitOnError: true,
  };
  writeFileSync(join(sources, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  await runCommand("tsc", ["-p", sources], { cwd: folder, env }, "the pages' TypeScript");
}

async function runScript({ place }: DocBlock, session: DocSession): Promise<void> {
  const script = join(folder, "ts", `${moduleName(place)}.js`);
  await runCommand(process.execPath, [script], session, place);
}

function moduleName(place: string): string {
  return place.replaceAll(/\W/g, "-");
}

function blockOf(example: DocExample): DocBlock {
  const place = `${example.file}:${example.line}`;
  return { place, kind: "typescript", text: withImports(ROOT, example, modules) };
}
