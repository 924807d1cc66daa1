import type { ColourScale, PaletteName } from "@zagg/map";
import { isStoreFault } from "./data/fault.js";
import { openShown, type Variable } from "./data/shown-product.js";
import { type Camera, drawable, lonLatAt, type Point, panned, zoomed } from "./map/camera.js";
import { createOverlay } from "./map/overlay.js";
import { RendererError, startProgram } from "./map/program.js";
import { createScene, type Scene } from "./scene.js";
import {
  formatState,
  INITIAL_STATE,
  parseState,
  stateProblems,
  type ViewName,
  type ViewState,
} from "./state.js";
import { element, type PageElements } from "./ui/elements.js";
import { exportPng } from "./ui/export-png.js";
import { showCell } from "./ui/inspector.js";
import { HISTOGRAM_BINS, showColourBar, showHistogram, showStates, showTicks } from "./ui/legend.js";

/** After the last movement, before the address and the histogram follow. */
const SETTLE_MS = 150;
/** Between pictures while shards arrive: drawing each would slow their arrival. */
const LOADING_FRAME_MS = 120;

/** What the page's controls can do. */
export interface App {
  /** Opens a store in place of the one before, as a whole. */
  openStore(address: string): void;
  /** Takes over what the address of the page says. */
  followAddress(): void;
  setVariable(name: string): void;
  setView(view: ViewName): void;
  setPalette(name: PaletteName): void;
  /** Undefined: by percentiles again. */
  setLimits(limits: readonly [number, number] | undefined): void;
  setLog(log: boolean): void;
  pan(dx: number, dy: number): void;
  zoom(factor: number, at: Point): void;
  showAll(): void;
  hover(at: Point | undefined): void;
  /** Pins the cell at a point, or lets go of it. */
  pick(at: Point): void;
  release(): void;
  /** From now on the cell in the middle is what is meant. */
  useKeyboard(): void;
  /** The address that shows what is shown. */
  link(): string;
  save(): Promise<{ readonly blob: Blob; readonly name: string }>;
  redraw(): void;
}

