import { Hdf5Error, type Hdf5File, isHdf5Error } from "@zagg/hdf5";
import { suggestion } from "@zagg/stats";
import type { AbsentGroup } from "./open-track.js";

/** Members of a group that are compared: of a million names none is what was meant. */
const MOST_MEMBERS = 10_000;

/** The error of a path that does not exist, with the name beside it that comes closest; any other as it is. */
export async function withNearestName(file: Hdf5File, error: unknown): Promise<unknown> {
  if (!isHdf5Error(error) || error.code !== "not-found" || error.component === undefined) return error;
  const hint = await nearestName(file, error.component);
  if (hint === "") return error;
  const { url, path, component } = error;
  return new Hdf5Error(
    "not-found",
    `${error.problem}.${hint}`,
    { ...(url !== undefined && { url }), ...(path !== undefined && { path }), component },
    { cause: error },
  );
}

/** ` Did you mean "x"?` of a path's last part, by what lies beside it; or nothing. */
export async function nearestName(file: Hdf5File, component: string): Promise<string> {
  const slash = component.lastIndexOf("/");
  try {
    const beside = await file.list(component.slice(0, slash) || "/");
    return beside.length > MOST_MEMBERS
      ? ""
      : suggestion(
          component.slice(slash + 1),
          beside.map(({ name }) => name),
        );
  } catch {
    return ""; // what is wrong is told already
  }
}

/** Groups of which none is as the config describes it, with what may have been meant. */
export async function withHints(file: Hdf5File, absent: readonly AbsentGroup[]): Promise<AbsentGroup[]> {
  return Promise.all(
    absent.map(async (each) =>
      each.there ? { ...each, hint: await nearestName(file, each.missing) } : each,
    ),
  );
}
