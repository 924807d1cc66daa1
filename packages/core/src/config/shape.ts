import { suggestion } from "@zagg/stats";
import * as z from "zod/mini";
import type { KeyPath, Problem } from "../terms/index.js";
import { type ConfigDocument, configDocument, configSchema } from "./schema.js";

/** The parts of JSON Schema that `schema.ts` uses. */
interface Shape {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly propertyNames?: Shape;
  readonly additionalProperties?: boolean | Shape;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly description?: string;
}

/** Unknown keys whose nearest neighbour is looked for: nobody reads thousands. */
const MOST_SUGGESTED = 50;

/** Checks the document's keys and types. Gives the document itself, or all that is wrong with its shape. */
export function matchSchema(value: unknown): { document: ConfigDocument } | { problems: Problem[] } {
  const result = z.safeParse(configDocument, value);
  if (result.success) return { document: result.data };
  const root = configSchema() as Shape;
  return { problems: result.error.issues.flatMap((issue) => describeIssue(root, value, issue)) };
}

function describeIssue(root: Shape, value: unknown, issue: z.core.$ZodIssue, above: KeyPath = []): Problem[] {
  const path = [...above, ...(issue.path as KeyPath)];
  if (issue.code === "invalid_union") {
    // Of a mapping, what is wrong in it; that it is no text does not help.
    const mappings = isMapping(valueAt(value, path))
      ? issue.errors.filter((issues) => issues.every((each) => each.path.length > 0 || isKeyIssue(each)))
      : [];
    // Of several kinds of mapping, the one that it is most like.
    const [inside] = mappings.toSorted((a, b) => a.length - b.length);
    if (inside) return inside.flatMap((each) => describeIssue(root, value, each, path));
  }
  if (isKeyIssue(issue)) {
    const shape = withKeys(shapeAt(root, issue.code === "invalid_key" ? path.slice(0, -1) : path));
    const known = shape?.propertyNames?.enum ?? Object.keys(shape?.properties ?? {});
    const keys = issue.code === "invalid_key" ? [String(path.at(-1))] : issue.keys;
    const parent = issue.code === "invalid_key" ? path.slice(0, -1) : path;
    const allowed = `Allowed here: ${known.join(", ")}.`;
    return keys.map((key, i) => ({
      code: "unknown-key",
      path: [...parent, key],
      at: "key",
      message: `unknown key.${i < MOST_SUGGESTED ? suggestion(key, known) : ""} ${allowed}`,
    }));
  }
  const found = valueAt(value, path);
  const shape = shapeAt(root, path);
  const expected = shape === undefined ? "another value" : describeShape(shape);
  if (found === undefined) {
    return [{ code: "missing-key", path, at: "key", message: `required key is missing; it is ${expected}.` }];
  }
  const hint = typeof found === "string" && shape?.enum !== undefined ? suggestion(found, shape.enum) : "";
  return [
    { code: "invalid-value", path, message: `${show(found)} is not allowed; expected ${expected}.${hint}` },
  ];
}

function isKeyIssue(
  issue: z.core.$ZodIssue,
): issue is z.core.$ZodIssueUnrecognizedKeys | z.core.$ZodIssueInvalidKey {
  return issue.code === "unrecognized_keys" || issue.code === "invalid_key";
}

function isMapping(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a value may be, in words. */
function describeShape(shape: Shape): string {
  if (shape.const !== undefined) return JSON.stringify(shape.const);
  if (shape.enum !== undefined) return `one of ${shape.enum.join(", ")}`;
  if (shape.anyOf !== undefined) return shape.anyOf.map(describeShape).join(" or ");
  const like = shape.description === undefined ? "" : ` (${shape.description})`;
  if (shape.type === "integer") return `a whole number from ${shape.minimum} to ${shape.maximum}${like}`;
  if (shape.type === "array") {
    const count =
      shape.minItems === undefined ? "" : shape.minItems === shape.maxItems ? `${shape.minItems} of ` : "";
    return `a list, ${count}${shape.items === undefined ? "anything" : describeShape(shape.items)} each${like}`;
  }
  if (shape.type === "object") {
    const keys = Object.keys(shape.properties ?? {});
    return keys.length === 0 ? `a mapping${like}` : `a mapping with the keys ${keys.join(", ")}`;
  }
  if (shape.type === "string") return `text${like}`;
  if (Array.isArray(shape.type)) return shape.type.map((type) => describeShape({ type })).join(" or ") + like;
  return `a ${shape.type ?? "value"}${like}`;
}

/** Of several shapes the one that has keys, or what several have together. */
function withKeys(shape: Shape | undefined): Shape | undefined {
  const [mapping, ...others] = shape?.anyOf?.filter(({ properties }) => properties) ?? [];
  if (!mapping) return shape;
  return {
    ...mapping,
    properties: Object.assign({}, ...others.map(({ properties }) => properties), mapping.properties),
  };
}

function shapeAt(root: Shape, path: KeyPath): Shape | undefined {
  let shape: Shape | undefined = root;
  for (const part of path) {
    if (typeof part === "number") shape = shape?.items;
    else {
      shape = withKeys(shape);
      const named: Shape | undefined = shape?.properties?.[part];
      const other = shape?.additionalProperties;
      shape = named ?? (typeof other === "object" ? other : undefined);
    }
  }
  return shape;
}

function valueAt(value: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>(
    (at, part) => (at as Record<string, unknown> | undefined | null)?.[part],
    value,
  );
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
