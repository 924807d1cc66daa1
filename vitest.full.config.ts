import { defineConfig } from "vitest/config";

/**
 * `npm run test:full`: suites that need more than Node (Python oracle, browser, foreign S3 server), and the
 * long ones (`*.soak.test.ts`) at a tenth of their count; ZAGG_SOAK=1 runs those in full.
 */
export default defineConfig({
  resolve: { conditions: ["@zagg/source"] },
  ssr: { resolve: { conditions: ["@zagg/source"] } },
  test: {
    include: ["{packages/*,testing,bench}/src/**/*.{full,soak}.test.ts"],
    exclude: ["**/node_modules/**"],
    testTimeout: process.env.ZAGG_SOAK === "1" ? 6_000_000 : 600_000,
    hookTimeout: 600_000,
    // Most of these suites wait for processes of their own: more at a time would fight for the cores.
    maxWorkers: 2,
    reporters: ["default", "./testing/src/skip-reporter.ts"],
  },
});
