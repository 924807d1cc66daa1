import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  visit,
  type YAMLMap,
} from "yaml";
import { ConfigError, type Position, type Problem } from "../terms/index.js";

/** A YAML text, its value as plain JSON, and where each key stands in it. */
export interface ConfigSource {
  readonly file: string;
  readonly value: unknown;
  position(problem: Problem): Position;
}

/**
 * Parses the text of a config. Throws {@link ConfigError} for broken YAML, duplicate keys, alias bombs, and what JSON could
 * not hold as it is written.
 */
export function readSource(text: string, file: string): ConfigSource {
  const lines = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const fail = (message: string, offset: number): ConfigError =>
    new ConfigError([{ code: "yaml", path: [], message, file, ...at(offset) }]);

  // Merge keys (`<<: *defaults`) are YAML 1.1, which 0.1.0 read.
  const document = parseDocument(text, {
    lineCounter: lines,
    merge: true,
    prettyErrors: false,
    uniqueKeys: false,
  });
  const error = document.errors[0];
  if (error !== undefined) throw fail(`not valid YAML: ${error.message}`, error.pos[0]);
  refuseUnfaithful(document, fail);
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

/** Tags of what JSON has too. */
const PLAIN_TAGS = /^tag:yaml\.org,2002:(str|int|float|bool|null|map|seq)$/;

/** Refuses what would silently become something else: in a config every key and value means what it says, or is named. */
function refuseUnfaithful(document: Document, fail: (message: string, offset: number) => ConfigError): void {
  visit(document, {
    Node(_key, node) {
      const at = rangeOf(node)?.[0] ?? 0;
      if (!isAlias(node) && node.tag !== undefined && !PLAIN_TAGS.test(node.tag)) {
        const tag = node.tag.replace("tag:yaml.org,2002:", "!!");
        throw fail(`the tag ${tag} is not understood; write the value without it.`, at);
      }
      if (isMap(node)) refuseTwins(node, fail);
      if (isSeq(node)) for (const item of node.items) if (isScalar(item)) refuseNumber(item, false, fail);
    },
    Pair(_key, { key, value }) {
      if (!isScalar(key)) return;
      if (key.value === "__proto__")
        throw fail("__proto__ cannot name anything here.", rangeOf(key)?.[0] ?? 0);
      if (isScalar(value)) refuseNumber(value, key.value === "fill_value", fail);
    },
  });
}

/** The parser's own check compares each key with each. */
function refuseTwins({ items }: YAMLMap, fail: (message: string, offset: number) => ConfigError): void {
  const seen = new Set<unknown>();
  for (const { key } of items) {
    if (!isScalar(key)) continue;
    if (seen.has(key.value)) {
      throw fail(
        `not valid YAML: Map keys must be unique, and ${key.value} is there twice.`,
        rangeOf(key)?.[0] ?? 0,
      );
    }
    seen.add(key.value);
  }
}

function refuseNumber(
  scalar: Scalar,
  mayBeNaN: boolean,
  fail: (message: string, offset: number) => ConfigError,
): void {
  const { value, source } = scalar;
  if (typeof value !== "number") return;
  const at = rangeOf(scalar)?.[0] ?? 0;
  if (!Number.isFinite(value) && !(mayBeNaN && Number.isNaN(value))) {
    throw fail(`${source} is no number that JSON holds; write it in quotes where text is meant.`, at);
  }
  if (Number.isInteger(value) && !Number.isSafeInteger(value) && /^[-+]?\d+$/.test(source ?? "")) {
    throw fail(`${source} is beyond 2^53, where not every whole number can be told from the next.`, at);
  }
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
