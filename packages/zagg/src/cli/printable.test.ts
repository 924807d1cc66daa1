import fc from "fast-check";
import { expect, test } from "vitest";
import { printable } from "./printable.js";

test.each([
  ["colours", "\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"],
  ["a title", "\x1b]0;gone\x07", "\\x1b]0;gone\\x07"],
  ["the one-byte CSI", "\x9b2J", "\\x9b2J"],
  ["a carriage return", "all is well\rfailed", "all is well\\x0dfailed"],
  ["writing backwards", "a\u202ecba", "a\\u202ecba"],
])("%s is spelled out", (_, text, shown) => {
  expect(printable(text)).toBe(shown);
});

test("ordinary text of any script, its lines and tabs stay as they are", () => {
  expect(printable("Grönland\t氷床\n🧊")).toBe("Grönland\t氷床\n🧊");
});

test("nothing that a terminal obeys is left, whatever the text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      for (const character of printable(text)) {
        const code = character.codePointAt(0) as number;
        expect(code >= 0x20 ? code < 0x7f || code > 0x9f : code === 9 || code === 10).toBe(true);
      }
    }),
  );
});
