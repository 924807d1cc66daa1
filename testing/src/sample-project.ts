import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SAMPLE_FOLDER } from "./granules/sample-granules.js";
import { type CliResult, runZagg } from "./run-zagg.js";

/** Coarse cells, so that a run takes a moment, and three blocks of the five shards. */
const SMALL = "child_order: 8\n  shards_per_object: 2";

/** Command and options of a run in the folder of a {@link sampleProject}. */
export const SAMPLE_RUN = ["run", "--config", "config.yaml", "--catalog", "catalog.json"] as const;

/**
 * A new folder with `config.yaml`, the built-in config with cells of order 8 and two shards in a block, and
 * `catalog.json` of the sample granules, made by the built command line. The caller removes it.
 */
export async function sampleProject(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `zagg-${name}-`));
  const config = said(runZagg(["config", "show", "atl06"], folder));
  await writeFile(join(folder, "config.yaml"), config.replace(/child_order: \d+/, SMALL));
  const inputs = ["--granules", SAMPLE_FOLDER, "--config", "config.yaml"];
  said(runZagg(["catalog", ...inputs, "--output", "catalog.json"], folder));
  return folder;
}

function said({ status, stdout, stderr }: CliResult): string {
  if (status === 0) return stdout;
  throw new Error(stderr);
}
