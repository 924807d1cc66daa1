import { isPaletteName, PALETTE_NAMES } from "@zagg/map";
import type { App } from "../app.js";
import type { ViewName } from "../state.js";
import { element, type PageElements } from "./elements.js";
import { listenToGestures } from "./gestures.js";

/** Width of the window up to which the panel lies at the bottom; as in style.css. */
const NARROW_PIXELS = 640;
const BUTTON_ZOOM = 1.5;

/** Connects everything on the page that can be moved, typed into or pressed. */
export function connectControls(page: PageElements, app: App): void {
  listenToGestures(page.map, {
    onPan: app.pan,
    onZoom: app.zoom,
    onHover: app.hover,
    onPick: app.pick,
    onFit: app.showAll,
    onRelease: app.release,
    onKeyboard: app.useKeyboard,
  });
  page.zoomIn.addEventListener("click", () => app.zoom(BUTTON_ZOOM, [0, 0]));
  page.zoomOut.addEventListener("click", () => app.zoom(1 / BUTTON_ZOOM, [0, 0]));
  page.fit.addEventListener("click", app.showAll);
  page.open.addEventListener("submit", (event) => {
    event.preventDefault();
    app.openStore(page.store.value.trim());
  });
  page.variable.addEventListener("change", () => app.setVariable(page.variable.value));
  page.view.addEventListener("change", () => app.setView(page.view.value as ViewName));
  page.palette.replaceChildren(...PALETTE_NAMES.map((name) => new Option(name, name)));
  page.palette.addEventListener("change", () => {
    if (isPaletteName(page.palette.value)) app.setPalette(page.palette.value);
  });
  for (const input of [page.min, page.max]) {
    input.addEventListener("change", () => {
      const [min, max] = [page.min.valueAsNumber, page.max.valueAsNumber];
      for (const each of [page.min, page.max]) each.setCustomValidity("");
      if (max > min) return app.setLimits([min, max]);
      input.setCustomValidity("The first limit must be a number below the second.");
      input.reportValidity();
    });
  }
  page.auto.addEventListener("click", () => app.setLimits(undefined));
  page.log.addEventListener("change", () => app.setLog(page.log.checked));
  page.share.addEventListener("click", async () => {
    const copied = await navigator.clipboard.writeText(app.link()).then(
      () => true,
      () => false,
    );
    page.status.textContent = copied ? "The link is in the clipboard." : "The link is in the address bar.";
  });
  page.export.addEventListener("click", async () => {
    const { blob, name } = await app.save();
    const link = element("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
  });
  // On a small window the panel would cover the map; a tap on its title opens it.
  page.panel.open = page.map.clientWidth > NARROW_PIXELS;
  new ResizeObserver(app.redraw).observe(page.map);
  window.addEventListener("hashchange", app.followAddress);
}
