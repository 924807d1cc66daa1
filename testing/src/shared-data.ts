import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the shared test data lie: beside the checkout. */
const ROOT = fileURLToPath(new URL("../../../shared/data/", import.meta.url));

/** Path of a file or folder of the shared data, e.g. `dataPath("atl06")`. */
export function dataPath(...parts: string[]): string {
  return join(ROOT, ...parts);
}

/**
 * Whether the shared data are here. Tests that need them say `describe.skipIf(!sharedData.present)(...)` and put
 * `sharedData.reason` into the name; where ZAGG_REQUIRE_DATA=1 is set, absence fails instead of skipping. With
 * ZAGG_WITHOUT_DATA=1 they count as absent, as they are for strangers.
 */
export const sharedData: { readonly present: boolean; readonly reason: string } = {
  present: present(),
  reason: "needs ../shared/data, see docs/reliability.md",
};

function present(): boolean {
  if (process.env.ZAGG_WITHOUT_DATA === "1") return false;
  const found = existsSync(join(ROOT, "granules.manifest.json"));
  if (!found && process.env.ZAGG_REQUIRE_DATA === "1") {
    throw new Error(`ZAGG_REQUIRE_DATA=1 but the shared test data are not at ${ROOT}`);
  }
  return found;
}
