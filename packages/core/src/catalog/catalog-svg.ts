import { cellBoundary, type LonLat } from "@zagg/healpix";
import {
  type ColourScale,
  type Crs,
  coastline,
  colourIndex,
  extentOfLines,
  graticuleOf,
  gridOver,
  type LonLatLine,
  type PixelGrid,
  palette,
  projectionOf,
  tickLabel,
  ticksOf,
} from "@zagg/map";
import type { Catalog } from "./model.js";
import { shardRank } from "./shard-order.js";

/** Longer side of the map, pixels. */
const SIDE = 900;
/** Room around the map, and for the legend below it. */
const MARGIN = 20;
const LEGEND = 70;
/** Points along a shard's side; more than this many shards are too small to show their curves. */
const STEP = 4;
const MANY_SHARDS = 5_000;

/**
 * A map of granules per shard as SVG: polar stereographic where all shards lie beyond 50°, else plate carrée; a
 * shard without granules is grey. Equal catalogs give equal text.
 *
 * @example
 * import { writeFile } from "node:fs/promises";
 * await writeFile("catalog.svg", catalogSvg(await loadCatalog("catalog.json")));
 */
export function catalogSvg(catalog: Catalog): string {
  const { grid: catalogGrid } = catalog.metadata;
  const step = catalog.shards.length > MANY_SHARDS ? 1 : STEP;
  const outlines = catalog.shards.map(({ id }) => {
    const nested = shardRank(id, catalogGrid.parentOrder) as number;
    return lineOf(cellBoundary(catalogGrid.parentOrder, nested, { latitude: catalogGrid.latitude, step }));
  });
  const grid = mapGrid(outlines);
  const counts = catalog.shards.map(({ granules }) => granules.length);
  const scale = { min: 0, max: counts.reduce((max, count) => Math.max(max, count), 1), log: false };
  const draw = pathOf(grid);

  const shards = outlines.map((line, i) => {
    const count = counts[i] as number;
    const colour = count === 0 ? "#d9d9d9" : colourOf(scale, count);
    return `<path d="${draw(line)}Z" fill="${colour}"><title>${catalog.shards[i]?.id}: ${count}</title></path>`;
  });
  const width = grid.width + 2 * MARGIN;
  const height = grid.height + 2 * MARGIN + LEGEND;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#fff"/>
<svg x="${MARGIN}" y="${MARGIN}" width="${grid.width}" height="${grid.height}">
<g stroke="#fff" stroke-width="0.3">
${shards.join("\n")}
</g>
<g fill="none" stroke="#000" stroke-width="0.7">
${coastline()
  .map((line) => `<path d="${draw(line)}"/>`)
  .filter((path) => path.includes("L"))
  .join("\n")}
</g>
<g fill="none" stroke="#888" stroke-width="0.5" stroke-dasharray="2 3">
${graticuleOf(grid)
  .map(({ points }) => `<path d="${draw(points)}"/>`)
  .join("\n")}
</g>
</svg>
${legend(scale, grid)}
</svg>
`;
}

function mapGrid(outlines: readonly LonLatLine[]): PixelGrid {
  const lats = outlines.flatMap((line) => [...line].filter((_, i) => i % 2 === 1));
  const [south, north] = lats.reduce(
    ([low, high], lat) => [Math.min(low, lat), Math.max(high, lat)],
    [90, -90],
  );
  const crs: Crs = north < -50 ? "EPSG:3031" : south > 50 ? "EPSG:3413" : "EPSG:4326";
  const extent =
    outlines.length === 0 ? { left: -180, right: 180, bottom: -90, top: 90 } : extentOfLines(crs, outlines);
  const spacing = Math.max(extent.right - extent.left, extent.top - extent.bottom) / SIDE;
  return gridOver(crs, extent, spacing);
}

/** Draws a line as the `d` of a path, in pixels; parts outside the map are left out. */
function pathOf(grid: PixelGrid): (line: LonLatLine) => string {
  const projection = projectionOf(grid.crs);
  // A plate carrée may begin west of 180 and end east of it: longitudes are taken a turn on where that shows them.
  const middle = grid.left + (grid.width / 2) * grid.spacing;
  return (line) => {
    let path = "";
    let before: { readonly x: number; readonly inside: boolean } | undefined;
    for (let i = 0; i < line.length; i += 2) {
      const lon = line[i] as number;
      const turned = projection.metric ? lon : lon - 360 * Math.round((lon - middle) / 360);
      const [px, py] = projection.forward(turned, line[i + 1] as number);
      const x = (px - grid.left) / grid.spacing;
      const y = (grid.top - py) / grid.spacing;
      const inside = x > -SIDE && x < 2 * SIDE && y > -SIDE && y < 2 * SIDE;
      const jumps = before !== undefined && Math.abs(x - before.x) > 180 / grid.spacing && !projection.metric;
      if (inside) path += `${before?.inside && !jumps ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
      before = { x, inside };
    }
    return path;
  };
}

function lineOf(ring: readonly LonLat[]): LonLatLine {
  return Float64Array.from(ring.flat());
}

function colourOf(scale: ColourScale, count: number): string {
  const colours = palette("viridis");
  const at = 3 * colourIndex(scale)(count);
  return `#${[...colours.subarray(at, at + 3)].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

function legend(scale: ColourScale, grid: PixelGrid): string {
  const width = Math.min(400, grid.width);
  const bars = 64;
  const y = MARGIN + grid.height + 20;
  const at = (value: number) => MARGIN + ((value - scale.min) / (scale.max - scale.min)) * width;
  const swatches = Array.from({ length: bars }, (_, i) => {
    const value = scale.min + ((i + 0.5) / bars) * (scale.max - scale.min);
    const x = MARGIN + (i / bars) * width;
    return `<rect x="${x.toFixed(1)}" y="${y}" width="${(width / bars + 0.5).toFixed(1)}" height="12" fill="${colourOf(scale, value)}"/>`;
  });
  const whole = ticksOf(scale).filter(Number.isInteger);
  const labels = whole.map(
    (tick) => `<text x="${at(tick).toFixed(1)}" y="${y + 27}" text-anchor="middle">${tickLabel(tick)}</text>`,
  );
  return `<g>\n${[...swatches, ...labels].join("\n")}\n<text x="${MARGIN}" y="${y + 46}">granules per shard (grey: none)</text>\n</g>`;
}
