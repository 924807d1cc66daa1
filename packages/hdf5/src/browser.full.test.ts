import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { dataPath, type HttpServer, sharedData, startHttpServer } from "@zagg/testing";
import { build } from "esbuild";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bytesSource, openHdf5, type TypedArray } from "./index.js";

const GRANULE = "atl06/ATL06_20181027014737_04340110_001_01.h5";
const PATHS = ["latitude", "h_li", "atl06_quality_summary", "segment_id"].map(
  (name) => `/gt2l/land_ice_segments/${name}`,
);

/** What runs in the page: a byte source over `fetch`, and the sums of some datasets. */
const PAGE = `
import { openHdf5 } from "./index.js";

function fetchSource(url) {
  const get = async (range) => {
    const response = await fetch(url, { headers: { range } });
    if (response.status !== 206) throw new Error("no range: " + response.status);
    return response;
  };
  return {
    url,
    size: async () => Number((await get("bytes=0-0")).headers.get("content-range").split("/")[1]),
    read: async (offset, length) => new Uint8Array(await (await get(\`bytes=\${offset}-\${offset + length - 1}\`)).arrayBuffer()),
  };
}

globalThis.sums = async (url, paths) => {
  const file = await openHdf5(fetchSource(url));
  const datasets = await Promise.all(paths.map((path) => file.dataset(path)));
  const values = await file.readMany(datasets.map((dataset) => ({ dataset })));
  return values.map((each) => each.reduce((sum, value) => sum + value, 0));
};
`;

/** As a site would ship it. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: PAGE, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    conditions: ["@zagg/source", "browser"],
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

describe.skipIf(!sharedData.present)(`in a browser (${sharedData.reason})`, () => {
  let browser: Browser;
  let server: HttpServer;
  let script: string;

  beforeAll(async () => {
    script = await bundle();
    server = await startHttpServer({ root: dataPath() });
    server.objects.set("/page.html", new TextEncoder().encode(`<script type="module">${script}</script>`));
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox"],
    });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it("is small, and takes nothing from Node along", () => {
    expect(script).not.toMatch(/from ?"node:|require\(/);
    expect(script.length).toBeLessThan(67_000);
  });

  it("reads a granule over HTTP ranges with the same sums as here", async () => {
    const page = await browser.newPage();
    await page.goto(`${server.url}/page.html`);
    const run = `sums("${server.url}/${GRANULE}", ${JSON.stringify(PATHS)})`;
    const there = await page.evaluate(run);
    const file = await openHdf5(bytesSource(new Uint8Array(readFileSync(dataPath(GRANULE)))));
    const here = [];
    for (const path of PATHS) here.push(sum((await (await file.dataset(path)).read()) as TypedArray));
    expect(there).toEqual(here);
    expect(here.every((value) => Number.isFinite(value) && value !== 0)).toBe(true);
    expect(server.requests.filter((request) => request.includes(GRANULE)).length).toBeLessThan(10);
  });
});

function sum(values: TypedArray): number {
  let total = 0;
  for (const value of values) total += Number(value);
  return total;
}
