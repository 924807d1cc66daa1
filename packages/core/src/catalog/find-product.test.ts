import { type CmrCollection, type CmrServer, startCmrServer } from "@zagg/testing";
import { afterEach, describe, expect, test } from "vitest";
import { findProduct, type Product } from "./find-product.js";

let server: CmrServer;
afterEach(() => server?.close());

const KNOWN: readonly CmrCollection[] = [
  { shortName: "GEDI02_A", version: "001", provider: "LPDAAC_ECS" },
  { shortName: "GEDI02_A", version: "002", provider: "LPDAAC_ECS" },
  { shortName: "GEDI02_A", version: "002", provider: "LPCLOUD", cloud: true },
  { shortName: "RADAR", version: "2.9", provider: "POCLOUD", cloud: true },
  { shortName: "RADAR", version: "2.10", provider: "POCLOUD", cloud: true },
  { shortName: "OLD", version: "1", provider: "A" },
  { shortName: "TWICE", version: "1", provider: "A", cloud: true },
  { shortName: "TWICE", version: "1", provider: "B", cloud: true },
];

async function find(asked: Partial<Product>) {
  server = await startCmrServer([], [], KNOWN);
  return findProduct(asked, { url: server.url });
}

test.each([
  ["GEDI02_A", "002", "LPCLOUD"],
  ["RADAR", "2.10", "POCLOUD"],
  ["OLD", "1", "A"],
])("of %s the newest version, in the cloud where it is there", async (shortName, version, provider) => {
  expect(await find({ shortName })).toEqual({ shortName, version, provider });
});

test("what is said counts; CMR is not asked for what is known", async () => {
  expect(await find({ shortName: "RADAR", version: "2.9" })).toMatchObject({ provider: "POCLOUD" });
  expect(await find({ shortName: "TWICE", provider: "B" })).toMatchObject({ version: "1", provider: "B" });
  expect(await find({ shortName: "X", version: "1", provider: "Y" })).toMatchObject({ provider: "Y" });
  for (const shortName of ["ATL03", "ATL06", "ATL08", "ATL11"])
    expect(await find({ shortName })).toEqual({ shortName, version: "007", provider: "NSIDC_CPRD" });
  expect(await find({})).toEqual({ shortName: "ATL06", version: "007", provider: "NSIDC_CPRD" });
  expect(server.requests).toEqual([]);
});

describe("what cannot be found is told", () => {
  test.each([
    [{ shortName: "GEDI02A" }, "no-product", "CMR has no product of the short name GEDI02A (capitals count)"],
    [
      { shortName: "RADAR", version: "3" },
      "no-product",
      "CMR has no RADAR 3; of RADAR it has 2.9 of POCLOUD, 2.10 of POCLOUD",
    ],
    [{ shortName: "TWICE" }, "option", "TWICE 1 is at several providers: say --provider A, or --provider B"],
  ])("%j", async (asked, code, message) => {
    await expect(find(asked)).rejects.toMatchObject({ code, message });
  });

  test("a place that is no CMR", async () => {
    server = await startCmrServer([]);
    const asked = findProduct({ shortName: "X" }, { url: `${server.url}/nowhere` });
    await expect(asked).rejects.toMatchObject({ code: "invalid-answer" });
  });
});
