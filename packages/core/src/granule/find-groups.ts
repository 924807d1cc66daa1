import { type Hdf5File, isHdf5Error } from "@zagg/hdf5";
import { datasetSpec, groupPath, isGroupPattern } from "../terms/index.js";
import type { ReadSpec } from "./read-spec.js";

/** Groups that one pattern may stand for, and members that are looked at: of more, a file is no granule. */
const MOST_GROUPS = 10_000;

/**
 * The groups of a granule: those that the config names, whether they are there or not, and in the place of a pattern those
 * that it fits, by name; the pattern itself where it fits none. A group that a pattern finds under several names (links) is one.
 */
export async function findGroups(
  file: Hdf5File,
  { groups, latitude }: Pick<ReadSpec, "groups" | "latitude">,
): Promise<readonly string[]> {
  if (!groups.some(isGroupPattern)) return groups;
  const { path } = datasetSpec(latitude);
  const found = new Map<string | number, string>(); // a group that is named and fits a pattern, too, is one
  for (const group of groups) {
    const fitting = isGroupPattern(group) ? await fittingGroups(file, path, group) : [];
    for (const each of fitting.length > 0 ? fitting : [group]) {
      const place = await placeOf(file, path, each);
      if (!found.has(place)) found.set(place, each);
    }
  }
  return [...found.values()];
}

/** What a group is known by: its address in the file, or its name where it is not there. */
async function placeOf(file: Hdf5File, path: string, group: string): Promise<string | number> {
  // As far as the part that names it: /science/{group} of /science/{group}/lat.
  const [head = ""] = /^.*?\{group\}[^/]*/.exec(path) ?? [];
  try {
    if (head !== "") return await file.address(groupPath(head, group));
  } catch (error) {
    if (!isHdf5Error(error)) throw error; // whatever is wrong with it is told when it is read
  }
  return groupPath(group, "");
}

/** Which texts, in the place of `{group}` in a path, lead to groups that are there. */
async function fittingGroups(file: Hdf5File, path: string, pattern: string): Promise<string[]> {
  const [before = "", after = ""] = path.split("{group}");
  // A group may be part of a name: of /profile_{group}/lat the name fits profile_ and the pattern.
  const tail = after.slice(0, Math.max(0, after.indexOf("/")));
  const head = before.slice(0, before.lastIndexOf("/") + 1);
  const parts = `${before.slice(head.length)}${pattern}${tail}`.split("/").filter(Boolean);
  let paths = [""];
  for (const part of parts) {
    if (!isGroupPattern(part)) {
      paths = paths.map((at) => `${at}/${part}`);
      continue;
    }
    const next: string[] = [];
    for (const at of paths) {
      const names = await groupsIn(file, `${head}${at}`);
      next.push(...names.filter((name) => fits(name, part)).map((name) => `${at}/${name}`));
      if (next.length > MOST_GROUPS) break;
    }
    paths = next;
  }
  const start = before.length - head.length;
  return paths.map((at) => at.slice(1 + start, at.length - tail.length)).slice(0, MOST_GROUPS);
}

/** Names of what may be a group, in the order of names; none where there is no such place. */
async function groupsIn(file: Hdf5File, path: string): Promise<string[]> {
  try {
    const members = await file.list(path);
    return members.filter(({ kind }) => kind === "group" || kind === "soft-link").map(({ name }) => name);
  } catch (error) {
    if (isHdf5Error(error) && (error.code === "not-found" || error.code === "wrong-kind")) return [];
    throw error;
  }
}

/** Whether a name fits a pattern, in which * stands for any characters and ? for one. Never slower than name × pattern. */
export function fits(name: string, pattern: string): boolean {
  let [i, j, star, back] = [0, 0, -1, 0];
  while (i < name.length) {
    if (pattern[j] === "*") {
      star = j++;
      back = i;
    } else if (j < pattern.length && (pattern[j] === "?" || pattern[j] === name[i])) {
      i++;
      j++;
    } else if (star >= 0) {
      j = star + 1;
      i = ++back;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(j));
}
