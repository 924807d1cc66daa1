import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { openProduct, unpackBlock } from "@zagg/product";
import { localStore } from "@zagg/storage";
import { dataPath, runZagg, SAMPLE_FOLDER, sharedData, startZagg } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/**
 * What version 0.2.0 (commit ef2f1a7) made of our own granules and of the seven real ones. Whoever changes a value on purpose takes it
 * anew: ZAGG_TAKE_DIGESTS=1 npx vitest run packages/zagg/src/unchanged.test.ts
 *
 * Changed on purpose since: of authalic products the metadata, and what the STAC item repeats of it, in which the group's
 * ellipsoid has the published key `semi_major_axis`. (`_FillValue` is new too, but these products need none.)
 * With it the kernel's epoch, and so the identities in plans, records and metadata. No value of these granules changed.
 * Records and summaries once more since each granule is read once for all its shards: what reading it cost, and the rows
 * that were looked at, are no longer counted by shard.
 * The group's metadata again since they tell when the data were taken; no other object changed, and so the stored bytes are as
 * equal for every zlib as they were.
 * Plans, records and metadata since shards lie in blocks. Their chunks are taken out of those here, and are as they were.
 */
const TAKEN = new URL("./unchanged.json", import.meta.url);
const TAKE = process.env.ZAGG_TAKE_DIGESTS === "1";

type Digests = Record<string, string>;

/** Times, memory and versions, which differ from run to run; and what summaries have said only since. */
const PASSING = new Set([
  "unfinished",
  "created",
  "finished",
  "modified",
  "peakMemory",
  "phases",
  "result",
  "processing:software",
  "store",
  "version",
  "wall_s",
  "zagg:version",
]);

/** Why a chunk's values are digested and not its bytes: they depend on the zlib of a Node, and its processor. */
const ZLIB = `stored bytes, zlib ${process.versions.zlib} on ${process.arch}`;

let folder: string;
const taken: Record<string, Digests> = {};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-unchanged-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  if (TAKE) await writeFile(TAKEN, `${JSON.stringify(taken, null, 2)}\n`);
});

describe("unchanged since 0.2.0: catalog, plan, records, STAC item and every object of the product", () => {
  test("of our own granules", async () => {
    await undisturbed("own", SAMPLE_FOLDER, "atl06-extended");
  });

  test("of our own granules, killed on the way and resumed", async () => {
    await killed("own-killed", SAMPLE_FOLDER, 2);
  });
});

describe.skipIf(!sharedData.present)(`real granules unchanged since 0.2.0 (${sharedData.reason})`, () => {
  test("default config", async () => {
    await undisturbed("atl06", dataPath("atl06"), "atl06");
  });

  test("geodetic latitude", async () => {
    const geodetic = ["child_order: 12", "child_order: 12\n    latitude: geodetic"] as const;
    await undisturbed("atl06-geodetic", dataPath("atl06"), "atl06", ...geodetic);
  });

  test("extended config, whose slope is not in these granules", async () => {
    const slope = ["fit_statistics/dh_fit_dx", "h_li_sigma"] as const;
    await undisturbed("atl06-extended", dataPath("atl06"), "atl06-extended", ...slope);
  });

  test("killed on the way and resumed", async () => {
    await killed("atl06-killed", dataPath("atl06"), 3);
  });
});

/** The built-in config with `to` in place of `from`. */
async function undisturbed(name: string, granules: string, built: string, from = "", to = ""): Promise<void> {
  const run = await made(name, granules, command("config", "show", built).replace(from, to));
  command(...run, "--max-workers", "2");
  await compare(name, await digests(name));
}

/** Killed when there are so many records, or a few more; on a busy machine it may have ended by then, and tries again. */
async function killed(name: string, granules: string, records: number): Promise<void> {
  const run = await made(name, granules, command("config", "show", "atl06"));
  for (let tries = 1; ; tries++) {
    const child = startZagg([...run, "--max-workers", "1"], { cwd: folder });
    while ((await recorded(name)) < records) await sleep(1);
    child.kill("SIGKILL");
    if ((await child.done).status === null) break;
    expect(tries, "runs that ended before they were killed").toBeLessThan(10);
    for (const each of ["product", "product.run"]) await rm(join(folder, name, each), { recursive: true });
  }
  command(...run, "--max-workers", "2");

  // The summary tells what the second command did, which depends on the moment of the kill.
  const { "run/summary.json": _, ...rest } = await digests(name);
  await compare(name, rest);
}

