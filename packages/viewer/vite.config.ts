import { defineConfig } from "vite";

/** Static files with relative addresses: they work from any folder of any server, and behind a proxy. */
export default defineConfig({
  base: "./",
  resolve: { conditions: ["@zagg/source", "browser", "import", "module", "default"] },
  build: { outDir: "dist/site", emptyOutDir: true, target: "es2022", modulePreload: { polyfill: false } },
});
