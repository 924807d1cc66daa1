import { expect, test } from "vitest";
import { defined } from "./defined.js";

test("members keep their order and their values, but for undefined ones", () => {
  const given: { a: number; b: string | undefined; c: null; d: boolean } = {
    a: 0,
    b: undefined,
    c: null,
    d: false,
  };
  const { b, ...rest }: { readonly b?: string } & object = defined(given);
  expect([b, rest]).toEqual([undefined, { a: 0, c: null, d: false }]);
  expect(Object.keys(defined(given))).toEqual(["a", "c", "d"]);
});
