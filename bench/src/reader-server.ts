import { startHttpServer } from "@zagg/testing";

/** Serves a folder with latency added to every answer, in a process of its own; prints its address. */
const [root = ".", latency = "0"] = process.argv.slice(2);
const server = await startHttpServer({ root, latencyMs: Number(latency) });
console.log(server.url);
