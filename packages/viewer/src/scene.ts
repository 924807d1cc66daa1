import { cellBoundary, cellCentre } from "@zagg/healpix";
import { type CellIndex, type ColourScale, cellIndex, limitsOf, type PaletteName } from "@zagg/map";
import { type CellReader, cellReader } from "./cell-facts.js";
import { type LoadEvents, loadOrder, loadVariable } from "./data/loader.js";
import type { ShownProduct, Variable } from "./data/shown-product.js";
import { type Camera, cameraOver, type LonLat, pointAt, scaleLimits } from "./map/camera.js";
import type { Program } from "./map/program.js";
import { createRenderer } from "./map/renderer.js";
import { histogram, positionsInView } from "./map/sample.js";
import { STATE_MISSING_CHUNK } from "./map/state-shader.js";
import type { ViewName } from "./state.js";

/** Values that limits are reckoned from: enough for percentiles, quick enough for every frame. */
const LIMIT_SAMPLE = 60_000;

/** One product on the screen: its values of one variable, and the drawing of them. */
export interface Scene {
  readonly product: ShownProduct;
  readonly cells: CellReader;
  readonly scaleLimits: ReturnType<typeof scaleLimits>;
  /** States that occur, with missing chunks. */
  readonly occurring: ReadonlySet<number>;
  /** Whether a part of the product lies in what a view is made for: a hemisphere, or the globe. */
  shows(view: ViewName): boolean;
  /** The view that suits the product, or the one that is asked for, over all of it. */
  fit(view: ViewName | undefined, width: number, height: number): Camera;
  /** Starts reading a variable in place of the one before, what is in view first. */
  load(variable: Variable, camera: Camera, events: Omit<LoadEvents, "onShard">): Promise<void>;
  /** Limits by the percentiles of what is read. */
  limits(log: boolean): ColourScale;
  histogram(camera: Camera, scale: ColourScale, bins: number): Uint32Array;
  setPalette(name: PaletteName): void;
  draw(camera: Camera, scale: ColourScale): void;
  /** The edge of a cell, for the overlay. */
  ringOf(cell: number): readonly LonLat[];
}

export function createScene(product: ShownProduct, canvas: HTMLCanvasElement, program: Program): Scene {
  const { layout, states } = product;
  const { childOrder: order, parentOrder, latitude, shards } = layout;
  const renderer = createRenderer(canvas, program, layout);
  const index: CellIndex = cellIndex(layout);
  const values = new Float32Array(index.length);
  const centres = shards.map((shard) => (shard < 0 ? undefined : cellCentre(parentOrder, shard, latitude)));
  const corners = shards.flatMap((shard) =>
    shard < 0 ? [] : cellBoundary(parentOrder, shard, { latitude }).slice(1),
  );
  const occurring = new Set(states);
  let loading = new AbortController();

  function distanceFrom(camera: Camera): (k: number) => number {
    return (k) => {
      const centre = centres[k];
      const point = centre && pointAt(camera, centre);
      return point ? Math.hypot(...point) : Number.MAX_VALUE;
    };
  }

  function forget(): void {
    values.fill(Number.NaN);
    occurring.delete(STATE_MISSING_CHUNK);
    states.forEach((state, k) => {
      renderer.setShard(k, state, undefined);
    });
  }

  return {
    product,
    cells: cellReader(product, index),
    scaleLimits: scaleLimits(layout),
    occurring,
    shows: (view) => view === "globe" || corners.some(([, lat]) => (view === "north" ? lat > 0 : lat < 0)),
    fit(view, width, height) {
      return cameraOver(view ?? viewFor(corners), corners, width, height);
    },
    async load(variable, camera, events) {
      loading.abort();
      loading = new AbortController();
      forget();
      const { signal } = loading;
      await loadVariable(product, variable, loadOrder(states, distanceFrom(camera)), signal, {
        ...events,
        onShard(k, read) {
          if (read) values.set(read, k * index.cellsPerShard);
          else occurring.add(STATE_MISSING_CHUNK);
          renderer.setShard(k, read ? (states[k] as number) : STATE_MISSING_CHUNK, read);
        },
      });
    },
    limits(log) {
      const stride = Math.max(1, Math.floor(values.length / LIMIT_SAMPLE));
      const sample: number[] = [];
      for (let i = 0; i < values.length; i += stride) sample.push(values[i] as number);
      const some = sample.some((value) => !Number.isNaN(value));
      // Few cells have values where tracks are sparse: then every one is looked at.
      return limitsOf(some && sample.filter((v) => !Number.isNaN(v)).length > 200 ? sample : values, log);
    },
    histogram(camera, { min, max, log }, bins) {
      const positions = positionsInView(camera, canvas.clientWidth, canvas.clientHeight, index);
      const seen = Array.from(positions, (position) => values[position] as number);
      if (!log) return histogram(seen, min, max, bins);
      return histogram(seen.map(Math.log), Math.log(min), Math.log(max), bins);
    },
    setPalette: renderer.setPalette,
    draw: renderer.draw,
    ringOf: (cell) => cellBoundary(order, cell, { latitude, step: 4 }),
  };
}

/** Polar where all corners lie beyond 45 degrees. */
function viewFor(corners: readonly LonLat[]): ViewName {
  if (corners.every(([, lat]) => lat < -45)) return "south";
  return corners.every(([, lat]) => lat > 45) ? "north" : "globe";
}
