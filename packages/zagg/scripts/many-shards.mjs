// A run in a process of its own, for the test of many shards: node scripts/many-shards.mjs CONFIG CATALOG STORE SHARDS
// Prints {failed, memory, descriptors} as its last line: resident bytes and open descriptors after each shard.
import { readdirSync } from "node:fs";
import { agg } from "zagg";

const [config, catalog, store, shards] = process.argv.slice(2);
const memory = [];
const descriptors = [];
const { failed } = await agg(config, {
  catalog,
  store,
  maxWorkers: 2,
  maxCells: Number(shards),
  onProgress() {
    memory.push(process.memoryUsage.rss());
    descriptors.push(readdirSync("/proc/self/fd").length);
  },
});
console.log(JSON.stringify({ failed, memory, descriptors }));