/** One state, one scene, drawn when something has changed. */
export function createApp(page: PageElements): App {
  const overlay = createOverlay(page.lines);
  let state: ViewState = { ...INITIAL_STATE, ...parseState(location.hash) };
  let scene: Scene | undefined;
  let camera: Camera | undefined;
  let scale: ColourScale = { min: 0, max: 1, log: false };
  let hovered: number | undefined;
  let crosshair = false;
  let waiting = false;
  /** Nothing to draw has come yet: without a graphics card, a picture of nothing would hold up the first one. */
  let blank = true;
  let settling = 0;

  function redraw(): void {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      drawNow();
    });
  }

  function drawNow(): void {
    for (const canvas of [page.cells, page.lines]) {
      const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((v) =>
        Math.round(v * devicePixelRatio),
      );
      if (canvas.width !== width) canvas.width = width as number;
      if (canvas.height !== height) canvas.height = height as number;
    }
    if (!scene || !camera) return;
    if (!blank) scene.draw(camera, scale);
    overlay.draw(camera, state.cell === undefined ? undefined : scene.ringOf(state.cell), crosshair);
  }

  /** Redraws, and once things have come to rest brings address and histogram up to date. */
  function moved(next: Camera): void {
    camera = next;
    state = { ...state, view: next.view, centre: next.centre, scale: next.scale };
    page.view.value = next.view;
    if (crosshair) hoverAt([0, 0]);
    redraw();
    settle();
  }

  function settle(): void {
    clearTimeout(settling);
    settling = window.setTimeout(() => {
      history.replaceState(null, "", `#${formatState(state)}`);
      if (scene && camera) showHistogram(page, scene.histogram(camera, scale, HISTOGRAM_BINS));
    }, SETTLE_MS);
  }

  function rescale(): void {
    if (!scene) return;
    const log = state.log ?? state.variable === "count";
    const found = scene.limits(log);
    const [min, max] = state.limits ?? [found.min, found.max];
    scale = { min: log && min <= 0 ? found.min : min, max, log };
    page.log.checked = log;
    for (const [input, value] of [
      [page.min, scale.min],
      [page.max, scale.max],
    ] as const) {
      if (document.activeElement !== input) input.value = String(Number(value.toPrecision(5)));
    }
    showTicks(page, scale);
    redraw();
    settle();
  }

  async function open(): Promise<void> {
    page.problems.replaceChildren();
    for (const each of stateProblems(location.hash)) problem(each);
    page.store.value = state.store;
    page.controls.disabled = true;
    scene = undefined;
    blank = true;
    if (state.store === "") return;
    page.status.textContent = "Opening the store…";
    try {
      const canvas = freshCanvas();
      const opening = openShown(state.store, document.baseURI);
      const [product, program] = await Promise.all([opening, startProgram(canvas)]);
      scene = createScene(product, canvas, program);
    } catch (error) {
      page.status.textContent = "";
      if (isStoreFault(error) || error instanceof RendererError) return problem(error.message);
      problem(`This page cannot show the store: ${error instanceof Error ? error.message : String(error)}`);
      throw error;
    }
    const { variables, product } = scene.product;
    if (!product.status)
      problem("This store has no provenance, so it is read as one of 0.1.0: its cells on a sphere.");
    page.variable.replaceChildren(...variables.map(({ name }) => new Option(name, name)));
    page.controls.disabled = false;
    forgetAbsent(scene);
    const asked = parseState(location.hash).view;
    const shown = asked !== undefined && scene.shows(asked);
    if (asked !== undefined && !shown) problem(nothingIn(asked));
    const fitted = cameraOverAll(scene, shown ? asked : undefined);
    const { centre = fitted.centre, scale: linked = fitted.scale } =
      shown || asked === undefined ? state : {};
    moved(drawable({ view: fitted.view, centre, scale: linked }, scene.scaleLimits));
    const wanted = variables.find(({ name }) => name === state.variable);
    const usual = variables.find(({ name }) => name === "h_mean") ?? variables[0];
    await show(wanted ?? (usual as Variable));
  }

  /** What a link asks for and the store does not have is told and left out. */
  function forgetAbsent({ cells, product: { variables } }: Scene): void {
    const { cell, variable } = state;
    if (cell !== undefined && !cells.has(cell)) {
      problem(`The product has no cell ${cell}.`);
      change({}, ["cell"]);
    }
    if (variable !== undefined && !variables.some(({ name }) => name === variable)) {
      problem(`The product has no variable ${variable.slice(0, 60)}.`);
      change({}, ["variable"]);
    }
  }

  /** A canvas keeps its WebGL context, and with it the textures of the product before. */
  function freshCanvas(): HTMLCanvasElement {
    const canvas = page.cells.cloneNode() as HTMLCanvasElement;
    page.cells.replaceWith(canvas);
    page.cells = canvas;
    return canvas;
  }

  async function show(variable: Variable): Promise<void> {
    if (!scene || !camera) return;
    const shown = scene;
    state = { ...state, variable: variable.name };
    page.variable.value = variable.name;
    page.label.textContent =
      variable.unit === undefined ? variable.label : `${variable.label} [${variable.unit}]`;
    page.palette.value = state.palette;
    shown.setPalette(state.palette);
    showColourBar(page, state.palette);
    showStates(page, shown.occurring);
    showPinned();
    page.status.dataset.loaded = "false";
    let rescaleAt = 8;
    let drawnAt = 0;
    await shown.load(variable, camera, {
      onProblem: problem,
      onProgress(done, total) {
        page.status.textContent = `Read ${done} of ${total} shards`;
        blank = false;
        if (performance.now() - drawnAt < LOADING_FRAME_MS) return;
        drawnAt = performance.now();
        if (done < rescaleAt) return redraw();
        rescaleAt = 2 * done;
        rescale();
      },
    });
    if (scene !== shown || state.variable !== variable.name) return;
    showStates(page, shown.occurring);
    blank = false;
    rescale();
    page.status.textContent = `${shown.product.layout.shards.length} shards`;
    page.status.dataset.loaded = "true";
  }

  function problem(message: string): void {
    page.problems.append(element("p", message));
  }

  function cellUnder(at: Point): number | undefined {
    const place = camera && lonLatAt(camera, at);
    return place && scene?.cells.cellAt(...place);
  }

  function hoverAt(at: Point | undefined): void {
    const cell = at && cellUnder(at);
    if (cell === hovered) return;
    hovered = cell;
    if (state.cell === undefined) showFacts(cell);
  }

  function pin(cell: number | undefined): void {
    change(cell === undefined ? {} : { cell }, cell === undefined ? ["cell"] : []);
    showPinned();
    redraw();
    settle();
  }

  function showPinned(): void {
    showFacts(state.cell ?? hovered);
  }

  function showFacts(cell: number | undefined): void {
    const more = () => cell === (state.cell ?? hovered) && showFacts(cell);
    showCell(page, cell === undefined ? undefined : scene?.cells.factsOf(cell, more), cell === state.cell);
  }

  function showAll(view: ViewName): void {
    if (!scene) return;
    if (scene.shows(view)) {
      moved(cameraOverAll(scene, view));
      return;
    }
    problem(nothingIn(view));
    page.view.value = state.view;
  }

  /** Shows all of the product in what the panel leaves free of a wide window. */
  function cameraOverAll(shown: Scene, view: ViewName | undefined): Camera {
    const { clientWidth: width, clientHeight: height } = page.map;
    const panel = page.panel.getBoundingClientRect();
    const covered = page.panel.open && panel.right < width / 2 ? panel.right : 0;
    return panned(shown.fit(view, width - covered, height), covered / 2, 0);
  }

  function change(next: Partial<ViewState>, without: readonly (keyof ViewState)[] = []): void {
    const kept = Object.entries({ ...state, ...next }).filter(
      ([key]) => !without.includes(key as keyof ViewState),
    );
    state = Object.fromEntries(kept) as unknown as ViewState;
  }

  return {
    openStore(address) {
      const { palette } = state;
      state = { ...INITIAL_STATE, palette, store: address };
      history.replaceState(null, "", `#${new URLSearchParams({ store: address })}`);
      void open();
    },
    followAddress() {
      state = { ...INITIAL_STATE, ...parseState(location.hash) };
      void open();
    },
    setVariable(name) {
      const variable = scene?.product.variables.find((each) => each.name === name);
      change({}, ["limits", "log"]);
      if (variable) void show(variable);
    },
    setView: showAll,
    setPalette(name) {
      change({ palette: name });
      scene?.setPalette(name);
      showColourBar(page, name);
      redraw();
      settle();
    },
    setLimits(limits) {
      change(limits ? { limits } : {}, limits ? [] : ["limits"]);
      rescale();
    },
    setLog(log) {
      change({ log }, ["limits"]);
      rescale();
    },
    pan: (dx, dy) => camera && moved(panned(camera, dx, dy)),
    zoom: (factor, at) => camera && scene && moved(zoomed(camera, factor, at, scene.scaleLimits)),
    showAll: () => showAll(state.view),
    hover(at) {
      crosshair = false;
      hoverAt(at);
    },
    pick(at) {
      const cell = cellUnder(at);
      pin(cell === state.cell ? undefined : cell);
    },
    release: () => pin(undefined),
    useKeyboard() {
      crosshair = true;
    },
    link() {
      history.replaceState(null, "", `#${formatState(state)}`);
      return location.href;
    },
    async save() {
      // Drawn in this very task: a WebGL canvas forgets its picture afterwards.
      drawNow();
      const layers = [page.cells, page.lines];
      const [label, caption] = [page.label.textContent ?? "", scene?.product.product.url ?? ""];
      const blob = await exportPng({ layers, label, caption, palette: state.palette, scale });
      return { blob, name: `${state.variable ?? "map"}.png` };
    },
    redraw,
  };
}

function nothingIn(view: ViewName): string {
  return `Nothing of this product lies in the ${view === "north" ? "northern" : "southern"} hemisphere.`;
}
