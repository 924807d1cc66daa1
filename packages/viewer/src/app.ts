import { type ColourScale, isPaletteName, PALETTE_NAMES } from "@zagg/map";
import { openProduct } from "./data/product.js";
import { isStoreError } from "./data/store-error.js";
import type { VariableInfo } from "./data/store-info.js";
import { type Camera, lonLatAt, type Point, panned, zoomed } from "./map/camera.js";
import { createOverlay } from "./map/overlay.js";
import { RendererError } from "./map/renderer.js";
import { createScene, type Scene } from "./scene.js";
import { formatState, INITIAL_STATE, parseState, type ViewName, type ViewState } from "./state.js";
import { element, type PageElements } from "./ui/elements.js";
import { exportPng } from "./ui/export-png.js";
import { listenToGestures } from "./ui/gestures.js";
import { showCell } from "./ui/inspector.js";
import { HISTOGRAM_BINS, showColourBar, showHistogram, showStates, showTicks } from "./ui/legend.js";

/** After the last movement, before the address and the histogram follow. */
const SETTLE_MS = 150;
/** Width of the window up to which the panel lies at the bottom; as in style.css. */
const NARROW_PIXELS = 640;

/** Wires the page: one state, one scene, drawn when something has changed. */
export function startApp(page: PageElements): void {
  const overlay = createOverlay(page.lines);
  let state: ViewState = { ...INITIAL_STATE, ...parseState(location.hash) };
  let scene: Scene | undefined;
  let camera: Camera | undefined;
  let scale: ColourScale = { min: 0, max: 1, log: false };
  let hovered: number | undefined;
  let crosshair = false;
  let waiting = false;
  let settling = 0;

  // --- drawing -------------------------------------------------------------------------------------------------

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
    scene.draw(camera, scale);
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

  // --- the product ---------------------------------------------------------------------------------------------

  async function open(): Promise<void> {
    page.problems.replaceChildren();
    page.store.value = state.store;
    page.controls.disabled = true;
    scene = undefined;
    if (state.store === "") return;
    page.status.textContent = "Opening the store…";
    try {
      const product = await openProduct(state.store, document.baseURI);
      scene = createScene(product, freshCanvas());
    } catch (error) {
      page.status.textContent = "";
      if (!isStoreError(error) && !(error instanceof RendererError)) throw error;
      return problem(error.message);
    }
    const { variables, hasShards } = scene.product.info;
    if (!hasShards)
      problem("This store has no provenance, so it is read as one of 0.1.0: its cells on a sphere.");
    page.variable.replaceChildren(...variables.map(({ name }) => new Option(name, name)));
    page.controls.disabled = false;
    const fitted = cameraOverAll(scene, parseState(location.hash).view);
    moved({ view: fitted.view, centre: state.centre ?? fitted.centre, scale: state.scale ?? fitted.scale });
    const wanted = variables.find(({ name }) => name === state.variable);
    const usual = variables.find(({ name }) => name === "h_mean") ?? variables[0];
    await show(wanted ?? (usual as VariableInfo));
  }

  /** A canvas keeps its WebGL context, and with it the textures of the product before. */
  function freshCanvas(): HTMLCanvasElement {
    const canvas = page.cells.cloneNode() as HTMLCanvasElement;
    page.cells.replaceWith(canvas);
    page.cells = canvas;
    return canvas;
  }

  async function show(variable: VariableInfo): Promise<void> {
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
    let rescaleAt = 8;
    await shown.load(variable, camera, {
      onProblem: problem,
      onProgress(done, total) {
        page.status.textContent = done < total ? `Read ${done} of ${total} shards` : `${total} shards`;
        page.status.dataset.loaded = String(done === total);
        if (done < rescaleAt && done < total) return redraw();
        rescaleAt = 2 * done;
        rescale();
      },
    });
    if (scene === shown) {
      showStates(page, shown.occurring);
      rescale();
    }
  }

  function problem(message: string): void {
    page.problems.append(element("p", message));
  }

  // --- cells ---------------------------------------------------------------------------------------------------

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

  function pick(at: Point): void {
    const { cell: _, ...rest } = state;
    const cell = cellUnder(at);
    state = cell === undefined || cell === state.cell ? rest : { ...rest, cell };
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

  // --- controls ------------------------------------------------------------------------------------------------

  function showAll(view: ViewName): void {
    if (scene) moved(cameraOverAll(scene, view));
  }

  /** Shows all of the product in what the panel leaves free of a wide window. */
  function cameraOverAll(shown: Scene, view: ViewName | undefined): Camera {
    const { clientWidth: width, clientHeight: height } = page.map;
    const panel = page.panel.getBoundingClientRect();
    const covered = page.panel.open && panel.right < width / 2 ? panel.right : 0;
    return panned(shown.fit(view, width - covered, height), covered / 2, 0);
  }

  function zoomBy(factor: number, at: Point): void {
    if (camera && scene) moved(zoomed(camera, factor, at, scene.scaleLimits));
  }

  listenToGestures(page.map, {
    onPan: (dx, dy) => camera && moved(panned(camera, dx, dy)),
    onZoom: zoomBy,
    onHover(at) {
      crosshair = false;
      hoverAt(at);
    },
    onPick: pick,
    onFit: () => showAll(state.view),
    onRelease() {
      const { cell: _, ...rest } = state;
      state = rest;
      showPinned();
      redraw();
      settle();
    },
    onKeyboard() {
      crosshair = true;
    },
  });

  page.palette.replaceChildren(...PALETTE_NAMES.map((name) => new Option(name, name)));
  page.zoomIn.addEventListener("click", () => zoomBy(1.5, [0, 0]));
  page.zoomOut.addEventListener("click", () => zoomBy(1 / 1.5, [0, 0]));
  page.fit.addEventListener("click", () => showAll(state.view));
  page.open.addEventListener("submit", (event) => {
    event.preventDefault();
    state = { ...INITIAL_STATE, palette: state.palette, store: page.store.value.trim() };
    history.replaceState(null, "", `#${formatState({ ...state })}`.replace(/&?view=[a-z]+/, ""));
    void open();
  });
  page.variable.addEventListener("change", () => {
    const variable = scene?.product.info.variables.find(({ name }) => name === page.variable.value);
    const { limits: _, log: __, ...rest } = state;
    state = rest;
    if (variable) void show(variable);
  });
  page.view.addEventListener("change", () => showAll(page.view.value as ViewName));
  page.palette.addEventListener("change", () => {
    if (!isPaletteName(page.palette.value)) return;
    state = { ...state, palette: page.palette.value };
    scene?.setPalette(state.palette);
    showColourBar(page, state.palette);
    redraw();
    settle();
  });
  for (const input of [page.min, page.max]) {
    input.addEventListener("change", () => {
      const [min, max] = [page.min.valueAsNumber, page.max.valueAsNumber];
      if (max > min) state = { ...state, limits: [min, max] };
      rescale();
    });
  }
  page.auto.addEventListener("click", () => {
    const { limits: _, ...rest } = state;
    state = rest;
    rescale();
  });
  page.log.addEventListener("change", () => {
    const { limits: _, ...rest } = state;
    state = { ...rest, log: page.log.checked };
    rescale();
  });
  page.share.addEventListener("click", async () => {
    history.replaceState(null, "", `#${formatState(state)}`);
    await navigator.clipboard.writeText(location.href).then(
      () => (page.status.textContent = "The link is in the clipboard."),
      () => (page.status.textContent = "The link is in the address bar."),
    );
  });
  page.export.addEventListener("click", async () => {
    drawNow();
    const blob = await exportPng({
      layers: [page.cells, page.lines],
      label: page.label.textContent ?? "",
      caption: scene?.product.url ?? "",
      palette: state.palette,
      scale,
    });
    const link = element("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${state.variable ?? "map"}.png`;
    link.click();
    URL.revokeObjectURL(link.href);
  });
  new ResizeObserver(redraw).observe(page.map);
  window.addEventListener("hashchange", () => {
    state = { ...INITIAL_STATE, ...parseState(location.hash) };
    void open();
  });
  // On a small window the panel would cover the map; a tap on its title opens it.
  page.panel.open = page.map.clientWidth > NARROW_PIXELS;
  showColourBar(page, state.palette);
  void open();
}
