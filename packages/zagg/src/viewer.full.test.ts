import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Config, rasterize } from "@zagg/core";
import { cellCentre, cellOf } from "@zagg/healpix";
import { colourIndex, palette, projectionOf } from "@zagg/map";
import {
  blocksOf,
  openProduct,
  type Product,
  packShard,
  productSpec,
  writeBlock,
  writeState,
  writeTemplate,
} from "@zagg/product";
import { memoryStore, type Store, wrap } from "@zagg/storage";
import { hostileStores, writeLegacyStore } from "@zagg/testing";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startViewServer, type ViewServer } from "./view-server.js";

const [ORDER, PARENT_ORDER, CELLS] = [12, 6, 4096];
const [WIDTH, HEIGHT] = [900, 700];
/** Radius of the viewer's globe, metres. */
const GLOBE_RADIUS = 6371007;
const DEGREE = Math.PI / 180;
const CHROMIUM = process.env.ZAGG_CHROMIUM ?? "/usr/bin/chromium";
/** Software rendering: CI has no graphics card. */
const ARGS = [
  "--no-sandbox",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--ignore-gpu-blocklist",
];

/** The shards nearest to the south pole, ascending. */
function shardsNearPole(count: number): number[] {
  const all = Array.from({ length: 12 * 4 ** PARENT_ORDER }, (_, shard) => shard);
  return all
    .sort(nearerPole)
    .slice(0, count)
    .sort((a, b) => a - b);
}

const latitudes = new Map<number, number>();

function nearerPole(a: number, b: number): number {
  const latitude = (shard: number) => {
    const known = latitudes.get(shard) ?? cellCentre(PARENT_ORDER, shard, "authalic")[1];
    latitudes.set(shard, known);
    return known;
  };
  return latitude(a) - latitude(b) || a - b;
}

const OURS = { latitude: "authalic", codecs: "gzip", shardsPerObject: 1 } as const;

type Made = Pick<Config["output"], "codecs"> & {
  readonly latitude: "authalic" | "geodetic";
  readonly shardsPerObject: number;
};

/** A product whose shards are in every state; values follow the cell's id, a fifth of the cells is without. */
async function productIn(
  store: Store,
  shards: readonly number[],
  attrs: Record<string, unknown> = {},
  { latitude, ...layout }: Made = OURS,
): Promise<Product> {
  const variable = (dtype: "int32" | "float32", name: string) =>
    ({
      function: "mean",
      params: {},
      dtype,
      fillValue: dtype === "int32" ? 0 : "NaN",
      attrs: { long_name: name, ...attrs },
    }) as const;
  const variables = {
    count: variable("int32", "number of segments"),
    h_mean: variable("float32", "mean height"),
  };
  const config = {
    aggregation: { coordinates: {}, variables },
    output: { grid: { type: "healpix", indexingScheme: "nested", childOrder: ORDER }, ...layout },
  } satisfies Pick<Config, "aggregation" | "output">;
  const grid = { parentOrder: PARENT_ORDER, childOrder: ORDER, latitude } as const;
  const spec = productSpec(config, grid, shards, {});
  await writeTemplate(store, spec);
  // In the order of their distance from the pole, so that every state lies in view.
  const states = new Uint8Array(shards.length).fill(1);
  [...shards].sort(nearerPole).forEach((shard, rank) => {
    states[shards.indexOf(shard)] = [1, 4, 0, 3, 1, 1, 1, 1, 1][rank % 9] as number;
  });
  const numbers = Array.from({ length: CELLS }, (_, i) => i);
  const packed = shards.map((_, k) => {
    if (states[k] === 3) return packShard(spec, k, undefined);
    if (states[k] !== 1) return undefined;
    const h = Float32Array.from(numbers, (i) => ((i + k) % 5 === 0 ? Number.NaN : 30 * k + i / 8));
    const counts = Int32Array.from(numbers, (i) => ((i + k) % 5 === 0 ? 0 : 1 + ((i * 7 + k) % 400)));
    return packShard(
      spec,
      k,
      new Map<string, Int32Array | Float32Array>([
        ["count", counts],
        ["h_mean", h],
      ]),
    );
  });
  for (const [block, members] of blocksOf(spec).entries()) {
    if (!members.some((k) => packed[k])) continue;
    for (const name of Object.keys(variables)) {
      const chunks = members.map((k) => packed[k]?.get(name));
      await writeBlock(store, spec, name, block, chunks);
    }
  }
  await writeState(store, spec, states, {});
  return openProduct(store);
}

