import { isHdf5Error, openHdf5 } from "@zagg/hdf5";
import { isStorageError, type OpenSource, type SourceMetrics, type SourceVersion } from "@zagg/storage";
import { defined } from "../terms/index.js";
import { GranuleError, type GranuleFailureKind, isGranuleError, MisfitError } from "./granule-error.js";
import { type GroupPoints, type GroupResult, readGroup } from "./read-group.js";
import type { ReadSpec } from "./read-spec.js";
import type { ShardTarget } from "./select-rows.js";

/** What one granule gave to one shard, or why it gave nothing. */
export interface GranuleResult {
  /** File name of the granule. */
  readonly id: string;
  /** Size and ETag or time of the object that was read; absent where it could not be opened. */
  readonly version?: SourceVersion;
  readonly metrics: SourceMetrics;
  /** Points of the groups that have any in the shard, in the config's order of groups. Not to be used with `failure`. */
  readonly points: readonly GroupPoints[];
  readonly absentGroups: number;
  readonly emptyGroups: number;
  readonly failedGroups: number;
  /** Rows whose coordinates were looked at. */
  readonly rowsScanned: number;
  /** Rows dropped whole, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Set where the granule could not be read whole. */
  readonly failure?: GranuleError;
}

const NOTHING: SourceMetrics = { requests: 0, bytes: 0, retries: 0, waitMs: 0 };

/**
 * Reads what one granule holds for one shard. Never throws for what is wrong with the granule: it is in `failure`.
 * A group (beam) that is not in the granule is normal and counted; a dataset missing in a group that is there is
 * a failure. The groups are read at the same time, so that a slow line costs one round trip, not six.
 */
export async function readGranule(
  id: string,
  open: () => OpenSource,
  spec: ReadSpec,
  target: ShardTarget,
): Promise<GranuleResult> {
  let source: OpenSource | undefined;
  let version: SourceVersion | undefined;
  try {
    source = open();
    const file = await openHdf5(source);
    version = await source.version(); // known since the first read: costs no request
    const groups = await Promise.allSettled(
      spec.groups.map((_, group) => readGroup(file, spec, group, target)),
    );
    const failed = groups.find((group) => group.status === "rejected");
    return defined({
      id,
      version,
      metrics: source.metrics(),
      ...sumGroups(groups),
      failure: failed ? granuleError(id, failed.reason) : misfit(id, groups),
    });
  } catch (error) {
    // A broken granule is stamped as well: only so is it noticed when it has been mended.
    version ??= await source?.version().catch(() => undefined);
    return defined({
      id,
      version,
      metrics: source?.metrics() ?? NOTHING,
      ...sumGroups([]),
      failure: granuleError(id, error),
    });
  } finally {
    await source?.close();
  }
}

/** What is wrong where no group is as the config describes it, but some are there: it is for another product. */
function misfit(id: string, settled: readonly PromiseSettledResult<GroupResult>[]): GranuleError | undefined {
  const absent = settled.map((each) => (each.status === "fulfilled" ? each.value.absent : undefined));
  const there = absent.find((each) => each?.there);
  if (!there || !absent.every(Boolean)) return undefined;
  const { group, missing } = there;
  const message = `${id}: ${group} is there, but ${missing} is not: is this the product that the config is for?`;
  return new GranuleError("unsupported", id, "no-groups", message);
}

function sumGroups(settled: readonly PromiseSettledResult<GroupResult>[]) {
  const groups = settled.flatMap((group) => (group.status === "fulfilled" ? [group.value] : []));
  const dropped: Record<string, number> = {};
  for (const group of groups) {
    for (const [reason, rows] of Object.entries(group.dropped))
      dropped[reason] = (dropped[reason] ?? 0) + rows;
  }
  return {
    points: groups.flatMap((group) => (group.points ? [group.points] : [])),
    absentGroups: groups.filter((group) => group.absent).length,
    emptyGroups: groups.filter((group) => !group.absent && !group.points).length,
    failedGroups: settled.length - groups.length,
    rowsScanned: groups.reduce((sum, group) => sum + group.rows, 0),
    dropped,
  };
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
