/// <reference types="node" />
import { parseArgs } from "node:util";
import { runCampaign } from "./campaign.js";
import { Libhdf5 } from "./libhdf5.js";

const USAGE = `usage: npm run fuzz -- --files FILE… [--seconds N] [--rounds N] [--seed N] [--compare PYTHON]

Reads mutated copies of HDF5 files, the same ones for the same seed. Prints a report as JSON; exit code 1 after a hang
(2 s of CPU), a crash, or a silent difference in a structure with a checksum. --compare lets libhdf5 read the same copies:
PYTHON needs h5py.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    files: { type: "string", multiple: true },
    seconds: { type: "string" },
    rounds: { type: "string" },
    seed: { type: "string", default: "1" },
    compare: { type: "string" },
    help: { type: "boolean" },
  },
});

const files = [...(values.files ?? []), ...positionals];
if (values.help || files.length === 0) {
  console.error(USAGE);
  process.exit(values.help ? 0 : 2);
}

const seed = Number(values.seed);
const libhdf5 = values.compare === undefined ? undefined : new Libhdf5(values.compare);
const report = await runCampaign({
  files,
  seed,
  rounds: values.rounds === undefined ? Number.MAX_SAFE_INTEGER : Number(values.rounds),
  ...(values.seconds === undefined && values.rounds === undefined ? { seconds: 60 } : {}),
  ...(values.seconds === undefined ? {} : { seconds: Number(values.seconds) }),
  onRound: async (round) => {
    await libhdf5?.play(round, seed);
  },
});
libhdf5?.close();
console.log(JSON.stringify({ ...report, ...(libhdf5 && { libhdf5: libhdf5.outcomes }) }, undefined, 1));
if (report.failures.length > 0) process.exitCode = 1;
