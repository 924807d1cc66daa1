function find<E extends HTMLElement>(id: string, type: new () => E): E {
  const element = document.getElementById(id);
  if (element instanceof type) return element;
  throw new Error(`the page has no ${type.name} with id ${id}`);
}

/** The parts of index.html that the code talks to. */
export function pageElements() {
  return {
    map: find("map", HTMLElement),
    cells: find("cells", HTMLCanvasElement),
    lines: find("lines", HTMLCanvasElement),
    zoomIn: find("zoom-in", HTMLButtonElement),
    zoomOut: find("zoom-out", HTMLButtonElement),
    fit: find("fit", HTMLButtonElement),
    panel: find("panel", HTMLDetailsElement),
    open: find("open", HTMLFormElement),
    store: find("store", HTMLInputElement),
    controls: find("controls", HTMLFieldSetElement),
    variable: find("variable", HTMLSelectElement),
    view: find("view", HTMLSelectElement),
    palette: find("palette", HTMLSelectElement),
    min: find("min", HTMLInputElement),
    max: find("max", HTMLInputElement),
    auto: find("auto", HTMLButtonElement),
    log: find("log", HTMLInputElement),
    share: find("share", HTMLButtonElement),
    export: find("export", HTMLButtonElement),
    label: find("label", HTMLElement),
    histogram: find("histogram", HTMLCanvasElement),
    bar: find("bar", HTMLCanvasElement),
    ticks: find("ticks", HTMLElement),
    states: find("states", HTMLUListElement),
    inspector: find("inspector", HTMLElement),
    status: find("status", HTMLElement),
    problems: find("problems", HTMLElement),
  };
}

export type PageElements = ReturnType<typeof pageElements>;

/** A new element with text; text from a store is never anything but text. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  text = "",
  className = "",
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}
