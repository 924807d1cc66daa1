import { existsSync } from "node:fs";
import { chromium, type Page } from "playwright-core";
import { readStore, startViewServer } from "zagg";
import { withAntarctica } from "./antarctica.js";
import type { Line } from "./line.js";

const ROUNDS = 3;
const PANS = 60;
const CHROMIUM = process.env.ZAGG_CHROMIUM ?? "/usr/bin/chromium";

/** A whole Antarctica in the browser, from the server of `zagg view`: rendered in software where there is no graphics card. */
export async function benchViewer(): Promise<Line[]> {
  if (!existsSync(CHROMIUM)) {
    return [{ name: "the viewer", seconds: Number.NaN, note: "skipped: ZAGG_CHROMIUM names no browser" }];
  }
  return withAntarctica(async (store, cells) => {
    const server = await startViewServer(readStore(store));
    const browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        "--no-sandbox",
        "--use-angle=swiftshader",
        "--enable-unsafe-swiftshader",
        "--ignore-gpu-blocklist",
      ],
    });
    try {
      const rounds: Round[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
        rounds.push(await load(page, server.url));
        await page.close();
      }
      const best = (of: keyof Round) => Math.min(...rounds.map((round) => round[of]));
      return [
        { name: "first picture", seconds: best("first"), note: `${(cells / 1e6).toFixed(1)} M cells` },
        { name: "everything drawn", seconds: best("all") },
        {
          name: "script to redraw on pan",
          seconds: best("pan"),
          note: `mean of ${PANS} moves, histogram included`,
        },
      ];
    } finally {
      await browser.close();
      await server.close();
    }
  });
}

/** Seconds. */
interface Round {
  readonly first: number;
  readonly all: number;
  readonly pan: number;
}

async function load(page: Page, url: string): Promise<Round> {
  const start = performance.now();
  const since = () => (performance.now() - start) / 1000;
  await page.goto(url, { waitUntil: "commit" });
  // The map is drawn in the frame after the status tells of the first shards.
  await page.locator("#status", { hasText: /^Read \d+|^\d+ shards/ }).waitFor({ state: "attached" });
  await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))");
  const first = since();
  await page.waitForSelector('#status[data-loaded="true"]', { state: "attached" });
  const all = since();
  return { first, all, pan: await scriptOfPans(page) };
}

/**
 * Time in script, not in the (software) renderer, per movement of the map. A movement waits for its frame, which in
 * software outlasts the pause after which the histogram follows: it is in the figure.
 */
async function scriptOfPans(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const script = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "ScriptDuration")?.value ?? Number.NaN;
  };
  await page.mouse.move(800, 400);
  await page.mouse.down();
  const before = await script();
  for (let i = 1; i <= PANS; i++) await page.mouse.move(800 + i, 400 + i);
  const seconds = (await script()) - before;
  await page.mouse.up();
  return seconds / PANS;
}
