import { expect, test } from "vitest";
import { defaultConfig } from "../config/index.js";
import { filterLabel, readSpec } from "./read-spec.js";

test("columns that are used are read once, in order of name; the others are not", () => {
  const { columns, implicit } = readSpec(defaultConfig(), ["s_li", "h_li", "group", "latitude", "h_li"]);
  expect(columns.map(({ name }) => name)).toEqual(["h_li", "s_li"]);
  expect(implicit).toEqual(["latitude", "group"]);
  expect(readSpec(defaultConfig(), []).columns).toEqual([]);
});

test("a config's own column comes before the implicit one of its name", () => {
  const config = defaultConfig();
  const group = "/{group}/number";
  const own = {
    ...config,
    dataSource: { ...config.dataSource, variables: { ...config.dataSource.variables, group } },
  };
  const { columns, implicit } = readSpec(own, ["group"]);
  expect({ columns, implicit }).toEqual({ columns: [{ name: "group", dataset: group }], implicit: [] });
});

test("a filter is named as it was written", () => {
  expect(filterLabel({ dataset: "/{group}/q", op: "eq", value: 0 })).toBe("/{group}/q eq 0");
  expect(filterLabel({ dataset: "q", op: "in", value: [1, 2] })).toBe("q in [1, 2]");
});
