/**
 * A doc's TypeScript as a module that checks what it says: `expression; // => value` throws unless the expression (or
 * the `const` on that line) has that value, compared as JSON with bigints; a promise's is awaited.
 */
export function checkedModule(text: string): string {
  const lines = text.split("\n").map((line) => {
    const [, code, value] = /^(.+?);?\s+\/\/ => (.+)$/.exec(line) ?? [];
    if (code === undefined || value === undefined) return line;
    const [, name] = /^\s*const (\w+)\b/.exec(code) ?? [];
    const check = (actual: string) => `mustBe(await ${actual}, ${value}, ${JSON.stringify(line.trim())});`;
    return name === undefined ? check(`(${code.trim()})`) : `${code}; ${check(name)}`;
  });
  return lines.some((line) => line.includes("mustBe(")) ? `${lines.join("\n")}\n${MUST_BE}` : text;
}

/** Needs no module, so that it compiles and runs wherever the code does. */
const MUST_BE = `
function mustBe(actual: unknown, expected: unknown, line: string): void {
  const show = (value: unknown): string =>
    JSON.stringify(ArrayBuffer.isView(value) ? [...(value as Uint8Array)] : value, (_, each) =>
      typeof each === "bigint" ? \`\${each}n\`
      : ArrayBuffer.isView(each) ? [...(each as Uint8Array)]
      : typeof each === "number" && !Number.isFinite(each) ? String(each)
      : each,
    ) ?? "undefined";
  if (show(actual) !== show(expected)) throw new Error(\`\${line}\\n  it is \${show(actual)}\`);
}
export {};
`;
