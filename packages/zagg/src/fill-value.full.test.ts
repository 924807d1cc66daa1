import { cpSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asFloats, openProduct, readValues } from "@zagg/product";
import { localStore } from "@zagg/storage";
import { dataPath, runOracle, runZagg, sharedData } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-fill-"));
});
afterAll(() => rm(folder, { recursive: true }));

function command(...args: string[]): string {
  const { status, stdout, stderr } = runZagg(args, folder);
  expect(status, stderr).toBe(0);
  return stdout;
}

describe.skipIf(!sharedData.present)(`a fill value that is not NaN (${sharedData.reason})`, () => {
  test("is no value to xarray, nor to any reader of ours", async () => {
    cpSync(dataPath("cases", "05-fill-value-not-nan"), join(folder, "case"), { recursive: true });
    const config = ["--config", "case/fill9999.yaml"];
    command("catalog", "--granules", "case/g", ...config, "--output", "c.json");
    command("run", ...config, "--catalog", "c.json", "--store", "p.zarr");

    const store = join(folder, "p.zarr");
    const seen = (await runOracle("cells_with_value.py", store, "12", "h_min")) as {
      cells: number;
      mean: number;
    };
    expect(seen.cells).toBe(5);
    expect(seen.mean).toBeCloseTo(2999.99, 2);

    const product = await openProduct(localStore(store));
    const values = [];
    for (const k of product.spec.shards.keys()) {
      const shard = await readValues(product, "h_min", k);
      if (shard) values.push(...asFloats(shard).filter((value) => !Number.isNaN(value)));
    }
    expect(values).toHaveLength(5);
    const [header = "", ...rows] = command("export", "p.zarr", "--format", "csv").trimEnd().split("\n");
    const column = header.split(",").indexOf("h_min");
    const heights = rows.map((row) => Number(row.split(",")[column]));
    expect(heights.sort()).toEqual(values.sort());
  });
});
