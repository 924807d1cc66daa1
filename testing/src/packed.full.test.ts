import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DocBlock, docBlocks } from "./doc-blocks.js";
import { checkedModule } from "./doc-code.js";
import { type DocSession, runCommand, runShell } from "./doc-session.js";
import { type Packed, packAndInstall, ROOT, sizeOf } from "./packed.js";
import { type S3Emulator, startS3Emulator } from "./s3-emulator.js";

const TOOLS = join(ROOT, ".tools/packaging/node_modules");
/** Bytes of all files in node_modules: 36 MB when this was written, a third of them the optional h5wasm. */
const INSTALLED_LIMIT_MB = 50;
const KEYS = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret" };

let packed: Packed;
let s3: S3Emulator;
let session: DocSession;
beforeAll(async () => {
  if (!existsSync(TOOLS))
    throw new Error("what this needs is not installed: run sh scripts/packaging-tools.sh");
  [packed, s3] = await Promise.all([packAndInstall(), startS3Emulator({ principals: [KEYS] })]);
  const env = {
    PATH: [join(packed.app, "node_modules/.bin"), process.env.PATH].join(delimiter),
    HOME: packed.app,
    NO_COLOR: "1",
    AWS_ENDPOINT_URL_S3: s3.url,
    AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
  };
  session = { cwd: packed.app, env };
});
afterAll(async () => {
  await s3.close();
  packed.remove();
});

const tool = (script: string, ...args: readonly string[]) =>
  runCommand(process.execPath, [join(TOOLS, script), ...args], session, `${script} ${args.join(" ")}`);

test("the installed size is small", () => {
  const megabytes = sizeOf(join(packed.app, "node_modules")) / 1e6;
  console.log(`installed: ${megabytes.toFixed(0)} MB`);
  expect(megabytes).toBeLessThan(INSTALLED_LIMIT_MB);
});

test("each package has its README and the licence, and linters of packages find nothing", async () => {
  for (const name of packed.names) {
    const files = readdirSync(packed.folderOf(name));
    expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md", "dist", "package.json"]));
    await tool("publint/src/cli.js", "run", packed.folderOf(name), "--strict", "--pack", "false");
    await tool("@arethetypeswrong/cli/dist/index.js", packed.tarballOf(name), "--profile", "esm-only");
  }
});

test("the README of zagg, in the order of its commands", async () => {
  const blocks = readmeBlocks("zagg").filter(({ kind }) => kind === "shell");
  for (const block of blocks) await runShell(block, session, isInstall);
  expect(readdirSync(packed.app)).toEqual(expect.arrayContaining(["product.zarr", "map.png"]));

  // What the other pages take for granted.
  const granules = readdirSync(join(packed.app, "sample/granules"));
  mkdirSync(join(packed.app, "data"));
  for (const name of granules.slice(0, 2))
    cpSync(join(packed.app, "sample/granules", name), join(packed.app, "data", name));
  const first = join(packed.app, "data", granules[0] as string);
  cpSync(first, join(packed.app, "granule.h5"));
  const bucket = s3.addBucket("bucket");
  bucket.objects.set("granule.h5", {
    bytes: readFileSync(first),
    etag: '"1"',
    modified: new Date(0),
    metadata: {},
  });
});

describe("the examples of all READMEs", () => {
  const project = () => join(packed.app, "examples");

  beforeAll(() => {
    mkdirSync(project());
    for (const name of packed.names) {
      for (const block of typescriptBlocks(name))
        writeFileSync(join(project(), `${moduleName(block)}.ts`), checkedModule(block.text));
    }
    const imports = packed.names.map((name, i) => `import * as p${i} from "${name}";\nconsole.log(p${i});\n`);
    writeFileSync(join(project(), "everything.ts"), imports.join(""));
  });

  // None has @types/node, all check the types of what they import.
  test.each([
    ["5", "nodenext"],
    ["6", "nodenext"],
    ["7", "bundler"],
    ["7", "nodenext"],
  ])("compile with TypeScript %s, module resolution %s", async (version, resolution) => {
    const compilerOptions = {
      target: "es2023",
      module: resolution === "bundler" ? "esnext" : resolution,
      moduleResolution: resolution,
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      noPropertyAccessFromIndexSignature: true,
      skipLibCheck: false,
      noEmitOnError: true,
      rootDir: ".",
    };
    writeFileSync(join(project(), "tsconfig.json"), JSON.stringify({ compilerOptions }));
    const script = `typescript-${version}/bin/tsc`;
    await tool(script, "-p", project());
  });

  test("run", async () => {
    for (const name of packed.names) {
      for (const block of typescriptBlocks(name)) {
        const script = join(project(), `${moduleName(block)}.js`);
        await runCommand(process.execPath, [script], session, block.place);
      }
    }
  });
});

const isInstall = (command: string) => /^npm install\b/.test(command);

function readmeBlocks(name: string): DocBlock[] {
  return docBlocks(readFileSync(join(packed.folderOf(name), "README.md"), "utf8"), `${name}/README.md`);
}

function typescriptBlocks(name: string): DocBlock[] {
  return readmeBlocks(name).filter(({ kind }) => kind === "typescript");
}

function moduleName({ place }: DocBlock): string {
  return place.replaceAll(/\W/g, "-");
}
