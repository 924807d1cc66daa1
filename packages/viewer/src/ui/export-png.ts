import { type ColourScale, PALETTE_SIZE, type PaletteName, palette } from "@zagg/map";
import { tickPositions } from "./legend.js";

export interface Exported {
  readonly layers: readonly HTMLCanvasElement[];
  readonly label: string;
  readonly caption: string;
  readonly palette: PaletteName;
  readonly scale: ColourScale;
}

/** Height of the legend below the map, CSS pixels. */
const LEGEND = 84;

/** The map as it is seen, with a colour bar below. Call it in the task that drew the layers. */
export async function exportPng({ layers, label, caption, palette: name, scale }: Exported): Promise<Blob> {
  const [first] = layers as [HTMLCanvasElement];
  const ratio = first.width / first.clientWidth;
  const [width, height] = [first.clientWidth, first.clientHeight];
  const canvas = document.createElement("canvas");
  canvas.width = first.width;
  canvas.height = Math.round((height + LEGEND) * ratio);
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (const layer of layers) context.drawImage(layer, 0, 0);
  context.scale(ratio, ratio);
  context.fillStyle = "#1b1f24";
  context.font = "600 13px system-ui, sans-serif";
  context.fillText(label, 16, height + 20, width - 32);
  const bar = Math.min(420, width - 64);
  const colours = palette(name);
  for (let i = 0; i < PALETTE_SIZE; i++) {
    context.fillStyle = `rgb(${colours.subarray(3 * i, 3 * i + 3).join(" ")})`;
    context.fillRect(16 + (i * bar) / PALETTE_SIZE, height + 28, bar / PALETTE_SIZE + 0.5, 12);
  }
  context.fillStyle = "#1b1f24";
  context.font = "12px system-ui, sans-serif";
  context.textAlign = "center";
  for (const [tick, share] of tickPositions(scale)) context.fillText(tick, 16 + share * bar, height + 54);
  context.textAlign = "left";
  context.fillStyle = "#5a6270";
  context.fillText(caption, 16, height + 74, width - 32);
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error("the picture is too large"))),
      "image/png",
    );
  });
}
