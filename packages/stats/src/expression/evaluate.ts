import { ExpressionError } from "../error.js";
import { BLOCK, type Operand } from "./elementwise.js";
import type { Node } from "./node.js";
import type { SequenceKernel } from "./sequences.js";

/** Values of all cells one after the other: those of cell c are `data[offsets[c]] … data[offsets[c + 1] - 1]`. */
export interface Values {
  readonly offsets: Uint32Array;
  readonly data: Float64Array;
}

/** The points of some cells, sorted by cell, on which nodes are evaluated. */
export interface Frame {
  readonly cells: number;
  /** Where each cell's points begin; `cells + 1` entries. */
  readonly offsets: Uint32Array;
  column(name: string): Float64Array;
  /** Values that are kept because more than one statistic needs them. */
  readonly cache: Map<string, Values>;
  keeps(node: Node): boolean;
}

/** Evaluates a node for all cells at once. A node of shape `cell` or `constant` gives one value per cell. */
export function evaluate(node: Node, frame: Frame): Values {
  const cached = frame.cache.get(node.key);
  if (cached !== undefined) return cached;
  const values = compute(node, frame);
  if (node.shape === "cell" || frame.keeps(node)) frame.cache.set(node.key, values);
  return values;
}

function compute(node: Node, frame: Frame): Values {
  switch (node.kind) {
    case "constant":
      return { offsets: oneEach(frame.cells), data: new Float64Array(frame.cells).fill(node.value) };
    case "column":
      return { offsets: frame.offsets, data: frame.column(node.name) };
    case "points":
      return { offsets: frame.offsets, data: new Float64Array(0) };
    case "map":
      return computeMap(node, frame);
    case "reduce":
      return computeReduce(node, frame);
    case "sequence":
      return computeSequence(node.kernel, evaluate(node.arg, frame), frame.cells);
    case "select":
      return computeSelect(evaluate(node.arg, frame), evaluate(node.mask, frame), frame.cells);
    case "slice":
      return computeSlice(node, frame);
    case "take":
      return computeTake(evaluate(node.arg, frame), evaluate(node.index, frame), frame.cells);
    case "list": {
      const width = node.items.length;
      const items = node.items.map((item) => evaluate(item, frame).data);
      const offsets = Uint32Array.from({ length: frame.cells + 1 }, (_, cell) => cell * width);
      const data = new Float64Array(frame.cells * width);
      for (const [i, item] of items.entries()) {
        for (let cell = 0; cell < frame.cells; cell++) data[cell * width + i] = item[cell] as number;
      }
      return { offsets, data };
    }
  }
}

/** Gives `n ≤ BLOCK` values from index `from` on; called with ascending `from`. */
type Reader = (from: number, n: number) => Operand;

/**
 * Runs a whole tree of elementwise functions block by block: intermediate values never leave the cache, and only the
 * result is an array. `1.0 / s_li**2` is one pass over the column.
 */
function computeMap(node: Extract<Node, { kind: "map" }>, frame: Frame): Values {
  const leaves = new Map<Node, Values>();
  for (const arg of node.args) collectLeaves(arg, frame, leaves);
  const offsets = commonOffsets(
    [...leaves].filter(([leaf]) => leaf.shape === "rows").map(([, values]) => values),
  );
  const target = offsets ?? oneEach(frame.cells);
  const length = target[frame.cells] as number;
  const readers = node.args.map((arg) => reader(arg, leaves, offsets));
  const data = new Float64Array(length);
  for (let from = 0; from < length; from += BLOCK) {
    const n = Math.min(BLOCK, length - from);
    const operands = readers.map((read) => read(from, n));
    node.kernel(data.subarray(from, from + n), n, operands);
  }
  return { offsets: target, data };
}

function collectLeaves(node: Node, frame: Frame, leaves: Map<Node, Values>): void {
  if (node.kind === "constant") return;
  const fused = node.kind === "map" && node.shape === "rows" && !frame.keeps(node);
  if (fused) for (const arg of node.args) collectLeaves(arg, frame, leaves);
  else leaves.set(node, evaluate(node, frame));
}

/** `rows` are the offsets of the values being computed, or undefined where there is one value per cell. */
function reader(node: Node, leaves: ReadonlyMap<Node, Values>, rows: Uint32Array | undefined): Reader {
  const leaf = leaves.get(node);
  if (leaf !== undefined) {
    if (node.shape === "cell" && rows !== undefined) return broadcast(leaf.data, rows);
    return (from) => ({ data: leaf.data, at: from });
  }
  const scratch = new Float64Array(BLOCK);
  const operand: Operand = { data: scratch, at: 0 };
  if (node.kind === "constant") {
    scratch.fill(node.value);
    return () => operand;
  }
  if (node.kind !== "map") throw new TypeError(`${node.kind} is not elementwise`);
  const readers = node.args.map((arg) => reader(arg, leaves, rows));
  return (from, n) => {
    node.kernel(
      scratch,
      n,
      readers.map((read) => read(from, n)),
    );
    return operand;
  };
}

