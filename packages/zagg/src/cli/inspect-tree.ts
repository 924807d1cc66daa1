import type { InspectedObject } from "@zagg/core";

/** Attributes that say what values mean: shown beside them. */
const TELLING = [
  "units",
  "scale_factor",
  "add_offset",
  "_FillValue",
  "missing_value",
  "valid_min",
  "valid_max",
];
/** Of a text or list, so much is shown in a line. */
const MOST_CHARACTERS = 60;

/** Objects as a tree, a line each; with `all`, their attributes below, a line each. */
export function describeObjects(objects: readonly InspectedObject[], all: boolean): string[] {
  const [first] = objects;
  const depthOf = (path: string) => path.split("/").filter(Boolean).length;
  const top = first === undefined ? 0 : depthOf(first.path);
  const rows = objects.map((object) => {
    const depth = depthOf(object.path) - top;
    const name = inLine(depth === 0 ? object.path : (object.path.split("/").at(-1) as string));
    return {
      object,
      indent: "  ".repeat(depth),
      name: `${name}${object.kind === "group" && depth > 0 ? "/" : ""}`,
    };
  });
  const datasets = rows.filter(({ object }) => object.kind === "dataset");
  const width = Math.min(60, Math.max(0, ...datasets.map(({ indent, name }) => indent.length + name.length)));
  return rows.flatMap(({ object, indent, name }) => {
    const line = `${(indent + name).padEnd(object.kind === "group" ? 0 : width)}${told(object, all)}`;
    const attributes = all ? Object.entries(object.attributes ?? {}) : [];
    return [line, ...attributes.map(([key, value]) => `${indent}    @${inLine(key)} = ${short(value)}`)];
  });
}

function told(
  { kind, shape, dtype, chunks, filters, first, attributes, unsupported }: InspectedObject,
  all: boolean,
): string {
  if (kind === "group") return "";
  if (kind !== "dataset") return `  ${kind.replaceAll("-", " ")}`;
  const telling = all ? [] : TELLING.filter((name) => attributes?.[name] !== undefined);
  return [
    "",
    dtype,
    shape && `[${shape.join(", ")}]`,
    chunks && `chunks [${chunks.join(", ")}]`,
    filters?.join("+"),
    first && `= ${first.map(short).join(", ")}${more(shape, first.length)}`,
    telling.length > 0
      ? `(${telling.map((name) => `${name} ${short(attributes?.[name])}`).join(", ")})`
      : undefined,
    unsupported && `! ${unsupported}`,
  ]
    .filter((part) => part !== undefined)
    .join("  ");
}

function more(shape: readonly number[] = [], shown: number): string {
  return shape.reduce((product, extent) => product * extent, 1) > shown ? ", …" : "";
}

function short(value: unknown): string {
  const [only, another] = Array.isArray(value) ? value : [value, undefined];
  const one = another === undefined ? only : value;
  const text = inLine(typeof one === "string" ? one : (JSON.stringify(one) ?? ""));
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text;
}

/** A name or text of the file may have line breaks. */
function inLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
