import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Every test that reads or writes times. */
const FILES = [
  "packages/core/src/terms/utc-time.test.ts",
  "packages/core/src/catalog/bounds.test.ts",
  "packages/core/src/catalog/cycle.test.ts",
  "packages/core/src/catalog/from-cmr.test.ts",
  "packages/core/src/catalog/granule-info.test.ts",
  "packages/core/src/catalog/time-span.test.ts",
  "packages/core/src/config/load.test.ts",
  "packages/core/src/earthdata/earthdata.test.ts",
  "packages/core/src/stac/item.test.ts",
];

// West and east of Greenwich; of the second, the minutes too.
test.each(["UTC", "America/Los_Angeles", "Asia/Kathmandu"])("times are told in UTC in %s", (zone) => {
  for (const file of FILES) expect(existsSync(join(ROOT, file)), file).toBe(true);
  const ours = Object.entries(process.env).filter(([name]) => !name.startsWith("VITEST"));
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, "node_modules/vitest/vitest.mjs"), "run", ...FILES],
    { cwd: ROOT, encoding: "utf8", env: { ...Object.fromEntries(ours), TZ: zone, NO_COLOR: "1" } },
  );
  expect(status, stdout + stderr).toBe(0);
  expect(stdout).toContain(`Test Files  ${FILES.length} passed`);
});
