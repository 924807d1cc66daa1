import { checkChildOrder, type Grid, rankDepth, shardScatter } from "@zagg/healpix";
import type { OpenSource, SourceMetrics, SourceVersion } from "@zagg/storage";
import { defined } from "../terms/index.js";
import type { GranuleError } from "./granule-error.js";
import { MISSING_COORDINATES, type TrackBlock } from "./read-group.js";
import type { ReadSpec } from "./read-spec.js";
import { type GranuleScan, scanGranule } from "./scan-granule.js";
import { decodePoints, type GroupPoints, storedColumns } from "./stored-points.js";

/** The shard whose points are wanted. */
export interface ShardTarget extends Grid {
  /** Nested id at the parent order. */
  readonly shard: number;
}

/** What one granule gave to one shard, or why it gave nothing. */
export interface GranuleResult {
  /** File name of the granule. */
  readonly id: string;
  /** Size and ETag or time of the object that was read; absent where it could not be opened. */
  readonly version?: SourceVersion;
  readonly metrics: SourceMetrics;
  /** Points of the shard, group by group in the config's order. Not to be used with `failure`. */
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

/** Reads what one granule holds for one shard, as {@link scanGranule} does. */
export async function readGranule(
  id: string,
  open: () => OpenSource,
  spec: ReadSpec,
  { parentOrder, childOrder, latitude, shard }: ShardTarget,
): Promise<GranuleResult> {
  checkChildOrder(parentOrder, childOrder);
  const scatter = shardScatter({ parentOrder, latitude }, [shard]);
  const wanted = { scatter, count: 1, positions: Int32Array.of(0) };
  const blocks: TrackBlock[] = [];
  const scan = await scanGranule(id, open, spec, wanted, (block) => {
    blocks.push(block);
  });
  const dropped: Record<string, number> = {};
  add(dropped, MISSING_COORDINATES, sum(scan.groups, "withoutCoordinates"));
  for (const block of blocks)
    for (const [label, rows] of block.dropped) add(dropped, label, rows[0] as number);
  const orders = rankDepth(parentOrder) - (childOrder - parentOrder);
  const names = storedColumns(spec);
  const points = blocks
    .filter(({ ranks }) => ranks.length > 0)
    .sort((a, b) => a.group - b.group)
    .map((block) => decodePoints(block, names, encodingsOf(scan, block.group), orders));
  const { version, metrics, failedGroups, failure } = scan;
  const rowsScanned = sum(scan.groups, "rows");
  const groups = groupCounts(
    scan.groups.map(({ absent }) => ({ absent: absent !== undefined })),
    points,
  );
  return defined({ id, version, metrics, points, ...groups, failedGroups, rowsScanned, dropped, failure });
}

/** Of a granule's groups, those that are not in it, and those of which a shard has no point. */
export function groupCounts(
  groups: readonly { readonly absent: boolean }[],
  points: readonly Pick<GroupPoints, "group">[],
) {
  const absentGroups = groups.filter(({ absent }) => absent).length;
  const read = new Set(points.map(({ group }) => group)).size;
  return { absentGroups, emptyGroups: groups.length - absentGroups - read };
}

function encodingsOf({ groups }: GranuleScan, group: number) {
  return groups.find((each) => each.group === group)?.encodings ?? [];
}

function sum(groups: GranuleScan["groups"], key: "rows" | "withoutCoordinates"): number {
  return groups.reduce((total, group) => total + group[key], 0);
}

function add(counts: Record<string, number>, reason: string, rows: number): void {
  if (rows > 0) counts[reason] = (counts[reason] ?? 0) + rows;
}