/** A store on another origin, as the web has them: any site may read it. Some keys answer otherwise. */
async function corsServer(store: Store, answers: ReadonlyMap<string, number> = new Map()): Promise<Server> {
  const server = createServer(async (request, response) => {
    const key = (request.url ?? "/").slice(1).replace(/\?.*$/, "");
    const bytes = answers.has(key) ? undefined : await store.get(key).catch(() => undefined);
    response.writeHead(bytes ? 200 : (answers.get(key) ?? 404), { "access-control-allow-origin": "*" });
    response.end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** As {@link corsServer}, with ranges or without, and with nothing that a page may see but what every page may. */
async function rangeServer(store: Store, ranges: boolean, asked: string[]): Promise<Server> {
  const server = createServer(async (request, response) => {
    const key = (request.url ?? "/").slice(1);
    const { range } = request.headers;
    asked.push([request.method, key, range].filter(Boolean).join(" "));
    const bytes = await store.get(key);
    const [, from, to] = (ranges && /^bytes=(\d+)-(\d+)$/.exec(range ?? "")) || [];
    const part = from ? bytes?.subarray(Number(from), Number(to) + 1) : bytes;
    response.writeHead(bytes ? (from ? 206 : 200) : 404, {
      "access-control-allow-origin": "*",
      "content-length": part?.length ?? 0,
      ...(from && { "content-range": `bytes ${from}-${to}/${bytes?.length}` }),
    });
    response.end(request.method === "HEAD" ? undefined : part);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

let browser: Browser;
let store: Store;
let product: Product;
let local: ViewServer;
const servers: Server[] = [];

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
  store = memoryStore();
  product = await productIn(store, shardsNearPole(60));
  local = await startViewServer(store);
});
afterAll(async () => {
  await browser?.close();
  await local?.close();
  for (const server of servers) server.close();
});

interface Opened {
  readonly page: Page;
  /** What the page logged as errors, or threw. */
  readonly errors: string[];
}

async function open(
  hash: string,
  size = { width: WIDTH, height: HEIGHT },
  { url }: Pick<ViewServer, "url"> = local,
): Promise<Opened> {
  const page = await browser.newPage({ viewport: size });
  const errors: string[] = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(url.replace(/#.*/, `#${hash}`));
  return { page, errors };
}

const loaded = (page: Page) => page.waitForSelector('#status[data-loaded="true"]', { state: "attached" });

/** The map's own pixels, r g b a from the top left, read in the frame that drew them. */
async function pixelsOf(page: Page): Promise<Uint8Array> {
  const base64 = await page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        document.querySelector("#palette")?.dispatchEvent(new Event("change"));
        requestAnimationFrame(() => {
          const cells = document.querySelector("#cells") as HTMLCanvasElement;
          const copy = document.createElement("canvas");
          [copy.width, copy.height] = [cells.width, cells.height];
          const context = copy.getContext("2d") as CanvasRenderingContext2D;
          context.drawImage(cells, 0, 0);
          const { data } = context.getImageData(0, 0, copy.width, copy.height);
          const reader = new FileReader();
          reader.onload = () => resolve((reader.result as string).replace(/^.*,/, ""));
          reader.readAsDataURL(new Blob([data]));
        });
      }),
  );
  return new Uint8Array(Buffer.from(base64, "base64"));
}

const SCALE = 500;
const CENTRE = [-40_000, 50_000] as const;
const VIEW = `store=store%2F&view=south&centre=${CENTRE}&scale=${SCALE}&variable=h_mean&limits=0,1800`;

/** Pixel of the window at a longitude and latitude under VIEW. */
function pixelAt(lon: number, lat: number): [number, number] {
  const [x, y] = projectionOf("EPSG:3031").forward(lon, lat);
  return [WIDTH / 2 + (x - CENTRE[0]) / SCALE, HEIGHT / 2 + (CENTRE[1] - y) / SCALE];
}

/** A cell with data, well inside the window and clear of the panel, and its values. */
async function someCell() {
  for (let step = 0; step < 400; step++) {
    const [px, py] = [560 + (step % 20) * 12, 150 + Math.floor(step / 20) * 20];
    const [x, y] = [CENTRE[0] + (px - WIDTH / 2) * SCALE, CENTRE[1] - (py - HEIGHT / 2) * SCALE];
    const cell = cellOf(ORDER, ...projectionOf("EPSG:3031").inverse(x, y), "authalic");
    const k = product.spec.shards.indexOf(Math.floor(cell / CELLS));
    const chunk = k < 0 ? undefined : await product.readChunk("count", k);
    if (!chunk?.[cell % CELLS]) continue;
    const mean = (await product.readChunk("h_mean", k))?.[cell % CELLS] as number;
    return {
      cell,
      count: Number(chunk[cell % CELLS]),
      mean,
      at: pixelAt(...cellCentre(ORDER, cell, "authalic")),
    };
  }
  throw new Error("no cell with data in view");
}

describe("the viewer in Chromium", () => {
  test("opens a store of another origin by its address, draws, and prints no error", async () => {
    servers.push(await corsServer(store));
    const { page, errors } = await open("");
    await page.fill("#store", addressOf(servers[0] as Server));
    await page.click("#open button");
    await loaded(page);
    const colours = new Set((await pixelsOf(page)).filter((_, i) => i % 4 === 1));
    expect(colours.size).toBeGreaterThan(50);
    expect(await page.inputValue("#view")).toBe("south");
    expect(errors).toEqual([]);
  });

  test("its pixels are those of `zagg raster`, rule nearest", async () => {
    const { page } = await open(VIEW);
    await loaded(page);
    const found = await pixelsOf(page);
    const options = { variables: ["h_mean"], rule: "nearest", crs: "EPSG:3031", spacing: SCALE } as const;
    const { grid, rasters } = await rasterize(product, options);
    const values = rasters.get("h_mean")?.values as Float32Array;
    const colours = palette("viridis");
    const indexOf = colourIndex({ min: 0, max: 1800, log: false });
    const [left, top] = [
      (CENTRE[0] - grid.left) / SCALE - WIDTH / 2,
      (grid.top - CENTRE[1]) / SCALE - HEIGHT / 2,
    ];
    let [compared, different] = [0, 0];
    for (let row = 0; row < HEIGHT; row++) {
      for (let column = 0; column < WIDTH; column++) {
        const [r, c] = [row + top, column + left];
        if (r < 0 || c < 0 || r >= grid.height || c >= grid.width) continue;
        const entry = indexOf(values[r * grid.width + c] as number);
        if (entry < 0) continue;
        compared++;
        const at = 4 * (row * WIDTH + column);
        const off = [0, 1, 2].map((i) =>
          Math.abs((found[at + i] as number) - (colours[3 * entry + i] as number)),
        );
        // A neighbouring entry of the palette is float32 against float64 at the edge of a colour.
        if (Math.max(...off) > 6) different++;
      }
    }
    expect(compared).toBeGreaterThan(100_000);
    expect(different / compared).toBeLessThan(0.01);
  });

  describe("a product of blocks", () => {
    let blocks: Store;
    let expected: Uint8Array;
    beforeAll(async () => {
      blocks = memoryStore();
      // 60 shards: the last block is cut.
      await productIn(blocks, shardsNearPole(60), {}, { ...OURS, shardsPerObject: 16 });
      const { page } = await open(VIEW);
      await loaded(page);
      expected = await pixelsOf(page);
    });

    async function expectSame({ page, errors }: Opened): Promise<void> {
      await loaded(page);
      const found = await pixelsOf(page);
      expect(Buffer.compare(found, expected)).toBe(0);
      expect(await page.textContent("#problems")).toBe("");
      expect(errors).toEqual([]);
    }

    test("is shown as one of single shards is, read by ranges", async () => {
      // The server answers with an object's last bytes only whom it is to give all of it.
      const whole: string[] = [];
      const watched = wrap(blocks, {
        getPart: (key, part, options) => {
          if ("last" in part && part.last > 0) whole.push(key);
          return blocks.getPart(key, part, options);
        },
      });
      const server = await startViewServer(watched);
      await expectSame(await open(VIEW, undefined, server));
      await server.close();
      expect(whole).toContain("12/shard_state/c/0");
      expect(whole.filter((key) => key.startsWith("12/h_mean/c/"))).toEqual([]);
    });

    test.each([
      ["that gives ranges, and shows the page none of its headers", true],
      ["that knows no ranges", false],
    ])("from a server of another origin %s", async (_, ranges) => {
      const asked: string[] = [];
      const server = await rangeServer(blocks, ranges, asked);
      servers.push(server);
      await expectSame(await open(VIEW.replace("store%2F", encodeURIComponent(addressOf(server)))));
      const chunks = asked.filter((each) => each.includes("12/h_mean/c/"));
      const inParts = chunks.filter((each) => / bytes=\d+-\d+$/.test(each));
      expect(asked.filter((each) => each.startsWith("OPTIONS"))).toEqual([]);
      expect(chunks.filter((each) => each.startsWith("HEAD"))).toHaveLength(4);
      if (ranges) expect(chunks.length - inParts.length).toBe(4);
      else expect(chunks).toHaveLength(8);
    });
  });

  test("the globe's pixels are the cells under them", async () => {
    const scale = 900;
    const { page, errors } = await open(
      `store=store%2F&view=globe&centre=0,-90&scale=${scale}&variable=h_mean&limits=0,1800`,
    );
    await loaded(page);
    const found = await pixelsOf(page);
    const colours = palette("viridis");
    const indexOf = colourIndex({ min: 0, max: 1800, log: false });
    const values = await product.readArray("h_mean");
    let [compared, different] = [0, 0];
    for (let y = 0; y < HEIGHT; y += 3) {
      for (let x = 0; x < WIDTH; x += 3) {
        // Orthographic, seen from above the south pole with longitude 0 upwards.
        const [east, north] = [(x + 0.5 - WIDTH / 2) * scale, (HEIGHT / 2 - y - 0.5) * scale];
        const colatitude = Math.asin(Math.hypot(east, north) / GLOBE_RADIUS);
        const [lon, lat] = [Math.atan2(east, north) / DEGREE, colatitude / DEGREE - 90];
        const cell = cellOf(ORDER, lon, lat, "authalic");
        const k = product.spec.shards.indexOf(Math.floor(cell / CELLS));
        const entry = k < 0 ? -1 : indexOf(values[k * CELLS + (cell % CELLS)] as number);
        if (entry < 0) continue;
        compared++;
        const at = 4 * (y * WIDTH + x);
        const off = [0, 1, 2].map((i) =>
          Math.abs((found[at + i] as number) - (colours[3 * entry + i] as number)),
        );
        if (Math.max(...off) > 6) different++;
      }
    }
    expect(compared).toBeGreaterThan(10_000);
    expect(different / compared).toBeLessThan(0.01);
    expect(errors).toEqual([]);
  });

  test("two fingers zoom about the point between them", async () => {
    const { page, errors } = await open(VIEW);
    await loaded(page);
    const touch = await page.context().newCDPSession(page);
    const fingers = (type: "touchStart" | "touchMove" | "touchEnd", apart: number) =>
      touch.send("Input.dispatchTouchEvent", {
        type,
        touchPoints:
          type === "touchEnd" ? [] : [600 - apart, 600 + apart].map((x, id) => ({ x, y: 400, id })),
      });
    await fingers("touchStart", 40);
    for (const apart of [50, 60, 70, 80]) await fingers("touchMove", apart);
    await fingers("touchEnd", 80);
    const state = () => new URLSearchParams(page.url().replace(/^.*#/, ""));
    await expect.poll(() => Number(state().get("scale"))).toBeCloseTo(SCALE / 2, 0);
    // What lies under the middle of the fingers has not moved.
    const [x, y] = (state().get("centre") as string).split(",").map(Number) as [number, number];
    expect(x + (600 - WIDTH / 2) * (SCALE / 2)).toBeCloseTo(CENTRE[0] + (600 - WIDTH / 2) * SCALE, -2);
    expect(y - (400 - HEIGHT / 2) * (SCALE / 2)).toBeCloseTo(CENTRE[1] - (400 - HEIGHT / 2) * SCALE, -2);
    expect(errors).toEqual([]);
  });

  test("a store of 0.1.0 is shown on the sphere that it was binned on, and says so", async () => {
    const [geodetic, old] = [memoryStore(), memoryStore()];
    const made = await productIn(
      geodetic,
      shardsNearPole(8),
      {},
      { ...OURS, latitude: "geodetic", codecs: "none" },
    );
    await writeLegacyStore(geodetic, old);
    servers.push(await corsServer(old));
    const address = encodeURIComponent(addressOf(servers.at(-1) as Server));
    const { page, errors } = await open(VIEW.replace("store%2F", address));
    await loaded(page);
    expect(await page.textContent("#problems")).toMatch(/0\.1\.0.*sphere/);
    const k = ((await made.states()) as Uint8Array).indexOf(1);
    const cell = (made.spec.shards[k] as number) * CELLS + 2001 - k;
    const mean = (await made.readChunk("h_mean", k))?.[cell % CELLS] as number;
    await page.mouse.move(...pixelAt(...cellCentre(ORDER, cell, "geodetic")));
    const shown = () => page.textContent("#inspector dl");
    await expect.poll(shown).toContain(`cell${cell}`);
    await expect.poll(shown).toContain(`h_mean${Number(mean.toPrecision(6))}`);
    expect(errors.filter((error) => !error.startsWith("Failed to load resource"))).toEqual([]);
  });

  test("hover shows the cell's own statistics; a click pins it, and the link carries it", async () => {
    const { page, errors } = await open(VIEW);
    await loaded(page);
    const { cell, count, mean, at } = await someCell();
    await page.mouse.move(...at);
    const shown = () => page.textContent("#inspector dl");
    await expect.poll(shown).toContain(`cell${cell}`);
    await expect.poll(shown).toContain(`count${count}`);
    expect(await shown()).toContain(`h_mean${Number(mean.toPrecision(6))}`);
    await page.mouse.click(...at);
    await expect.poll(() => page.textContent("#inspector h2")).toBe("Pinned cell");
    await expect.poll(() => page.url()).toContain(`cell=${cell}`);
    expect(errors).toEqual([]);
  });

  test("pans, zooms and switches variable; a shared link shows the same pixels", async () => {
    const { page, errors } = await open(VIEW);
    await loaded(page);
    const before = await pixelsOf(page);
    await page.mouse.move(600, 400);
    await page.mouse.down();
    await page.mouse.move(650, 430, { steps: 4 });
    await page.mouse.up();
    const moved = await pixelsOf(page);
    const at = (pixels: Uint8Array, x: number, y: number) =>
      pixels.slice(4 * (y * WIDTH + x), 4 * (y * WIDTH + x) + 3);
    for (const [x, y] of [
      [400, 300],
      [500, 350],
      [700, 200],
    ] as const) {
      expect(at(moved, x + 50, y + 30)).toEqual(at(before, x, y));
    }
    await page.mouse.wheel(0, -300);
    await page.selectOption("#variable", "count");
    await page.waitForFunction(() => document.querySelector("#log:checked"));
    await loaded(page);
    await page.waitForFunction(() => location.hash.includes("variable=count"));
    await page.waitForTimeout(400);
    const shared = await open(page.url().replace(/^.*#/, ""));
    await loaded(shared.page);
    const [mine, theirs] = [await pixelsOf(page), await pixelsOf(shared.page)];
    const other = mine.filter((value, i) => Math.abs(value - (theirs[i] as number)) > 6).length;
    expect(other / mine.length).toBeLessThan(0.01);
    expect([...errors, ...shared.errors]).toEqual([]);
  });

  test("pending, empty and failed shards look different from cells without data", async () => {
    const { page } = await open(VIEW);
    await loaded(page);
    expect(await page.locator("#states li").allTextContents()).toEqual([
      "not run yet",
      "no data",
      "empty shard",
      "failed",
    ]);
    const states = (await product.states()) as Uint8Array;
    const pixels = await pixelsOf(page);
    const seen = new Map<number, Set<string>>();
    product.spec.shards.forEach((shard, k) => {
      const [x, y] = pixelAt(...cellCentre(PARENT_ORDER, shard, "authalic")).map(Math.round) as [
        number,
        number,
      ];
      const colours = seen.get(states[k] as number) ?? new Set<string>();
      seen.set(states[k] as number, colours);
      for (let i = 0; i < 12; i++) {
        const at = 4 * (y * WIDTH + x + i);
        if (x > 0 && x < WIDTH - 12 && y > 0 && y < HEIGHT) colours.add(pixels.slice(at, at + 3).join(" "));
      }
    });
    expect([...(seen.get(0) ?? [])].sort()).toEqual(["176 190 208", "238 238 240"]);
    expect([...(seen.get(3) ?? [])]).toEqual(["206 210 217"]);
    expect([...(seen.get(4) ?? [])].sort()).toEqual(["214 120 104", "246 226 222"]);
    expect(seen.get(1)).toContain("226 229 233");
  });

  test("survives a missing chunk and a refused one, and says so", async () => {
    const written = ((await product.states()) as Uint8Array).indexOf(1);
    const gone = new Map([
      [`12/h_mean/c/${written}`, 404],
      [`12/h_mean/c/${written + 1}`, 403],
      [`12/h_mean/c/${written + 2}`, 500],
    ]);
    const server = await corsServer(store, gone);
    servers.push(server);
    const { page, errors } = await open(`store=${encodeURIComponent(addressOf(server))}&variable=h_mean`);
    await loaded(page);
    await expect
      .poll(() => page.locator("#problems p").allTextContents())
      .toEqual([
        expect.stringContaining("answered 500"),
        expect.stringMatching(/^2 of \d+ chunks of h_mean are missing/),
      ]);
    expect(errors.filter((error) => !error.startsWith("Failed to load resource"))).toEqual([]);
  });

  test.each([
    ["no store at all", () => memoryStore(), /is no Zarr store/],
    ["a page that is no JSON", () => hostile("metadata that is no JSON"), /is no JSON/],
    ["another Zarr store", () => hostile("a block of nulls"), /is no Zarr v3 metadata/],
    ["nothing to list", () => hostile("a block of null"), /has no consolidated metadata: it is no product/],
    ["a huge shape", () => hostile("1e15 cells"), /it has 1000000000000000 cells/],
    ["an order out of range", () => hostile("an order of 99"), /its order is 99/],
    ["a path that leaves the store", () => hostile('a group called "../../etc"'), /its group is called/],
  ] as const)("says what is wrong with %s", async (_, make, message) => {
    const server = await corsServer(await make());
    servers.push(server);
    const { page } = await open(`store=${encodeURIComponent(addressOf(server))}`);
    await expect.poll(() => page.textContent("#problems")).toMatch(message);
    expect(await page.textContent("#status")).toBe("");
  });

  test.each([
    ["a cell that the store lacks", "&cell=5", /has no cell 5\./],
    ["a cell beyond the Earth", "&cell=99999999999", /has no cell 99999999999\./],
    ["a variable that the store lacks", "&variable=h_maen", /has no variable h_maen\./],
    ["a view of the other pole", "&view=north&centre=0,0&scale=500", /Nothing .* northern hemisphere/],
    ["limits upside down", "&limits=3000,1000", /limits, 3000,1000, makes no sense/],
    ["a view that is none", "&view=sideways", /view, sideways, makes no sense/],
    ["a scale of nothing", "&scale=1e-300&centre=1e300,0", undefined],
    ["a scale of everything", "&scale=1e300", undefined],
  ] as const)("survives a link to %s, and says so", async (_, rest, message) => {
    const { page, errors } = await open(`store=store%2F${rest}`);
    await loaded(page);
    expect(await page.inputValue("#view")).toBe("south");
    if (message) expect(await page.textContent("#problems")).toMatch(message);
    else expect(await page.textContent("#problems")).toBe("");
    expect(page.url()).not.toContain("cell=");
    expect(errors).toEqual([]);
  });

  test("opens the group of a product as the product", async () => {
    const { page, errors } = await open(VIEW.replace("store%2F", "store%2F12"));
    await loaded(page);
    const { cell, count, at } = await someCell();
    await page.mouse.move(...at);
    const shown = () => page.textContent("#inspector dl");
    await expect.poll(shown).toContain(`cell${cell}`);
    await expect.poll(shown).toContain(`count${count}`);
    expect(errors).toEqual([]);
  });

  test("what is chosen on the page and cannot be is told where it is chosen", async () => {
    const { page } = await open(VIEW);
    await loaded(page);
    await page.selectOption("#view", "north");
    expect(await page.textContent("#problems")).toMatch(/northern hemisphere/);
    expect(await page.inputValue("#view")).toBe("south");
    await page.fill("#min", "3000");
    await page.fill("#max", "1000");
    await page.press("#max", "Enter");
    const told = () =>
      page.evaluate(() => (document.querySelector("#max") as HTMLInputElement).validationMessage);
    await expect.poll(told).toMatch(/below the second/);
    await page.fill("#max", "4000");
    await page.press("#max", "Enter");
    await expect.poll(() => page.url()).toContain("limits=3000%2C4000");
    expect(await told()).toBe("");
  });

  test("a server that does not let the page read is named as such", async () => {
    const server = createServer((_, response) => response.end("{}"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    servers.push(server);
    const { page } = await open(`store=${encodeURIComponent(addressOf(server))}`);
    await expect.poll(() => page.textContent("#problems")).toContain("CORS");
  });

  test("script in a store's attributes stays text", async () => {
    const evil = memoryStore();
    const script = '<img src=x onerror="window.stolen=1"><script>window.stolen=1</script>';
    await productIn(evil, shardsNearPole(8), { long_name: script, units: script });
    const server = await corsServer(evil);
    servers.push(server);
    const { page, errors } = await open(`store=${encodeURIComponent(addressOf(server))}`);
    await loaded(page);
    expect(await page.textContent("#label")).toContain("<script>");
    expect(await page.evaluate("window.stolen")).toBeUndefined();
    expect(await page.locator("#panel img, #panel script").count()).toBe(0);
    expect(errors).toEqual([]);
  });

  test("works with the keyboard alone", async () => {
    const { page } = await open(VIEW);
    await loaded(page);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.id")).toBe("map");
    const before = page.url();
    for (const key of ["ArrowLeft", "ArrowUp", "+", "Enter"]) await page.keyboard.press(key);
    await expect.poll(() => page.url()).not.toBe(before);
    await expect.poll(() => page.url()).toContain("cell=");
    await page.keyboard.press("Escape");
    await expect.poll(() => page.url()).not.toContain("cell=");
    const named = await page.evaluate(
      () =>
        [...document.querySelectorAll("button, input, select")].filter(
          (e) =>
            !(
              e.getAttribute("aria-label") ??
              (e as HTMLInputElement).labels?.[0]?.textContent ??
              e.textContent
            )?.trim(),
        ).length,
    );
    expect(named).toBe(0);
  });

  test("fits a window of 360 pixels", async () => {
    const { page } = await open(VIEW, { width: 360, height: 640 });
    await loaded(page);
    await page.click("#panel summary");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
    const wide = await page.evaluate(
      () =>
        [...document.querySelectorAll("#panel *")].filter((e) => e.getBoundingClientRect().right > 360)
          .length,
    );
    expect(wide).toBe(0);
  });

  test("saves a PNG", async () => {
    const { page } = await open(VIEW);
    await loaded(page);
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("#export")]);
    expect(download.suggestedFilename()).toBe("h_mean.png");
    expect(await download.failure()).toBeNull();
  });
});

/** The store with something that is wrong. */
async function hostile(name: string): Promise<Store> {
  const [objects, made] = [new Map<string, Uint8Array>(), memoryStore()];
  for await (const { key } of store.list("")) objects.set(key, (await store.get(key)) as Uint8Array);
  hostileStores("12")
    .find((each) => each.name === name)
    ?.change(objects);
  for (const [key, bytes] of objects) await made.put(key, bytes);
  return made;
}
