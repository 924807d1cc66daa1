import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { catalogFromGranules, loadConfig, writeCatalog } from "@zagg/core";
import { localStore, s3Store } from "@zagg/storage";
import {
  CALLER,
  type DocBlock,
  docBlocks,
  type LambdaTestBed,
  type Nasa,
  runCommand,
  runPython,
  runShell,
  startLambdaTestBed,
  startNasa,
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
  [/^npm install && npm run build\b/, "has made the clone in which this runs"],
  [/^(conda|pip) install\b/, "oracle/requirements.txt is its pinned form"],
  [/^zagg view .* --port\b/, "the port may be taken; the line above it runs"],
];
const isLeftOut = (command: string) => LEFT_OUT.some(([pattern]) => pattern.test(command));

const PAGES = ["README.md", ...readdirSync(join(ROOT, "docs")).map((name) => `docs/${name}`)]
  .filter((page) => page.endsWith(".md"))
  .map((page) => ({ page, blocks: docBlocks(readFileSync(join(ROOT, page), "utf8"), page) }));

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
      if (block.kind === "typescript") {
        const script = join(folder, "ts", `${moduleName(block)}.js`);
        await runCommand(process.execPath, [script], session, block.place);
      }
    }
    await runPython(blocks, session);
  });
});

/** What pages take for granted: two granules in data/, their catalog, and a product of them, on S3 too. */
async function makeGiven(granules: readonly string[]): Promise<void> {
  const given = join(folder, "given");
  const config = await loadConfig("atl06");
  const near = await catalogFromGranules(granules, config, { bbox: BBOX });
  const two = near.granules.slice(0, 2).map(({ id }) => join(given, "data", id));
  mkdirSync(join(given, "data"), { recursive: true });
  for (const path of two) cpSync(join(folder, "nasa/granules", basename(path)), path);
  const catalog = await catalogFromGranules(two, config, { bbox: BBOX });
  await writeCatalog(catalog, join(given, "catalog.json"));
  await agg(config, { catalog, store: join(given, "product.zarr"), maxWorkers: 2 });

  const made = localStore(join(given, "product.zarr"));
  const copy = s3Store("s3://bucket/product", { endpoint: bed.s3.url, credentials: async () => CALLER });
  for await (const { key } of made.list("")) await copy.put(key, (await made.get(key)) as Uint8Array);
}

/** Checks the types of all TypeScript on the pages, and makes JavaScript of it. */
async function compile(): Promise<void> {
  const sources = join(folder, "ts");
  mkdirSync(sources);
  for (const block of PAGES.flatMap(({ blocks }) => blocks)) {
    if (block.kind === "typescript") writeFileSync(join(sources, `${moduleName(block)}.ts`), block.text);
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

function moduleName({ place }: DocBlock): string {
  return place.replaceAll(/\W/g, "-");
}
