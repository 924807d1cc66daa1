/** A fenced block of a Markdown page. */
export interface DocBlock {
  /** `README.md:21` */
  readonly place: string;
  readonly kind: "shell" | "typescript" | "python" | "other";
  readonly text: string;
}

const KINDS: Readonly<Record<string, DocBlock["kind"]>> = {
  sh: "shell",
  console: "shell",
  ts: "typescript",
  js: "typescript",
  python: "python",
};

/** The fenced blocks of a page, those in lists too. Of `console` blocks only the commands, without their `$`. */
export function docBlocks(markdown: string, page: string): DocBlock[] {
  const fences = markdown.matchAll(/^(?<indent> *)```(?<language>\w*)\n(?<body>.*?)^ *```$/gms);
  return [...fences].map(({ index, groups }) => {
    const { indent, language, body } = groups as Record<"indent" | "language" | "body", string>;
    const lines = body.split("\n").map((line) => line.slice(indent.length));
    const commands = lines.filter((line) => line.startsWith("$ ")).map((line) => line.slice(2));
    return {
      place: `${page}:${markdown.slice(0, index).split("\n").length}`,
      kind: KINDS[language] ?? "other",
      text: (language === "console" ? commands : lines).join("\n"),
    };
  });
}
