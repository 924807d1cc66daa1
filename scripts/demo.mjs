// The whole pipeline on a made-up Antarctica: sample granules, a catalog, a product, a map. Everything lands in
// ./demo. Each step is the command that a user would type.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../packages/zagg/bin/zagg.js", import.meta.url));
const FOLDER = "demo";
const STORE = `${FOLDER}/antarctica.zarr`;
const MAP = `${FOLDER}/h_mean.png`;

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const started = performance.now();
rmSync(FOLDER, { recursive: true, force: true });

step("1. Synthetic ICESat-2 ATL06 granules: real orbits, a made-up ice sheet", `sample --output ${FOLDER}`);
step(
  "2. Which granules touch which shard",
  `catalog --granules ${FOLDER}/granules --config ${FOLDER}/sample.yaml --output ${FOLDER}/catalog.json`,
);
step(
  "3. Statistics for every cell, as one Zarr store",
  `run --config ${FOLDER}/sample.yaml --catalog ${FOLDER}/catalog.json --store ${STORE}`,
);
step("4. A map of the mean surface height", `raster ${STORE} --output ${MAP} --grid-spacing 35000`);

const seconds = ((performance.now() - started) / 1000).toFixed(0);
console.log(`
Done in ${seconds} s: look at ${MAP}. The ice sheet is made up; README.md says how to run your own granules.`);

function step(title, command) {
  console.log(`\n${title}\n$ npx zagg ${command}\n`);
  const { status, error } = spawnSync(process.execPath, [CLI, ...command.split(" ")], { stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
