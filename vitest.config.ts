import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** `npm test`: everything that needs Node alone. */
export default defineConfig({
  resolve: { conditions: ["@zagg/source"] },
  ssr: { resolve: { conditions: ["@zagg/source"] } },
  test: {
    include: ["{packages/*,testing,bench}/src/**/*.test.ts"],
    exclude: ["**/*.full.test.ts", "**/*.soak.test.ts", "**/node_modules/**"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Many wait for processes of their own: one at a time would leave a small machine idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: ["default", "./testing/src/skip-reporter.ts"],
  },
});
