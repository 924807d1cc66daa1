import type { Point } from "../map/camera.js";

export interface GestureHandlers {
  /** The map follows by this many pixels. */
  onPan(dx: number, dy: number): void;
  /** A factor above 1 is closer; the point, from the middle of the map, stays where it is. */
  onZoom(factor: number, at: Point): void;
  /** Undefined: the pointer has left. */
  onHover(at: Point | undefined): void;
  onPick(at: Point): void;
  onFit(): void;
  onRelease(): void;
  /** The keyboard moves the map: the cell in its middle is what is meant. */
  onKeyboard(): void;
}

/** A pointer that moves less than this between down and up has clicked. */
const CLICK_PIXELS = 5;
const KEY_PAN_PIXELS = 60;
const KEY_ZOOM = 1.5;

/** Mouse, touch, pen and keys on the map. */
export function listenToGestures(map: HTMLElement, handlers: GestureHandlers): void {
  const pointers = new Map<number, Point>();
  let travelled = 0;

  const place = (event: PointerEvent | WheelEvent): Point => {
    const box = map.getBoundingClientRect();
    return [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
  };

  map.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    map.setPointerCapture(event.pointerId);
    if (pointers.size === 0) travelled = 0;
    pointers.set(event.pointerId, place(event));
  });

  map.addEventListener("pointermove", (event) => {
    const to = place(event);
    const from = pointers.get(event.pointerId);
    if (!from) return handlers.onHover(to);
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    pointers.set(event.pointerId, to);
    travelled += Math.hypot(to[0] - from[0], to[1] - from[1]);
    if (!other) return handlers.onPan(to[0] - from[0], to[1] - from[1]);
    const [before, after] = [from, to].map((p) => Math.hypot(p[0] - other[0], p[1] - other[1])) as [
      number,
      number,
    ];
    const middle: Point = [(to[0] + other[0]) / 2, (to[1] + other[1]) / 2];
    handlers.onPan((to[0] - from[0]) / 2, (to[1] - from[1]) / 2);
    if (before > 0) handlers.onZoom(after / before, middle);
  });

  for (const type of ["pointerup", "pointercancel"] as const) {
    map.addEventListener(type, (event) => {
      const was = pointers.delete(event.pointerId);
      if (was && type === "pointerup" && pointers.size === 0 && travelled < CLICK_PIXELS)
        handlers.onPick(place(event));
    });
  }
  map.addEventListener("pointerleave", () => handlers.onHover(undefined));
  map.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      handlers.onZoom(Math.exp(-0.0018 * event.deltaY * lines), place(event));
    },
    { passive: false },
  );

  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => handlers.onPan(KEY_PAN_PIXELS, 0),
    ArrowRight: () => handlers.onPan(-KEY_PAN_PIXELS, 0),
    ArrowUp: () => handlers.onPan(0, KEY_PAN_PIXELS),
    ArrowDown: () => handlers.onPan(0, -KEY_PAN_PIXELS),
    "+": () => handlers.onZoom(KEY_ZOOM, [0, 0]),
    "=": () => handlers.onZoom(KEY_ZOOM, [0, 0]),
    "-": () => handlers.onZoom(1 / KEY_ZOOM, [0, 0]),
    "0": () => handlers.onFit(),
    Enter: () => handlers.onPick([0, 0]),
    Escape: () => handlers.onRelease(),
  };
  map.addEventListener("keydown", (event) => {
    const action = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (!action) return;
    event.preventDefault();
    handlers.onKeyboard();
    action();
  });
}
