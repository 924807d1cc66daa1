import type { MapKernel } from "./elementwise.js";
import type { ReduceKernel } from "./reductions.js";
import type { SequenceKernel } from "./sequences.js";

/**
 * How many values a node has: one for all cells, one per cell, or any number per cell (a column, a part of one, or
 * a list).
 */
export type Shape = "constant" | "cell" | "rows";

interface NodeBase {
  /** Equal keys mean equal values: what several statistics share is computed once. */
  readonly key: string;
  readonly shape: Shape;
  /** Whether values are truth values, held as 0 and 1. */
  readonly bool: boolean;
}

/** A compiled expression: typed, names resolved, composed functions spelled out. */
export type Node = NodeBase &
  (
    | { readonly kind: "constant"; readonly value: number }
    | { readonly kind: "column"; readonly name: string }
    /** One value per point, of no interest: what a row count without a source counts. */
    | { readonly kind: "points" }
    | { readonly kind: "map"; readonly kernel: MapKernel; readonly args: readonly Node[] }
    | {
        readonly kind: "reduce";
        readonly kernel: ReduceKernel;
        readonly args: readonly Node[];
        readonly options: readonly Node[];
        /** Of the arguments, the weights: a point whose weight is of no use takes no part. */
        readonly weight?: Node;
      }
    | { readonly kind: "sequence"; readonly kernel: SequenceKernel; readonly arg: Node }
    /** Rows of `arg` where `mask` is true. */
    | { readonly kind: "select"; readonly arg: Node; readonly mask: Node }
    | {
        readonly kind: "slice";
        readonly arg: Node;
        readonly start: Node | undefined;
        readonly stop: Node | undefined;
        readonly step: number;
      }
    /** `arg[index]`; as many values as `index` has. */
    | { readonly kind: "take"; readonly arg: Node; readonly index: Node }
    /** The items of every cell side by side; none of them has rows. */
    | { readonly kind: "list"; readonly items: readonly Node[] }
  );

export function constant(value: number, bool = false): Node {
  return { kind: "constant", key: bool ? `${value !== 0}` : String(value), shape: "constant", bool, value };
}

export function column(name: string): Node {
  return { kind: "column", key: name, shape: "rows", bool: false, name };
}

export const POINTS: Node = { kind: "points", key: "points()", shape: "rows", bool: false };

/** An elementwise function of its arguments, computed now where all of them are constants. */
export function map(name: string, kernel: MapKernel, args: readonly Node[], bool = false): Node {
  if (args.every((arg) => arg.kind === "constant")) {
    const out = new Float64Array(1);
    const operands = args.map((arg) => ({ data: Float64Array.of(arg.value), at: 0 }));
    kernel(out, 1, operands);
    return constant(out[0] as number, bool);
  }
  const shape = args.some((arg) => arg.shape === "rows") ? "rows" : "cell";
  return { kind: "map", key: keyOf(name, args), shape, bool, kernel, args };
}

/** One value per cell from all rows of each argument; `options` have one value per cell at most. */
export function reduce(
  name: string,
  kernel: ReduceKernel,
  args: readonly Node[],
  options: readonly Node[] = [],
): Extract<Node, { kind: "reduce" }> {
  return {
    kind: "reduce",
    key: keyOf(name, [...args, ...options]),
    shape: "cell",
    bool: false,
    kernel,
    args: args.map(asRows),
    options,
  };
}

/** As {@link reduce}, of values by weights. */
export function reduceWeighted(name: string, kernel: ReduceKernel, values: Node, weights: Node): Node {
  return { ...reduce(name, kernel, [values, weights]), weight: asRows(weights) };
}

export function sequence(name: string, kernel: SequenceKernel, arg: Node): Node {
  return { kind: "sequence", key: keyOf(name, [arg]), shape: "rows", bool: false, kernel, arg: asRows(arg) };
}

export function select(arg: Node, mask: Node): Node {
  return { kind: "select", key: keyOf("select", [arg, mask]), shape: "rows", bool: arg.bool, arg, mask };
}

export function take(arg: Node, index: Node): Node {
  const shape = index.shape === "rows" ? "rows" : "cell";
  return { kind: "take", key: keyOf("take", [arg, index]), shape, bool: arg.bool, arg, index };
}

export function slice(arg: Node, start: Node | undefined, stop: Node | undefined, step: number): Node {
  const key = shorten(`${arg.key}[${start?.key ?? ""}:${stop?.key ?? ""}:${step}]`);
  return { kind: "slice", key, shape: "rows", bool: arg.bool, arg, start, stop, step };
}

export function list(items: readonly Node[]): Node {
  const bool = items.length > 0 && items.every((item) => item.bool);
  return { kind: "list", key: keyOf("list", items), shape: "rows", bool, items };
}

/** A single value as a list of one, so that `np.sum(5)` is 5. */
function asRows(node: Node): Node {
  return node.shape === "rows" ? node : list([node]);
}

/** The nodes that a node is computed from. */
export function inputs(node: Node): readonly Node[] {
  switch (node.kind) {
    case "constant":
    case "column":
    case "points":
      return [];
    case "map":
      return node.args;
    case "reduce":
      return [...node.args, ...node.options];
    case "sequence":
      return [node.arg];
    case "select":
      return [node.arg, node.mask];
    case "slice":
      return [node.arg, node.start, node.stop].filter((input) => input !== undefined);
    case "take":
      return [node.arg, node.index];
    case "list":
      return node.items;
  }
}

/** A node and all it is computed from, each once: composed functions use their argument in several places. */
export function nodesOf(...roots: readonly Node[]): Node[] {
  const found = new Map<string, Node>();
  const visit = (node: Node): void => {
    if (found.has(node.key)) return;
    found.set(node.key, node);
    inputs(node).forEach(visit);
  };
  roots.forEach(visit);
  return [...found.values()];
}

/** Names of the columns that a node reads. */
export function columnsOf(node: Node): string[] {
  return nodesOf(node).flatMap((inner) => (inner.kind === "column" ? [inner.name] : []));
}

/** The weights of the weighted means in a node. */
export function weightsOf(node: Node): Node[] {
  return nodesOf(node).flatMap((inner) => (inner.kind === "reduce" && inner.weight ? [inner.weight] : []));
}

function keyOf(name: string, args: readonly Node[]): string {
  return shorten(`${name}(${args.map((arg) => arg.key).join(",")})`);
}

/** Long keys by their number. Nested functions that repeat their argument would double a key that is spelled out. */
const LONG_KEYS = new Map<string, string>();

/** Keys stay readable while they are short; equal long ones get equal numbers. */
function shorten(key: string): string {
  if (key.length <= 100) return key;
  const short = LONG_KEYS.get(key) ?? `#${LONG_KEYS.size}`;
  LONG_KEYS.set(key, short);
  return short;
}
