/**
 * Characters that a terminal obeys instead of showing: controls but tab and newline, and those that turn the direction of
 * writing (Unicode technical report 36, "bidirectional text spoofing").
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * `text` with every character that a terminal would obey spelled out, as in `\x1b[31m`: what servers, files and stores
 * say reaches the screen, but does nothing there.
 */
export function printable(text: string): string {
  return text.replace(OBEYED, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16)}`;
  });
}
