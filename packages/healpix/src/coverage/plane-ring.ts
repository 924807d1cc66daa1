import type { LonLat } from "../centre.js";
import { HealpixError } from "../error.js";

/** A straight line on the flat map. Longitudes are unwrapped: lon1 − lon0 is how far it goes east. */
export interface PlaneLine {
  readonly lon0: number;
  readonly lat0: number;
  readonly lon1: number;
  readonly lat1: number;
}

/** Consecutive sides of a ring that are one straight line. */
interface Run extends PlaneLine {
  readonly sides: readonly PlaneLine[];
}

/** A jump leads from one side of the antimeridian to the other: on the flat map at least so far back. */
const JUMP = 315;
/** A ring whose lines, but for its jumps, are no longer than this was drawn in steps. */
const STEP = 90;
/** Lines whose slopes differ by less are one: dividing a line rounds its parts. */
const SAME_SLOPE = 1e-6;
const SAME_PLACE = 1e-9;

/**
 * The sides of a ring on the flat map, head to tail, as RFC 7946 has them: straight lines, however long. Only where a
 * ring goes round a pole, or crosses the antimeridian and is not cut there, tools write lines that are none: these
 * jumps go the short way, unwrapped.
 *
 * A line is a jump if it leads back over 315° or more, between lines that both go the other way (as the sides of a box
 * do not), and if also it goes a full turn back to where it comes from, or meets the ring elsewhere, or if the ring is
 * drawn in steps of at most 90°. All that is about lines, not corners: a side that is divided changes nothing.
 *
 * @throws HealpixError "polygon" for a ring that spans more than 360°
 */
export function planeSides(corners: readonly LonLat[]): PlaneLine[] {
  const lons = corners.map(([lon]) => lon);
  const span = lons.reduce((a, b) => Math.max(a, b)) - lons.reduce((a, b) => Math.min(a, b));
  if (span > 360 + SAME_PLACE) {
    throw new HealpixError("polygon", `a ring that spans ${span}° of longitude lies over itself`);
  }
  const sides = corners.map(([lon0, lat0], k): PlaneLine => {
    const [lon1, lat1] = corners[(k + 1) % corners.length] as LonLat;
    return { lon0, lat0, lon1, lat1 };
  });
  if (span < 180) return sides;
  const runs = straightRuns(sides);
  const jumps = jumpsOf(runs);
  return jumps.length === 0 ? sides : withJumps(runs, jumps);
}

const turnOf = ({ lon0, lon1 }: PlaneLine): number => lon1 - lon0;
const slopeOf = ({ lon0, lat0, lon1, lat1 }: PlaneLine): number => (lat1 - lat0) / (lon1 - lon0);
const isOpposite = (a: PlaneLine, b: PlaneLine): boolean => turnOf(a) * turnOf(b) < 0;

function straightRuns(sides: readonly PlaneLine[]): Run[] {
  const bend = sides.findIndex((side, k) => !continues(sides.at(k - 1) as PlaneLine, side));
  const runs: PlaneLine[][] = [];
  for (const side of [...sides.slice(bend), ...sides.slice(0, bend)]) {
    const run = runs.at(-1);
    if (run && continues(run.at(-1) as PlaneLine, side)) run.push(side);
    else runs.push([side]);
  }
  return runs.map((run) => {
    const [{ lon0, lat0 }, { lon1, lat1 }] = [run[0] as PlaneLine, run.at(-1) as PlaneLine];
    return { lon0, lat0, lon1, lat1, sides: run };
  });
}

function continues(before: PlaneLine, after: PlaneLine): boolean {
  return turnOf(before) * turnOf(after) > 0 && Math.abs(slopeOf(before) - slopeOf(after)) < SAME_SLOPE;
}

function jumpsOf(runs: readonly Run[]): readonly Run[] {
  // There and back on one line encloses nothing: it is a circle of latitude, whose ends are to be joined.
  if (runs.length === 2) return runs.slice(1).filter((run) => Math.abs(turnOf(run)) > 180);
  const back = runs.filter((run, k) => {
    const [before, after] = [runs.at(k - 1) as Run, runs[(k + 1) % runs.length] as Run];
    return Math.abs(turnOf(run)) >= JUMP && isOpposite(before, run) && isOpposite(run, after);
  });
  const inSteps = runs.every((run) => back.includes(run) || Math.abs(turnOf(run)) <= STEP);
  return inSteps ? back : back.filter((run) => closesTurn(run) || meets(run, runs));
}

function closesTurn(line: PlaneLine): boolean {
  return Math.abs(Math.abs(turnOf(line)) - 360) < SAME_PLACE && Math.abs(line.lat1 - line.lat0) < SAME_PLACE;
}

/** Whether a line crosses or touches the rest of its ring: not all other corners lie on one side of it. */
function meets(line: Run, runs: readonly Run[]): boolean {
  const start = runs.indexOf(line);
  const others = runs.filter((_, k) => k !== start && k !== (start + 1) % runs.length);
  const above = others.map(({ lon0, lat0 }) => lat0 - line.lat0 - slopeOf(line) * (lon0 - line.lon0));
  return !(above.every((height) => height > SAME_PLACE) || above.every((height) => height < -SAME_PLACE));
}

/** From a jump on, longitudes go on where it came from. */
function withJumps(runs: readonly Run[], jumps: readonly Run[]): PlaneLine[] {
  let shift = 0;
  return runs.flatMap((run) => {
    const lon0 = run.lon0 + shift;
    if (!jumps.includes(run)) {
      return run.sides.map((side) => ({ ...side, lon0: side.lon0 + shift, lon1: side.lon1 + shift }));
    }
    shift -= 360 * Math.sign(turnOf(run));
    const lon1 = run.lon1 + shift;
    return lon0 === lon1 && run.lat0 === run.lat1 ? [] : [{ lon0, lat0: run.lat0, lon1, lat1: run.lat1 }];
  });
}