/** One value per cell, repeated for each of the cell's rows. */
function broadcast(values: Float64Array, offsets: Uint32Array): Reader {
  const scratch = new Float64Array(BLOCK);
  const operand: Operand = { data: scratch, at: 0 };
  let cell = 0;
  return (from, n) => {
    for (let i = 0; i < n; ) {
      while ((offsets[cell + 1] as number) <= from + i) cell++;
      const end = Math.min(n, (offsets[cell + 1] as number) - from);
      scratch.fill(values[cell] as number, i, end);
      i = end;
    }
    return operand;
  };
}

function computeReduce(node: Extract<Node, { kind: "reduce" }>, frame: Frame): Values {
  const args = node.args.map((arg) => evaluate(arg, frame));
  const offsets = commonOffsets(args) as Uint32Array;
  const arrays = args.map((arg) => arg.data);
  const options = node.options.map((option) => evaluate(option, frame).data);
  const current = new Array<number>(options.length).fill(0);
  const data = new Float64Array(frame.cells);
  for (let cell = 0; cell < frame.cells; cell++) {
    for (let i = 0; i < options.length; i++) current[i] = (options[i] as Float64Array)[cell] as number;
    data[cell] = node.kernel(arrays, offsets[cell] as number, offsets[cell + 1] as number, current);
  }
  return { offsets: oneEach(frame.cells), data };
}

function computeSequence(kernel: SequenceKernel, { offsets, data }: Values, cells: number): Values {
  const starts = new Uint32Array(cells + 1);
  const out = new Float64Array(data.length);
  let at = 0;
  for (let cell = 0; cell < cells; cell++) {
    at += kernel(data, offsets[cell] as number, offsets[cell + 1] as number, out, at);
    starts[cell + 1] = at;
  }
  return { offsets: starts, data: out.subarray(0, at) };
}

function computeSelect(arg: Values, mask: Values, cells: number): Values {
  commonOffsets([arg, mask]);
  const { offsets, data } = arg;
  return runs(cells, data.length, (cell, out, at) => {
    let written = 0;
    for (let i = offsets[cell] as number; i < (offsets[cell + 1] as number); i++) {
      if (mask.data[i] !== 0) out[at + written++] = data[i] as number;
    }
    return written;
  });
}

/** Python's slices: negative bounds count from the end, bounds beyond it are cut. */
function computeSlice(node: Extract<Node, { kind: "slice" }>, frame: Frame): Values {
  const { offsets, data } = evaluate(node.arg, frame);
  const starts = node.start && evaluate(node.start, frame).data;
  const stops = node.stop && evaluate(node.stop, frame).data;
  const { step } = node;
  return runs(frame.cells, data.length, (cell, out, at) => {
    const first = offsets[cell] as number;
    const length = (offsets[cell + 1] as number) - first;
    const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
    const bound = (values: Float64Array | undefined, absent: number): number => {
      const value = values?.[cell];
      if (value === undefined) return absent;
      return Math.max(low, Math.min(high, Math.trunc(value < 0 ? value + length : value)));
    };
    const start = bound(starts, step > 0 ? low : high);
    const stop = bound(stops, step > 0 ? high : low);
    let written = 0;
    for (let i = start; step > 0 ? i < stop : i > stop; i += step)
      out[at + written++] = data[first + i] as number;
    return written;
  });
}

/** Values at indices that count from the start of the cell's rows, or from the end where negative; NaN beyond. */
function computeTake(arg: Values, index: Values, cells: number): Values {
  const data = new Float64Array(index.data.length);
  for (let cell = 0; cell < cells; cell++) {
    const first = arg.offsets[cell] as number;
    const length = (arg.offsets[cell + 1] as number) - first;
    for (let k = index.offsets[cell] as number; k < (index.offsets[cell + 1] as number); k++) {
      const wanted = index.data[k] as number;
      const i = wanted < 0 ? wanted + length : wanted;
      data[k] = i >= 0 && i < length ? (arg.data[first + Math.trunc(i)] as number) : Number.NaN;
    }
  }
  return { offsets: index.offsets, data };
}

/** Collects what `write` gives for each cell; no more than `capacity` values in all. */
function runs(
  cells: number,
  capacity: number,
  write: (cell: number, out: Float64Array, at: number) => number,
): Values {
  const offsets = new Uint32Array(cells + 1);
  const data = new Float64Array(capacity);
  let at = 0;
  for (let cell = 0; cell < cells; cell++) {
    at += write(cell, data, at);
    offsets[cell + 1] = at;
  }
  return { offsets, data: data.subarray(0, at) };
}

/** The offsets that all values share; undefined without values. Throws where columns of one cell differ in length. */
function commonOffsets(values: readonly Values[]): Uint32Array | undefined {
  const first = values[0]?.offsets;
  for (const { offsets } of values) {
    if (offsets === first || first === undefined) continue;
    const differing = offsets.findIndex((offset, i) => offset !== first[i]);
    if (differing < 0) continue;
    const length = (of: Uint32Array): number => (of[differing] as number) - (of[differing - 1] as number);
    const message = `columns of ${length(first)} and ${length(offsets)} rows in one cell do not fit together`;
    throw new ExpressionError("length", message, 0);
  }
  return first;
}

let identity = new Uint32Array(0);

/** Offsets of one value per cell: 0, 1, 2, … */
function oneEach(cells: number): Uint32Array {
  if (identity.length <= cells) identity = Uint32Array.from({ length: cells + 1 }, (_, i) => i);
  return identity.subarray(0, cells + 1);
}