/** What the command prints. */
function command(...args: string[]): string {
  const { status, stdout, stderr } = runZagg(args, folder);
  expect(status, stderr).toBe(0);
  return stdout;
}

/** A folder with config and catalog, and the command that makes `product` in it. */
async function made(name: string, granules: string, config: string): Promise<string[]> {
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, "atl06.yaml"), config);
  const [yaml, catalog] = [join(name, "atl06.yaml"), join(name, "catalog.json")];
  command("catalog", "--granules", granules, "--config", yaml, "--output", catalog);
  return ["run", "--config", yaml, "--catalog", catalog, "--store", join(name, "product")];
}

async function recorded(name: string): Promise<number> {
  return (await readdir(join(folder, name, "product.run/shards")).catch(() => [])).length;
}

async function compare(name: string, digests: Digests): Promise<void> {
  if (TAKE) {
    taken[name] = digests;
    return;
  }
  const { [name]: then = {} } = JSON.parse(await readFile(TAKEN, "utf8")) as Record<string, Digests>;
  // On another zlib the bytes are others, and right for all that: the values say so.
  const { [ZLIB]: bytes, ...values } = digests;
  expect(values).toEqual(Object.fromEntries(Object.entries(then).filter(([key]) => !key.includes("zlib"))));
  expect([bytes, undefined]).toContain(then[ZLIB]);
}

/** One digest for each array of the product, and for each kind of file that is not in it. */
async function digests(name: string): Promise<Digests> {
  const parts = new Map<string, string[]>();
  const stored = new Map<string, string>();
  const chunks: Chunk[] = [];
  const found = [];
  for (const path of await files(join(folder, name))) {
    found.push(...(await withoutBlocks(path, await readFile(join(folder, name, path)), name)));
  }
  for (const [path, bytes] of found.sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [key, text] = path.startsWith("product/") ? object(path, bytes) : file(path, bytes);
    parts.set(key, [...(parts.get(key) ?? []), path, text]);
    if (path.startsWith("product/")) stored.set(path.slice("product/".length), sha256(bytes));
    if (!path.startsWith("product.run/shards/")) continue;
    const { index, chunks: named } = JSON.parse(bytes.toString());
    for (const { key, sha256 } of named) chunks.push({ key: key.replace(/\d+$/, index), sha256 });
  }
  for (const { key, sha256 } of chunks) expect(sha256, key).toBe(stored.get(key));
  const each = [...parts].map(([key, texts]) => [key, sha256(texts.join("\n"))]);
  return { ...Object.fromEntries(each), [ZLIB]: sha256([...stored].flat().join("\n")) };
}

/** Of an object that holds several shards each of them, as if it lay alone. */
async function withoutBlocks(path: string, bytes: Buffer, name: string): Promise<[path: string, Buffer][]> {
  const [, array, block] = /^(product\/.*)\/c\/(\d+)$/.exec(path) ?? [];
  if (array === undefined) return [[path, bytes]];
  const { spec } = await openProduct(localStore(join(folder, name, "product")));
  const { dtype } = { ...spec.coordinates, ...spec.variables }[basename(array)] ?? {};
  if (dtype === undefined) return [[path, bytes]];
  return unpackBlock(spec, dtype, bytes).flatMap((chunk, slot): [string, Buffer][] =>
    chunk ? [[`${array}/c/${Number(block) * spec.shardsPerObject + slot}`, Buffer.from(chunk)]] : [],
  );
}

/** The files of a folder but those that were never finished. */
async function files(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return paths
    .map((path) => path.slice(root.length + 1))
    .filter((path) => !/\/tmp\/|\/packs\/|\.yaml$/.test(path))
    .sort();
}

function object(path: string, bytes: Buffer): [key: string, text: string] {
  if (!path.includes("/c/")) {
    return ["product metadata", bytes.toString().replace(/("(zagg:)?version": ")[^"]*/g, "$1")];
  }
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return [path.slice(0, path.indexOf("/c/")), sha256(packed ? gunzipSync(bytes) : bytes)];
}

function file(path: string, bytes: Buffer): [key: string, text: string] {
  const text = JSON.stringify(JSON.parse(bytes.toString()), (key, value) => {
    if (PASSING.has(key)) return undefined;
    if (key === "file") return basename(value);
    // Length and digest are those of stored bytes; `digests` holds them to the objects.
    return key === "chunks" ? value.map((chunk: { key: string }) => chunk.key) : value;
  });
  const key = path.replace("product.run/", "run/").replace(/shards\/.*/, "records");
  return [key, text];
}

interface Chunk {
  readonly key: string;
  readonly sha256: string;
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
