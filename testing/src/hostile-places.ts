import { execFileSync } from "node:child_process";
import { readdir, rm, symlink, truncate } from "node:fs/promises";
import { join } from "node:path";

/** One way in which a folder holds what no server sends: what it does to a good product's, and its record's beside it. */
export interface HostilePlace {
  readonly name: string;
  change(path: string): Promise<unknown>;
}

type Place = (path: string) => Promise<string>;

/** What lies in place of an object: a device, a link to itself, a pipe, far too much. */
const INSTEAD: Readonly<Record<string, (file: string) => Promise<void> | void>> = {
  "/dev/zero": (file) => symlink("/dev/zero", file),
  "a link to itself": (file) => symlink(file, file),
  "a pipe": (file) => void execFileSync("mkfifo", [file]),
  "2 TB": (file) => truncate(file, 2 ** 41),
  "500 MB": (file) => truncate(file, 5e8),
};
/** Those that are made of the object itself, and not in its place. */
const OF_THE_OBJECT: ReadonlySet<string> = new Set(["2 TB", "500 MB"]);

/** The objects of a product whose group is `group`, with the variable `h_mean` and two chunks of coordinates. */
export function placesInProduct(group: string): readonly HostilePlace[] {
  return inPlaceOf({
    "the root's metadata": async (path) => join(path, "zarr.json"),
    "the group's metadata": async (path) => join(path, group, "zarr.json"),
    "a chunk": async (path) => join(path, group, "h_mean/c/0"),
    "a coordinate": async (path) => join(path, group, "cell_ids/c/0"),
    "the states": async (path) => join(path, group, "shard_state/c/0"),
    "the list of shards": async (path) => join(path, group, "shard_ids/c/0"),
  });
}

/** Those of the record of its run. */
export function placesInRecord(): readonly HostilePlace[] {
  return inPlaceOf({
    "the plan": async (path) => join(`${path}.run`, "plan.json"),
    "a record": async (path) => {
      const [record = ""] = await readdir(join(`${path}.run`, "shards"));
      return join(`${path}.run`, "shards", record);
    },
  });
}

function inPlaceOf(places: Readonly<Record<string, Place>>): HostilePlace[] {
  return Object.entries(places).flatMap(([what, place]) =>
    Object.entries(INSTEAD).map(([instead, make]) => ({
      name: `${what}: ${instead}`,
      change: async (path: string) => {
        const file = await place(path);
        if (!OF_THE_OBJECT.has(instead)) await rm(file);
        await make(file);
      },
    })),
  );
}
