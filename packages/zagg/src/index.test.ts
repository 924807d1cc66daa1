import { fileURLToPath } from "node:url";
import { declaringFile, docExamples } from "@zagg/testing";
import { expect, test } from "vitest";
import manifest from "../package.json" with { type: "json" };
import * as zagg from "./index.js";

test("the public API", () => {
  const surface = Object.entries(zagg).map(([name, value]) => `${name}: ${typeof value}`);
  expect(surface.sort()).toMatchSnapshot();
});

test("every value has an example where it is declared, which docs.full.test.ts runs", () => {
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const examples = new Set(docExamples(root).map(({ file, name }) => `${file}: ${name}`));
  const without = Object.keys(zagg).filter(
    (name) => !examples.has(`${declaringFile(root, "packages/zagg/src/index.ts", name)}: ${name}`),
  );
  expect(without).toEqual([]);
});

test("the package: types first, tested Node, h5wasm only when asked for", () => {
  expect(Object.keys(manifest.exports["."])).toEqual(["@zagg/source", "types", "default"]);
  expect(manifest.engines.node).toBe(">=20.19");
  expect(Object.keys(manifest.optionalDependencies)).toEqual(["h5wasm"]);
  expect(Object.keys(manifest.dependencies).filter((name) => !name.startsWith("@zagg/"))).toMatchSnapshot();
  expect(zagg.VERSION).toBe(manifest.version);
});
