import { describe, expect, test } from "vitest";
import type { Config, GridConfig } from "../terms/index.js";
import type { CatalogError } from "./catalog-error.js";
import { catalogGrid, resolveGrid } from "./grid.js";
import type { CatalogFormat } from "./model.js";

function config(grid: Partial<GridConfig> = {}): Config {
  return {
    name: "test",
    dataSource: {
      driver: "auto",
      groups: [],
      coordinates: { latitude: "", longitude: "" },
      variables: {},
      filters: [],
    },
    aggregation: { coordinates: {}, variables: {} },
    output: { grid: { type: "healpix", indexingScheme: "nested", childOrder: 12, ...grid }, codecs: "gzip" },
  };
}

function catalog(
  parentOrder: number,
  latitude: "authalic" | "geodetic",
  format: CatalogFormat = "zagg-catalog/2",
) {
  return { format, metadata: { grid: { parentOrder, latitude } } };
}

function refusal(run: () => unknown): CatalogError {
  try {
    run();
  } catch (error) {
    return error as CatalogError;
  }
  throw new Error("nothing was thrown");
}

describe("the grid of a new catalog", () => {
  test("options, then the config, then the default", () => {
    expect(catalogGrid(config())).toEqual({ parentOrder: 6, latitude: "authalic" });
    expect(catalogGrid(config({ parentOrder: 7, latitude: "geodetic" }))).toEqual({
      parentOrder: 7,
      latitude: "geodetic",
    });
    expect(catalogGrid(config({ parentOrder: 7 }), { parentOrder: 8 })).toEqual({
      parentOrder: 8,
      latitude: "authalic",
    });
  });

  test.each([0, 13, 6.5])("refuses parent order %d for cells of order 12", (parentOrder) => {
    const { data, message } = refusal(() => catalogGrid(config(), { parentOrder }));
    expect(data.key).toBe("parent_order");
    expect(message).toContain("choose one from 1 to 12.");
  });

  test("refuses a parent order whose ids a catalog cannot hold", () => {
    expect(refusal(() => catalogGrid(config({ childOrder: 20 }), { parentOrder: 19 })).message).toContain(
      "choose one from 1 to 18.",
    );
  });
});

describe("the grid of a run", () => {
  test("keys the config leaves out come from the catalog", () => {
    expect(resolveGrid(config(), catalog(7, "geodetic"))).toEqual({
      grid: { parentOrder: 7, childOrder: 12, latitude: "geodetic" },
      notices: [],
    });
  });

  test("keys that differ are named", () => {
    expect(refusal(() => resolveGrid(config({ parentOrder: 6 }), catalog(7, "authalic")))).toMatchObject({
      code: "grid",
      data: { key: "parent_order", config: 6, catalog: 7 },
    });
    expect(
      refusal(() => resolveGrid(config({ latitude: "authalic" }), catalog(6, "geodetic"))),
    ).toMatchObject({
      code: "grid",
      data: { key: "latitude", config: "authalic", catalog: "geodetic" },
    });
    expect(refusal(() => resolveGrid(config({ childOrder: 6 }), catalog(7, "authalic"))).data.key).toBe(
      "child_order",
    );
  });

  test("a 0.1.0 catalog is geodetic: silently for a config that says so, with a notice for one that does not", () => {
    const legacy = catalog(6, "geodetic", "0.1.0");
    expect(resolveGrid(config({ latitude: "geodetic" }), legacy).notices).toEqual([]);
    const { grid, notices } = resolveGrid(config(), legacy);
    expect(grid.latitude).toBe("geodetic");
    expect(notices).toHaveLength(1);
    expect(refusal(() => resolveGrid(config({ latitude: "authalic" }), legacy)).message).toMatch(/edges/);
  });
});
