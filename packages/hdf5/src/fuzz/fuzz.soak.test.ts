import { dataPath, sharedData } from "@zagg/testing";
import { describe, expect, it } from "vitest";
import type { Report } from "./campaign.js";
import type { Libhdf5 } from "./libhdf5.js";
import type { Round } from "./round.js";

/** Real granules, and files that between them have every structure of the format. */
const FILES = [
  "atl06_elsewhere/ATL06_20181115223845_07380102_001_01.h5",
  "atl06/ATL06_20181019020413_03120110_001_01.h5",
  "atl06_paged/ATL06_20181027014737_chunk1000_shuf_gzip_fletcher.h5",
  "atl06_paged/ATL06_20181027014737_paged64K_v110.h5",
  "other_products/ATL03_subset.h5",
  "hdf5/jhdf/chunked_v4_datasets.hdf5",
  "hdf5/jhdf/fixed_array_paged_datasets.hdf5",
  "hdf5/jhdf/implicit_index_datasets.hdf5",
  "hdf5/jhdf/test_chunked_datasets_earliest.hdf5",
  "hdf5/jhdf/test_compressed_chunked_datasets_latest.hdf5",
  "hdf5/jhdf/fletcher32_datasets_earliest.hdf5",
  "hdf5/jhdf/test_attribute_latest.hdf5",
  "hdf5/jhdf/test_large_group_earliest.hdf5",
  "hdf5/jhdf/test_large_group_latest.hdf5",
  "hdf5/jhdf/test_string_datasets_earliest.hdf5",
  "hdf5/jhdf/superblock-extension.hdf5",
  "hdf5/pyfive/btreev2.hdf5",
  "hdf5/pyfive/new_style_groups.hdf5",
  "hdf5/pyfive/h5netcdf_test.hdf5",
  "hdf5/pyfive/issue23_A.nc",
  "hdf5/hdf5_official/h5copytst.h5",
  "hdf5/hdf5_official/tattr2.h5",
  "hdf5/hdf5_official/taindices.h5",
  "hdf5/hdf5_official/old_h5fc_ext1_i.h5",
  "hdf5/hdf5_official/tfilters.h5",
  "hdf5/hidefix/chunked_shufzip_twoD.h5",
];

/** A round of these, with their datasets of 10,000 chunks, takes as long as one of all others: they have half the turns. */
const SLOW = new Set(["hdf5/jhdf/chunked_v4_datasets.hdf5", "hdf5/jhdf/fixed_array_paged_datasets.hdf5"]);
const TURNS = [...FILES, ...FILES.filter((file) => !SLOW.has(file))];

const ROUNDS = process.env.ZAGG_SOAK === "1" ? 100_000 : 10_000;
const SEED = 1;
/** Every tenth turn of each file is played by libhdf5 as well, which is slower. */
const COMPARED = 10;
const MAX_PEAK_BYTES = 256 * 1024 * 1024;
const PYTHON = new URL("../../../../.venv/bin/python", import.meta.url).pathname;

/** The compiled harness: it starts processes of its own. */
async function harness(): Promise<{
  runCampaign: typeof import("./campaign.js").runCampaign;
  Libhdf5: typeof import("./libhdf5.js").Libhdf5;
}> {
  const dist = new URL("../../dist/fuzz/", import.meta.url).href;
  return { ...(await import(`${dist}campaign.js`)), ...(await import(`${dist}libhdf5.js`)) };
}

describe.skipIf(!sharedData.present)(`broken files (${sharedData.reason})`, () => {
  it(
    `${ROUNDS} mutations end in right values or an error`,
    async () => {
      const { runCampaign, Libhdf5 } = await harness();
      const libhdf5: Libhdf5 = new Libhdf5(PYTHON);
      let compared = 0;
      let silent = 0;
      const onRound = async (round: Round) => {
        if (Math.floor(round.round / TURNS.length) % COMPARED !== 0) return;
        compared++;
        if (round.outcome === "silent") silent++;
        await libhdf5.play(round, SEED);
      };
      const files = TURNS.map((file) => dataPath(file));
      const report: Report = await runCampaign({ files, seed: SEED, rounds: ROUNDS, onRound });
      libhdf5.close();
      const { outcomes, peakBytes } = report;
      console.log(
        JSON.stringify({ ...outcomes, peakBytes, compared, ours: silent, libhdf5: libhdf5.outcomes }),
      );
      expect(report.rounds).toBe(ROUNDS);
      expect(report.failures).toEqual([]);
      expect(report.peakBytes).toBeLessThan(MAX_PEAK_BYTES);
      expect(compared).toBeGreaterThan(ROUNDS / 20);
      expect(silent).toBeLessThanOrEqual(libhdf5.outcomes.silent);
    },
    24 * 3600 * 1000,
  );
});
