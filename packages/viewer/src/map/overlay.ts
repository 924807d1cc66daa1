import { coastline, graticule, type LonLatLine, projectionOf } from "@zagg/map";
import { type Camera, crsOf, pointAt } from "./camera.js";

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
  const paths = new Map<string, Path2D>();

  /** Polar maps only move and scale, so their lines are projected once, in kilometres. */
  function polarPath(
    camera: Camera & { readonly view: "south" | "north" },
    kind: keyof typeof lines,
  ): Path2D {
    const key = `${camera.view} ${kind}`;
    const known = paths.get(key) ?? projectedPath(camera.view, lines[kind]);
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
    context.stroke(polarPath({ ...camera, view: camera.view }, kind));
    context.restore();
  }

  return {
    draw(camera, cell, crosshair) {
      const ratio = canvas.width / Math.max(1, canvas.clientWidth);
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, canvas.width, canvas.height);
      context.setTransform(ratio, 0, 0, ratio, canvas.width / 2, canvas.height / 2);
      context.lineJoin = "round";
      stroke(camera, "graticule", "rgba(40, 44, 52, 0.22)", 0.7);
      stroke(camera, "coast", "rgba(255, 255, 255, 0.45)", 2.4);
      stroke(camera, "coast", "rgba(60, 60, 66, 0.9)", 1);
      if (cell) strokeRing(context, camera, cell);
      if (crosshair) strokeCrosshair(context);
    },
  };
}

function projectedPath(view: "south" | "north", lines: readonly LonLatLine[]): Path2D {
  const { forward } = projectionOf(crsOf(view));
  const sign = view === "south" ? -1 : 1;
  const path = new Path2D();
  for (const line of lines) {
    let pen = false;
    for (let i = 0; i < line.length; i += 2) {
      const lat = line[i + 1] as number;
      // Beyond the equator a polar map runs away to infinity.
      if (sign * lat < -40) {
        pen = false;
        continue;
      }
      const [x, y] = forward(line[i] as number, lat);
      if (pen) path.lineTo(x / 1000, y / 1000);
      else path.moveTo(x / 1000, y / 1000);
      pen = true;
    }
  }
  return path;
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
