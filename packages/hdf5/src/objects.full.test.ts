import { readFileSync } from "node:fs";
import { dataPath, runOracle, sharedData } from "@zagg/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { bytesSource, type Hdf5Value, openHdf5 } from "./index.js";

interface ObjectEntry {
  readonly members?: readonly (readonly [name: string, kind: string])[];
  readonly attributes: Readonly<Record<string, unknown>>;
}

type Objects = Readonly<Record<string, ObjectEntry>> | { readonly error: string };

const files: readonly string[] = sharedData.present
  ? [
      ...(JSON.parse(readFileSync(dataPath("hdf5/manifest.json"), "utf8")) as { path: string }[]).map(
        ({ path }) => `hdf5/${path}`,
      ),
      ...(JSON.parse(readFileSync(dataPath("granules.manifest.json"), "utf8")) as { path: string }[]).map(
        ({ path }) => path,
      ),
    ]
  : [];

describe.skipIf(!sharedData.present)(
  `listings and attributes as libhdf5 gives them (${sharedData.reason})`,
  () => {
    let answers: Readonly<Record<string, Objects>>;
    beforeAll(async () => {
      const paths = files.map((file) => dataPath(file));
      answers = (await runOracle("hdf5_objects.py", ...paths)) as Record<string, Objects>;
    });

    it.each(files)("%s", async (name) => {
      const objects = answers[dataPath(name)] as Objects;
      // What libhdf5 refuses is checked in format-files.test.ts.
      if ("error" in objects) return;
      const file = await openHdf5(bytesSource(new Uint8Array(readFileSync(dataPath(name))), name));
      for (const [path, { members, attributes }] of Object.entries(objects)) {
        if (members) {
          const ours = (await file.list(path)).map(({ name, kind }) => [name, kind]);
          expect(
            ours.map(([name, kind]) => [name, kind === "user-defined-link" ? "soft-link" : kind]),
            path,
          ).toEqual(members);
        }
        const ours = await file.attributes(path);
        expect(Object.keys(ours).sort(), path).toEqual(Object.keys(attributes).sort());
        for (const [key, value] of Object.entries(attributes)) {
          if (typeof value === "object" && value !== null && "unreadable" in value) continue;
          // A type that is documented as unsupported.
          if (ours[key] === undefined) continue;
          expect(plain(ours[key]), `${path} @${key}`).toEqual(value);
        }
      }
    });
  },
);

/** As `plain` of oracle/hdf5_objects.py. */
function plain(value: Hdf5Value): unknown {
  if (value === null || typeof value === "string") return value;
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "number") {
    if (Number.isFinite(value)) return value;
    return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  }
  const list = ArrayBuffer.isView(value) || Array.isArray(value);
  return (list ? Array.from(value as ArrayLike<Hdf5Value>) : Object.values(value)).map(plain);
}
