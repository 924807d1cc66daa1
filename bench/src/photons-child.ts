import { catalogFromGranules, loadConfig } from "@zagg/core";
import { agg } from "zagg";

const [name, granule, store] = process.argv.slice(2) as [string, string, string];
const config = await loadConfig(name);
const catalog = await catalogFromGranules([granule], config);

const [began, before] = [performance.now(), process.cpuUsage()];
const summary = await agg(config, { catalog, store, maxWorkers: 1 });
const { user, system } = process.cpuUsage(before);
console.log(
  JSON.stringify({
    rows: summary.points_read,
    kept: summary.points_kept,
    cpu: (user + system) / 1e6,
    wall: (performance.now() - began) / 1000,
    peak: process.resourceUsage().maxRSS * 1024,
  }),
);
