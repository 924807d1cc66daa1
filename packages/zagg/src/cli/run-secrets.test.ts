import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtInText } from "@zagg/core";
import { type HttpServer, runZagg, SAMPLE_FOLDER, startHttpServer, startZagg } from "@zagg/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

const SIGNATURE = "SIGNATURE-0123456789abcdef";
const PASSWORD = "PASSWORD-of-somebody";

let folder: string;
let server: HttpServer;
/** Whether the server takes signed addresses. */
let isOpen = true;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-secrets-"));
  server = await startHttpServer({
    root: SAMPLE_FOLDER,
    intercept(request, response) {
      const isSigned =
        request.url?.includes(SIGNATURE) || request.headers.authorization?.startsWith("Basic ");
      if (isOpen && isSigned) return false;
      response.writeHead(403).end(`${request.url} is not for you`);
      return true;
    },
  });
  await writeFile(
    join(folder, "config.yaml"),
    (await builtInText("atl06")).replace(/child_order: \d+/, "child_order: 8"),
  );
  const made = runZagg(
    ["catalog", "--granules", SAMPLE_FOLDER, "--config", "config.yaml", "--output", "files.json"],
    folder,
  );
  expect(made.status, made.stderr).toBe(0);
  const catalog = JSON.parse(await readFile(join(folder, "files.json"), "utf8"));
  for (const [i, granule] of catalog.granules.entries()) {
    delete granule.file;
    const address = `${server.url}/${granule.id}?X-Amz-Signature=${SIGNATURE}`;
    granule.https = i === 0 ? address.replace("://", `://user:${PASSWORD}@`) : address;
  }
  await writeFile(join(folder, "catalog.json"), JSON.stringify(catalog));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** Runs a command; whatever became of it, none of the secrets is in its words or in what it left. */
async function run(...args: string[]) {
  const ended = await startZagg(["run", "--config", "config.yaml", "--catalog", "catalog.json", ...args], {
    cwd: folder,
  }).done;
  expect(ended.stdout + ended.stderr).not.toMatch(/SIGNATURE|PASSWORD/);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name === "catalog.json") continue;
    expect(await readFile(join(entry.parentPath, entry.name), "latin1"), entry.name).not.toMatch(
      /SIGNATURE|PASSWORD/,
    );
  }
  return ended;
}

test("passwords and signatures of granules' addresses are in no file and no word; the run resumes by its catalog", async () => {
  const first = await run("--store", "p.zarr", "--max-cells", "2", "--verbose");
  expect(first.status, first.stderr).toBe(0);
  const plan = JSON.parse(await readFile(join(folder, "p.zarr.run/plan.json"), "utf8"));
  expect(plan.granules[1]).toMatchObject({ https: `${server.url}/${plan.granules[1].id}`, withheld: true });
  const rest = await run("--store", "p.zarr", "--json");
  expect(rest.status, rest.stderr).toBe(0);
  expect(JSON.parse(rest.stdout)).toMatchObject({ skipped: 2, written: 4, empty: 1 });
  // What the record alone cannot fetch is not computed again, and not held against the product.
  const verified = await startZagg(["verify", "p.zarr", "--json"], { cwd: folder }).done;
  expect(verified.status, verified.stdout).toBe(0);
  expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true, complete: true, reproduced: 0 });
});

test("nor where the server refuses them and repeats them", async () => {
  isOpen = false;
  const refused = await run("--store", "refused.zarr", "--verbose", "--output-dir", "results");
  isOpen = true;
  expect(refused.status, refused.stderr).toBe(3);
});

test("Lambda's workers are not handed such addresses", async () => {
  const refused = await run("--store", "s3://bucket/p", "--backend", "lambda", "--dry-run");
  expect(refused.status, refused.stderr).toBe(2);
  expect(refused.stderr).toMatch(/addresses with a password or a signed query are not handed to workers/);
});
