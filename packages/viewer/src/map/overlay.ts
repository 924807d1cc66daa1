import { coastline, graticule, type LonLatLine, projectionOf } from "@zagg/map";
import { type Camera, crsOf, GLOBE_RADIUS, pointAt } from "./camera.js";

/** Lines over the map: graticule, coast, the edge of a chosen cell. */
export interface Overlay {
  draw(camera: Camera, cell: readonly (readonly [number, number])[] | undefined, crosshair: boolean): void;
}

const WORLD = { west: -180, south: -90, east: 180, north: 90 } as const;

export function createOverlay(canvas: HTMLCanvasElement): Overlay {
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  const lines = {
    graticule: graticule(WORLD, 30, 10, 10).map(({ points }) => points),
    coast: coastline(),
  };
  const paths = new Map<string, readonly PlacedPath[]>();

  /** Polar maps only move and scale, so their lines are projected once, in kilometres. */
  function polarPaths(view: "south" | "north", kind: keyof typeof lines): readonly PlacedPath[] {
    const key = `${view} ${kind}`;
    const known = paths.get(key) ?? lines[kind].flatMap((line) => placedPaths(view, line));
    paths.set(key, known);
    return known;
  }

  function stroke(camera: Camera, kind: keyof typeof lines, colour: string, width: number): void {
    context.strokeStyle = colour;
    if (camera.view === "globe") {
      context.lineWidth = width;
      context.stroke(globePath(camera, lines[kind]));
      return;
    }
    const perKm = 1000 / camera.scale;
    context.save();
    context.scale(perKm, -perKm);
    context.translate(-camera.centre[0] / 1000, -camera.centre[1] / 1000);
    context.lineWidth = width / perKm;
    const [x, y] = [camera.centre[0] / 1000, camera.centre[1] / 1000];
    const [halfWidth, halfHeight] = [canvas.clientWidth / perKm / 2, canvas.clientHeight / perKm / 2];
    for (const { path, left, right, bottom, top } of polarPaths(camera.view, kind)) {
      const across = right > x - halfWidth && left < x + halfWidth;
      if (across && top > y - halfHeight && bottom < y + halfHeight) context.stroke(path);
    }
    context.restore();
  }

  return {
    draw(camera, cell, crosshair) {
      const ratio = canvas.width / Math.max(1, canvas.clientWidth);
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, canvas.width, canvas.height);
      context.setTransform(ratio, 0, 0, ratio, canvas.width / 2, canvas.height / 2);
      context.lineJoin = "round";
      if (camera.view === "globe") strokeLimb(context, camera);
      stroke(camera, "graticule", "rgba(40, 44, 52, 0.22)", 0.7);
      stroke(camera, "coast", "rgba(255, 255, 255, 0.45)", 2.4);
      stroke(camera, "coast", "rgba(60, 60, 66, 0.9)", 1);
      if (cell) strokeRing(context, camera, cell);
      if (crosshair) strokeCrosshair(context);
    },
  };
}

/** A line in kilometres of a polar map, and the box that it lies in. */
interface PlacedPath {
  readonly path: Path2D;
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

/** The pieces of a line this side of 30 degrees beyond the equator, where a polar map runs away to infinity. */
function placedPaths(view: "south" | "north", line: LonLatLine): PlacedPath[] {
  const { forward } = projectionOf(crsOf(view));
  const sign = view === "south" ? -1 : 1;
  const pieces: [number, number][][] = [[]];
  for (let i = 0; i < line.length; i += 2) {
    const lat = line[i + 1] as number;
    if (sign * lat < -30) pieces.push([]);
    else {
      const [x, y] = forward(line[i] as number, lat);
      pieces.at(-1)?.push([x / 1000, y / 1000]);
    }
  }
  return pieces
    .filter((piece) => piece.length > 1)
    .map((piece) => {
      const path = new Path2D();
      piece.forEach(([x, y], i) => {
        if (i === 0) path.moveTo(x, y);
        else path.lineTo(x, y);
      });
      const [xs, ys] = [piece.map(([x]) => x), piece.map(([, y]) => y)];
      return {
        path,
        left: Math.min(...xs),
        right: Math.max(...xs),
        bottom: Math.min(...ys),
        top: Math.max(...ys),
      };
    });
}

function globePath(camera: Camera, lines: readonly LonLatLine[]): Path2D {
  const path = new Path2D();
  for (const line of lines) {
    let pen = false;
    for (let i = 0; i < line.length; i += 2) {
      const point = pointAt(camera, [line[i] as number, line[i + 1] as number]);
      if (!point) pen = false;
      else if (pen) path.lineTo(...point);
      else {
        path.moveTo(...point);
        pen = true;
      }
    }
  }
  return path;
}

function strokeLimb(context: CanvasRenderingContext2D, { scale }: Camera): void {
  context.strokeStyle = "rgba(40, 44, 52, 0.6)";
  context.lineWidth = 1;
  context.beginPath();
  context.arc(0, 0, GLOBE_RADIUS / scale, 0, 2 * Math.PI);
  context.stroke();
}

function strokeRing(
  context: CanvasRenderingContext2D,
  camera: Camera,
  ring: readonly (readonly [number, number])[],
): void {
  const points = ring.map((corner) => pointAt(camera, corner));
  if (points.some((point) => point === undefined)) return;
  const path = new Path2D();
  points.forEach((point, i) => {
    const [x, y] = point as readonly [number, number];
    if (i === 0) path.moveTo(x, y);
    else path.lineTo(x, y);
  });
  for (const [colour, width] of [
    ["#fff", 4],
    ["#d6006c", 2],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke(path);
  }
}

function strokeCrosshair(context: CanvasRenderingContext2D): void {
  const path = new Path2D("M-12 0H-4M4 0H12M0 -12V-4M0 4V12");
  for (const [colour, width] of [
    ["#fff", 4],
    ["#1b1f24", 1.5],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke(path);
  }
}
