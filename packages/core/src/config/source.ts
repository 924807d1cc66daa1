import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { ConfigError, type Position, type Problem } from "../terms/index.js";

/** A YAML text, its value as plain JSON, and where each key stands in it. */
export interface ConfigSource {
  readonly file: string;
  readonly value: unknown;
  position(problem: Problem): Position;
}

/** Parses the text of a config. Throws {@link ConfigError} for broken YAML, duplicate keys and alias bombs. */
export function readSource(text: string, file: string): ConfigSource {
  const lines = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const fail = (message: string, offset: number): ConfigError =>
    new ConfigError([{ code: "yaml", path: [], message, file, ...at(offset) }]);

  // Merge keys (`<<: *defaults`) are YAML 1.1, which 0.1.0 read.
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false });
  const error = document.errors[0];
  if (error !== undefined) throw fail(`not valid YAML: ${error.message}`, error.pos[0]);
  let value: unknown;
  try {
    value = document.toJS({
      maxAliasCount: 100,
      reviver: (_key, member) => (Number.isNaN(member) ? "NaN" : member),
    });
  } catch (cause) {
    throw fail(`not valid YAML: ${(cause as Error).message}`, 0);
  }
  return { file, value, position: (problem) => at(locate(document, problem, text)) };
}

/** Offset in the text of the key or value that a problem names, or of the nearest enclosing one. */
function locate(document: Document, problem: Problem, text: string): number {
  let node: unknown = document.contents;
  let start = rangeOf(node)?.[0] ?? 0;
  for (const [depth, part] of problem.path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    const last = depth === problem.path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(part));
      if (pair === undefined) return start;
      const key = rangeOf(pair.key)?.[0] ?? start;
      node = pair.value;
      start = last && problem.at === "key" ? key : (rangeOf(node)?.[0] ?? key);
    } else if (isSeq(node) && typeof part === "number") {
      node = node.items[part];
      start = rangeOf(node)?.[0] ?? start;
    } else {
      return start;
    }
  }
  const range = rangeOf(node);
  if (problem.offset === undefined || range === undefined || !isScalar(node)) return start;
  return start + offsetInScalar(text.slice(start, range[1]), String(node.value), problem.offset);
}

/**
 * Where character `offset` of a scalar's value stands in its source, which may be quoted, escaped or folded over
 * lines: the value's characters are found in the source one after the other, white space matching any.
 */
function offsetInScalar(source: string, value: string, offset: number): number {
  const verbatim = source.indexOf(value);
  if (verbatim >= 0) return verbatim + offset;
  const words = value.slice(0, offset + 1);
  // The header of a block scalar (`>-`) is not part of the value.
  let at = /^[|>]/.test(source) ? source.indexOf("\n") : 0;
  for (const character of words) {
    if (/\s/.test(character)) continue;
    const found = source.indexOf(character, at);
    if (found < 0) return 0;
    at = found + 1;
  }
  return Math.max(0, at - 1);
}

function rangeOf(node: unknown): readonly [number, number, number] | undefined {
  return (node as Node | null | undefined)?.range ?? undefined;
}
