/** One `machine` (or `default`) of a netrc file. */
export interface NetrcEntry {
  /** Host name; undefined for `default`, which matches every host. */
  readonly machine: string | undefined;
  readonly login?: string;
  readonly password?: string;
  readonly account?: string;
}

/**
 * The entries of a netrc file, in order. Tokens are separated by white space; double quotes hold one together, a
 * backslash takes the next character as it is; a line that begins with `#` is a comment, while `#` inside or at
 * the start of a value (`password #x`, `p#ss`) is part of it; a `macdef` and its body end at the first blank line.
 */
export function parseNetrc(text: string): NetrcEntry[] {
  const tokens = tokenize(text);
  const entries: { -readonly [K in keyof NetrcEntry]: NetrcEntry[K] }[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const word = tokens[i];
    if (word === "default") entries.push({ machine: undefined });
    else if (word === "machine") entries.push({ machine: tokens[++i] ?? "" });
    else if (word === "login" || word === "password" || word === "account") {
      const value = tokens[++i];
      const entry = entries.at(-1);
      if (entry && value !== undefined) entry[word] = value;
    }
  }
  return entries;
}

/** The entry that holds for a host: the first of its name, else the `default`. */
export function netrcEntry(entries: readonly NetrcEntry[], host: string): NetrcEntry | undefined {
  return (
    entries.find(({ machine }) => machine?.toLowerCase() === host.toLowerCase()) ??
    entries.find(({ machine }) => machine === undefined)
  );
}

const VALUED = new Set(["machine", "login", "password", "account"]);

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  let inMacro = false;
  let expectsValue = false;
  for (const line of text.split(/\r?\n/)) {
    if (inMacro) {
      inMacro = line.trim() !== "";
      continue;
    }
    if (!expectsValue && /^\s*#/.test(line)) continue;
    for (const match of line.matchAll(/"((?:[^"\\]|\\.)*)"?|((?:[^\s\\]|\\.)+)/g)) {
      const token = (match[1] ?? match[2] ?? "").replace(/\\(.)/g, "$1");
      if (!expectsValue && token === "macdef") {
        inMacro = true;
        break;
      }
      tokens.push(token);
      expectsValue = !expectsValue && VALUED.has(token);
    }
  }
  return tokens;
}
