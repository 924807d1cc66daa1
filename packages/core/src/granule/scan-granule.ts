import { type Hdf5File, isHdf5Error, openHdf5 } from "@zagg/hdf5";
import { isStorageError, type OpenSource, type SourceMetrics, type SourceVersion } from "@zagg/storage";
import { defined } from "../terms/index.js";
import { findGroups } from "./find-groups.js";
import { GranuleError, type GranuleFailureKind, isGranuleError, MisfitError } from "./granule-error.js";
import { withHints } from "./nearest-name.js";
import type { AbsentGroup } from "./open-track.js";
import { type GroupScan, readGroup, type TrackBlock, type WantedShards } from "./read-group.js";
import type { ReadSpec } from "./read-spec.js";

/** What became of a granule, but for its points. */
export interface GranuleScan {
  /** File name of the granule. */
  readonly id: string;
  /** Size and ETag or time of the object that was read; absent where it could not be opened. */
  readonly version?: SourceVersion;
  readonly metrics: SourceMetrics;
  /** Groups that could be read, absent ones too, in the config's order. */
  readonly groups: readonly GroupScan[];
  readonly failedGroups: number;
  /** Set where the granule could not be read whole: its points are not to be used. */
  readonly failure?: GranuleError;
}

const NOTHING: SourceMetrics = { requests: 0, bytes: 0, retries: 0, waitMs: 0 };

/**
 * Goes through one granule, once, for all the shards that are wanted of it; `onBlock` gets the points, the blocks of a
 * group in the order of its rows. Never throws for what is wrong with the granule: it is in `failure`. A group (beam) that
 * is not in the granule is normal; a dataset missing in a group that is there is a failure. The groups are read at the
 * same time, so that a slow line costs one round trip, not six.
 */
export async function scanGranule(
  id: string,
  open: () => OpenSource,
  spec: ReadSpec,
  wanted: WantedShards,
  onBlock: (block: TrackBlock) => Promise<void> | void,
): Promise<GranuleScan> {
  let source: OpenSource | undefined;
  let version: SourceVersion | undefined;
  try {
    source = open();
    const file = await openHdf5(source);
    version = await source.version(); // known since the first read: costs no request
    const found = { ...spec, groups: await findGroups(file, spec) };
    const settled = await Promise.allSettled(
      found.groups.map((_, group) => readGroup(file, found, group, wanted, onBlock)),
    );
    const failed = settled.find((group) => group.status === "rejected");
    const groups = settled.flatMap((group) => (group.status === "fulfilled" ? [group.value] : []));
    return defined({
      id,
      version,
      metrics: source.metrics(),
      groups,
      failedGroups: settled.length - groups.length,
      failure: failed ? granuleError(id, failed.reason) : await misfit(file, id, groups),
    });
  } catch (error) {
    // A broken granule is stamped as well: only so is it noticed when it has been mended.
    version ??= await source?.version().catch(() => undefined);
    const metrics = source?.metrics() ?? NOTHING;
    return defined({ id, version, metrics, groups: [], failedGroups: 0, failure: granuleError(id, error) });
  } finally {
    await source?.close();
  }
}

/** What is wrong where no group is as the config describes it, but some are there: it is for another product. */
async function misfit(
  file: Hdf5File,
  id: string,
  groups: readonly GroupScan[],
): Promise<GranuleError | undefined> {
  const there = groups.find(({ absent }) => absent?.there)?.absent;
  if (!there || !groups.every(({ absent }) => absent)) return undefined;
  const [{ group, missing, hint = "" }] = (await withHints(file, [there])) as [AbsentGroup];
  const message = `${id}: ${group} is there, but ${missing} is not: is this the product that the config is for?${hint}`;
  return new GranuleError("unsupported", id, "no-groups", message);
}

/** What an error of the layers below means for the granule. */
function granuleError(id: string, error: unknown): GranuleError {
  if (isGranuleError(error)) return error;
  const { code = "internal", message } = error as { code?: string; message: string };
  const what = message.includes(id) ? message : `${id}: ${message}`;
  return new GranuleError(failureKind(error), id, code, what, { cause: error });
}

function failureKind(error: unknown): GranuleFailureKind {
  if (isStorageError(error)) {
    if (error.code === "not-found") return "missing";
    if (error.code === "auth" || error.code === "denied") return "auth";
    if (error.code === "short-read" || error.code === "changed") return "corrupt";
    return "network";
  }
  if (error instanceof MisfitError) return "unsupported";
  if (isHdf5Error(error)) return CONFIG_MISFIT.has(error.code) ? "unsupported" : "corrupt";
  return "internal";
}

/** A good file that is not what the config says: mending the config mends it. */
const CONFIG_MISFIT: ReadonlySet<string> = new Set([
  "unsupported",
  "not-found",
  "wrong-kind",
  "invalid-request",
]);
