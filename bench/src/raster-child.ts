import { rasterFile, readStore } from "zagg";

const [store, output, rule] = process.argv.slice(2) as [string, string, "nearest" | "bin"];
await rasterFile(readStore(store), output, { variable: "h_mean", rule });

const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ cpu: (user + system) / 1e6, peak: process.resourceUsage().maxRSS * 1024 }));
