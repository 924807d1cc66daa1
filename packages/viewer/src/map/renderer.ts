import { MAX_NUMBER_ORDER } from "@zagg/healpix";
import { type CellLayout, type ColourScale, type PaletteName, palette, projectionOf } from "@zagg/map";
import { type Camera, crsOf, GLOBE_RADIUS, globeRotation } from "./camera.js";
import { latitudeFit } from "./latitude-fit.js";
import { type Program, RendererError } from "./program.js";
import { LOADED, MISSING } from "./shader.js";

/** Wide enough for a table of every parent at this order; a finer one is refused. */
const MAX_TABLE_ORDER = 10;
/** Values that a page may hold; more would end the tab. */
const MAX_CELLS = 2 ** 27;
const INFO_WIDTH = 1024;

/** Draws one product with WebGL2; each pixel finds its own cell, so the cost is that of the window. */
export interface Renderer {
  /** Values of shard `k` (NaN: none) and its state; undefined: what was there is forgotten. */
  setShard(k: number, state: number, values: Float32Array | undefined): void;
  setPalette(name: PaletteName): void;
  draw(camera: Camera, scale: ColourScale): void;
}

export function createRenderer(canvas: HTMLCanvasElement, start: Program, layout: CellLayout): Renderer {
  const { gl } = start;
  const { childOrder: order, parentOrder, shards } = layout;
  const depth = order - parentOrder;
  const cellsPerShard = 4 ** depth;
  const program = start.linked();
  gl.useProgram(program);
  const at = (name: string) => gl.getUniformLocation(program, name);

  const width = gl.getParameter(gl.MAX_TEXTURE_SIZE) as number;
  const cells = shards.length * cellsPerShard;
  const rows = Math.ceil(cells / width);
  if (parentOrder > MAX_TABLE_ORDER || order > MAX_NUMBER_ORDER || cells > MAX_CELLS || rows > width) {
    throw new RendererError(
      `The product (${shards.length} shards of 4^${depth} cells of order ${order}) is too large for this page, or this device.`,
    );
  }
  texture(gl, 0, gl.R32UI, tableSide(parentOrder), gl.RED_INTEGER, gl.UNSIGNED_INT, shardTable(layout));
  const info = new Uint8Array(INFO_WIDTH * Math.ceil(shards.length / INFO_WIDTH));
  texture(gl, 1, gl.R8UI, [INFO_WIDTH, info.length / INFO_WIDTH], gl.RED_INTEGER, gl.UNSIGNED_BYTE, info);
  texture(gl, 2, gl.R32F, [width, rows], gl.RED, gl.FLOAT, null);
  texture(gl, 3, gl.RGBA8, [256, 1], gl.RGBA, gl.UNSIGNED_BYTE, null);
  ["shardTable", "shardInfo", "cellValues", "colours"].forEach((name, unit) => {
    gl.uniform1i(at(name), unit);
  });
  gl.uniform1i(at("order"), order);
  gl.uniform1i(at("depth"), depth);
  const uniforms = {
    view: at("view"),
    middle: at("middle"),
    origin: at("origin"),
    perPixel: at("perPixel"),
    rotation: at("rotation"),
    fit: at("fit"),
    low: at("low"),
    high: at("high"),
    logScale: at("logScale"),
    hatch: at("hatch"),
  };
  let infoChanged = false;
  const row = new Float32Array(cellsPerShard);

  return {
    setShard(k, state, values) {
      info[k] = state | (values ? LOADED : 0);
      infoChanged = true;
      if (!values) return;
      for (let i = 0; i < cellsPerShard; i++) {
        const value = values[i] as number;
        row[i] = Number.isNaN(value) ? MISSING : value;
      }
      // Both are powers of two: a shard is part of a row, or whole rows.
      const first = k * cellsPerShard;
      const size = [Math.min(width, cellsPerShard), Math.ceil(cellsPerShard / width)] as const;
      gl.activeTexture(gl.TEXTURE2);
      gl.texSubImage2D(
        gl.TEXTURE_2D,
        0,
        first % width,
        Math.floor(first / width),
        ...size,
        gl.RED,
        gl.FLOAT,
        row,
      );
    },
    setPalette(name) {
      const rgb = palette(name);
      const rgba = Uint8Array.from({ length: 1024 }, (_, i) =>
        i % 4 === 3 ? 255 : (rgb[3 * Math.floor(i / 4) + (i % 4)] as number),
      );
      gl.activeTexture(gl.TEXTURE3);
      gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, 256, 1, gl.RGBA, gl.UNSIGNED_BYTE, rgba);
    },
    draw(camera, { min, max, log }) {
      if (infoChanged) {
        gl.activeTexture(gl.TEXTURE1);
        const size = [INFO_WIDTH, info.length / INFO_WIDTH] as const;
        gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, ...size, gl.RED_INTEGER, gl.UNSIGNED_BYTE, info);
        infoChanged = false;
      }
      const ratio = canvas.width / Math.max(1, canvas.clientWidth);
      gl.viewport(0, 0, canvas.width, canvas.height);
      gl.uniform2f(uniforms.middle, canvas.width / 2, canvas.height / 2);
      gl.uniform1f(uniforms.hatch, ratio);
      gl.uniform1fv(uniforms.fit, latitudeFit(camera.view, layout.latitude));
      gl.uniform1f(uniforms.low, log ? Math.log(min) : min);
      gl.uniform1f(uniforms.high, log ? Math.log(max) : max);
      gl.uniform1i(uniforms.logScale, log ? 1 : 0);
      if (camera.view === "globe") {
        gl.uniform1i(uniforms.view, 2);
        gl.uniform1f(uniforms.perPixel, camera.scale / ratio / GLOBE_RADIUS);
        gl.uniformMatrix3fv(uniforms.rotation, false, globeRotation(camera.centre));
      } else {
        const unit = projectionOf(crsOf(camera.view)).polarScale as number;
        gl.uniform1i(uniforms.view, camera.view === "south" ? 0 : 1);
        gl.uniform1f(uniforms.perPixel, camera.scale / ratio / unit);
        gl.uniform2f(uniforms.origin, camera.centre[0] / unit, camera.centre[1] / unit);
      }
      gl.drawArrays(gl.TRIANGLES, 0, 3);
    },
  };
}

function texture(
  gl: WebGL2RenderingContext,
  unit: number,
  format: number,
  [width, height]: readonly [number, number],
  layout: number,
  type: number,
  pixels: ArrayBufferView | null,
): void {
  gl.activeTexture(gl.TEXTURE0 + unit);
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  gl.texImage2D(gl.TEXTURE_2D, 0, format, width, height, 0, layout, type, pixels);
}

/** 12 · 4^order texels as 4 · 2^order by 3 · 2^order. */
function tableSide(parentOrder: number): readonly [number, number] {
  return [4 * 2 ** parentOrder, 3 * 2 ** parentOrder];
}

function shardTable({ parentOrder, shards }: CellLayout): Uint32Array {
  const table = new Uint32Array(12 * 4 ** parentOrder);
  shards.forEach((shard, k) => {
    if (shard >= 0) table[shard] = k + 1;
  });
  return table;
}
