import { readFile } from "node:fs/promises";
import { orderGroup, productSpec, writeTemplate } from "@zagg/product";
import { memoryStore } from "@zagg/storage";
import { dataPath, sharedData } from "@zagg/testing";
import { describe, expect, test } from "vitest";
import { defaultConfig } from "../../config/index.js";
import { conventionProblems } from "./convention.js";

async function groupOf(latitude: "authalic" | "geodetic") {
  const store = memoryStore();
  const grid = { parentOrder: 6, childOrder: 7, latitude };
  await writeTemplate(store, productSpec(defaultConfig(), grid, [1], {}));
  const bytes = (await store.get(`${orderGroup(grid)}/zarr.json`)) as Uint8Array;
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** As products of 0.2.0 spelt it, and xdggs still does. */
function renameAxis(ellipsoid: Record<string, unknown>): void {
  ellipsoid.semimajor_axis = ellipsoid.semi_major_axis;
  delete ellipsoid.semi_major_axis;
}

describe("what the DGGS convention asks of a group", () => {
  test.each(["authalic", "geodetic"] as const)("our products have it (%s)", async (latitude) => {
    expect(conventionProblems(await groupOf(latitude))).toEqual([]);
  });

  // biome-ignore lint/suspicious/noExplicitAny: a JSON document that is about to be broken
  const broken: [string, (group: any) => void, RegExp][] = [
    ["no declaration", (g) => (g.attributes.zarr_conventions = []), /zarr_conventions.*not declared/],
    ["another convention", (g) => (g.attributes.zarr_conventions[0].uuid = "x"), /not declared/],
    ["no level", (g) => delete g.attributes.dggs.refinement_level, /refinement_level/],
    ["a level below 0", (g) => (g.attributes.dggs.refinement_level = -1), /refinement_level/],
    ["an unknown compression", (g) => (g.attributes.dggs.compression = "zip"), /compression/],
    ["a foreign key in the ellipsoid", (g) => (g.attributes.dggs.ellipsoid.datum = "x"), /ellipsoid/],
    ["the draft's axis", (g) => renameAxis(g.attributes.dggs.ellipsoid), /ellipsoid/],
    ["no axis", (g) => delete g.attributes.dggs.ellipsoid.semi_major_axis, /takes a radius, or/],
    ["both of the axes", (g) => (g.attributes.dggs.ellipsoid.semi_minor_axis = 1), /takes a radius, or/],
    ["a radius beside an axis", (g) => (g.attributes.dggs.ellipsoid.radius = 1), /takes a radius, or/],
    ["no attributes", (g) => delete g.attributes, /attributes/],
    ["another kind of node", (g) => (g.node_type = "folder"), /node_type/],
  ];
  test.each(broken)("%s is told", async (_, damage, message) => {
    const group = await groupOf("authalic");
    damage(group);
    expect(conventionProblems(group).join("; ")).toMatch(message);
  });

  test.skipIf(!sharedData.present)(`names what its schema names (${sharedData.reason})`, async () => {
    const schema = JSON.parse(await readFile(dataPath("zarr", "dggs-convention-v1.schema.json"), "utf8"));
    const { conventionMetadata, dggsProperties, ellipsoidObject } = schema.$defs;
    const constants = Object.fromEntries(
      Object.entries(conventionMetadata.properties).map(([key, value]) => [
        key,
        (value as { const: string }).const,
      ]),
    );
    const group = await groupOf("authalic");
    expect(group.attributes.zarr_conventions).toEqual([constants]);
    const { dggs } = group.attributes;
    for (const key of [...schema.required, ...schema.properties.attributes.required]) {
      expect({ ...group, ...group.attributes }).toHaveProperty(key);
    }
    for (const key of dggsProperties.required) {
      const { [key]: _, ...rest } = dggs;
      expect(
        conventionProblems({ ...group, attributes: { ...group.attributes, dggs: rest } }),
        key,
      ).toHaveLength(1);
    }
    expect(Object.keys(dggs.ellipsoid).filter((key) => !(key in ellipsoidObject.properties))).toEqual([]);
    expect(dggsProperties.properties.compression.enum).toContain(dggs.compression);
  });
});
