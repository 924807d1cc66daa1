import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** An `@example` of a doc comment. */
export interface DocExample {
  /** The package's folder below `packages/`. */
  readonly package: string;
  /** `packages/core/src/catalog/cycle.ts` */
  readonly file: string;
  /** Of its first line. */
  readonly line: number;
  /** What the comment stands above. */
  readonly name: string;
  readonly text: string;
}

const DOCUMENTED =
  /\/\*\*(?<doc>(?:(?!\*\/)[\s\S])*)\*\/\s*export (?:async )?(?:function\*?|const|(?:abstract )?class) (?<name>\w+)/g;

/** All examples in the sources of the packages of a clone. */
export function docExamples(root: string): DocExample[] {
  return readdirSync(join(root, "packages")).flatMap((name) => {
    const source = join(root, "packages", name, "src");
    const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
      (file) => file.endsWith(".ts") && !file.endsWith(".test.ts"),
    );
    return files.flatMap((file) =>
      examplesIn(readFileSync(join(source, file), "utf8")).map((example) => ({
        package: name,
        file: relative(root, join(source, file)),
        ...example,
      })),
    );
  });
}

/** The examples in a module's text. */
export function examplesIn(text: string): Pick<DocExample, "line" | "name" | "text">[] {
  return [...text.matchAll(DOCUMENTED)].flatMap(({ index, groups }) => {
    const { doc, name } = groups as Record<"doc" | "name", string>;
    return [...doc.matchAll(/@example\b(?<body>(?:(?!\n\s*\* @)[\s\S])*)/g)].map((found) => {
      const lines = (found.groups as { body: string }).body
        .split("\n")
        .map((each) => each.replace(/^ *\* ?/, ""));
      const before = text.slice(0, index + "/**".length + found.index);
      return { name, line: before.split("\n").length, text: lines.join("\n").trim() };
    });
  });
}

/** The file that declares what an index hands on under a name, through the indexes of our packages. */
export function declaringFile(root: string, index: string, name: string): string | undefined {
  const text = readFileSync(join(root, index), "utf8");
  const declaration = new RegExp(
    `^export (?:async )?(?:function\\*?|const|(?:abstract )?class) ${name}\\b`,
    "m",
  );
  if (declaration.test(text)) return index;
  for (const [, list, specifier = ""] of text.matchAll(
    /^export (\*|(?:type )?\{[^}]*\}) from "([^"]+)";/gm,
  )) {
    const names = list === "*" ? [name] : (list ?? "").match(/\w+/g);
    if (!names?.includes(name)) continue;
    const found = declaringFile(root, fileOf(index, specifier), name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function fileOf(importer: string, specifier: string): string {
  if (specifier.startsWith(".")) return join(dirname(importer), specifier.replace(/\.js$/, ".ts"));
  return `packages/${specifier.replace("@zagg/", "")}/src/index.ts`;
}

/**
 * The example with imports of all that it uses of ours: from `zagg` what that has, the rest from its own package, and
 * what no package hands out from the built module. `modules` are the packages' values by their folder.
 */
export function withImports(
  root: string,
  { package: own, file, name: itself, text }: Pick<DocExample, "package" | "file" | "name" | "text">,
  modules: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): string {
  const words = new Set(text.match(/\b[A-Za-z_]\w*\b/g));
  const [zagg = {}, mine = {}] = [modules.zagg, modules[own]];
  const first = Object.keys(zagg).filter(
    (name) => words.has(name) && (mine[name] ?? zagg[name]) === zagg[name],
  );
  const others = Object.keys(mine).filter((name) => words.has(name) && !first.includes(name));
  const line = (names: readonly string[], from: string) =>
    names.length === 0 ? "" : `import { ${names.join(", ")} } from "${from}";\n`;
  const imports = [
    line(first, "zagg"),
    line(others, own === "zagg" ? "zagg" : `@zagg/${own}`),
    line(
      words.has(itself) && !first.includes(itself) && !others.includes(itself) ? [itself] : [],
      join(root, file.replace("/src/", "/dist/").replace(/\.ts$/, ".js")),
    ),
  ];
  return `${imports.join("")}${text}\nexport {};\n`;
}
