import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluateExpression } from "../call.js";
import { ExpressionError } from "../error.js";
import { BARE_FUNCTIONS, NUMPY_FUNCTIONS } from "./functions.js";
import { compileExpression } from "./lower.js";
import { MAX_DEPTH } from "./syntax.js";

const COLUMNS = new Set(["h_li", "s_li", "flags"]);

function refusal(text: string): ExpressionError {
  try {
    compileExpression(text, COLUMNS);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

const REFUSED: [text: string, offset: number, message: RegExp][] = [
  ["__import__('os')", 11, /text is not allowed/],
  ["__import__(1)", 0, /__import__ is not a known function/],
  ["__builtins__", 0, /"__builtins__" is no column/],
  ["h_li.__class__", 4, /attributes are not allowed/],
  ["h_li.mean()", 4, /functions are written np\.mean\(x\)/],
  ["np.mean.__globals__", 7, /attributes are not allowed/],
  ["np.random.rand(3)", 9, /attributes are not allowed/],
  ["np.load(1)", 0, /np\.load is not a known function/],
  ["np.constructor", 0, /np\.constructor is not known/],
  ["np.toString()", 0, /np\.toString is not a known function/],
  ["constructor", 0, /"constructor" is no column/],
  ["__proto__", 0, /"__proto__" is no column/],
  ["eval(h_li)", 0, /eval is not a known function/],
  ["(lambda: 1)()", 1, /functions cannot be made/],
  ["[x for x in h_li]", 3, /"for": loops are not known/],
  ["h_li; s_li", 4, /unexpected character ";"/],
  ["h_li := 1", 5, /":" stands where/],
  ["h_li ^ 2", 5, /\^ is not power; write \*\*/],
  ["h_li > 1 and s_li < 2", 9, /"and": write & between comparisons/],
  ["not h_li", 0, /write ~/],
  ["1 if h_li else 2", 2, /"if": write np\.where/],
  ["None", 0, /None is not known/],
  ["h_li > 0 & s_li < 1", 9, /& binds tighter than comparisons; write \(a < b\) & \(c < d\)/],
  ["(h_li > 0) & s_li", 11, /one side of & is a number/],
  ["mean(h_li)", 0, /write np\.mean\(/],
  ["np.nmad(h_li)", 0, /write nmad\(/],
  ["np.mena(h_li)", 0, /Did you mean "mean"\?/],
  ["h_l", 0, /"h_l" is no column\. Did you mean "h_li"\? Columns: h_li, s_li, flags\./],
  ["np.pie", 0, /np\.pie is not known\. Did you mean "pi"\?/],
  ["np.mean", 0, /np\.mean is a function; call it/],
  ["np", 2, /np is a prefix/],
  ["np.quantile(h_li)", 0, /np\.quantile needs q; it takes \(a, q\)/],
  [
    "np.quantile(h_li, 2)",
    0,
    /has a q that is not a number from 0 to 1, or a list of such; it takes \(a, q\)/,
  ],
  ["np.quantile(h_li, -0.1)", 0, /has a q that is not/],
  ["np.quantile(h_li, np.nan)", 0, /has a q that is not/],
  ["np.nanquantile(h_li, [0.1, 2])[0]", 0, /has a q that is not/],
  ["np.percentile(h_li, 50.5 * 2)", 0, /has a q that is not a number from 0 to 100/],
  ["np.quantile(h_li, s_li)", 0, /has a q that is not/],
  ["np.var(h_li, ddof=s_li)", 0, /has a ddof that is not one value for all points/],
  ["np.average(h_li, weights=0)", 0, /one value per point in every argument/],
  ["np.average(h_li, weights=np.max(s_li))", 0, /one value per point in every argument/],
  ["nunique(h_li, 1)", 0, /one value per point in every argument/],
  ["np.quantile(h_li, 0.5, 1)", 0, /has 3 arguments in order/],
  ["np.quantile(h_li, 0.5, q=1)", 0, /has q twice/],
  ["np.average(h_li, s_li)", 0, /has 2 arguments in order; it takes \(a, weights\)/],
  ["np.var(h_li, dof=1)", 0, /has no parameter dof; it takes \(a, ddof\)\. Did you mean "ddof"\?$/],
  ["np.var(h_li, foo=1)", 0, /has no parameter foo; it takes \(a, ddof\)$/],
  ["np.var(ddof=1, h_li)", 15, /put plain arguments before named ones/],
  ["np.var(h_li, ddof=1, ddof=2)", 21, /ddof is given twice/],
  ["h_li[0, 1]", 6, /columns have one dimension/],
  ["h_li[]", 5, /an index or a:b:c/],
  ["h_li[::0]", 4, /step of a slice/],
  ["h_li[::s_li]", 7, /bound of a slice is one value/],
  ["np.mean(h_li)[0]", 13, /only a column or a list can be indexed/],
  ["[h_li]", 1, /item of a list is one value/],
  ["float(h_li)", 6, /what float\(\) takes is one value/],
  ["1e999", 0, /1e999 is too large/],
  ["1j", 0, /neither a number nor a name/],
  ["0x10", 0, /neither a number nor a name/],
  ["1 2", 2, /"2" stands where an operator/],
  ["(1", 2, /the expression ends where "\)"/],
  ["1 +", 3, /the expression ends where a number/],
  ["", 0, /the expression ends/],
  ["𝑥 + 1", 0, /unexpected character "𝑥"/],
  ["h_li(1)", 0, /h_li is not a known function/],
  ["np.mean(h_li)(2)", 13, /only a function can be called/],
];

test.each(REFUSED)("refuses %s", (text, offset, message) => {
  const error = refusal(text);
  expect(error.message).toMatch(message);
  expect(error.offset).toBe(offset);
});

describe("limits", () => {
  test("nesting", () => {
    for (const [open, close] of [
      ["(", ")"],
      ["-", ""],
      ["np.abs(", ")"],
      ["[", "]"],
      ["h_li[", "]"],
      ["2**", ""],
    ] as const) {
      const nested = (depth: number) => `${open.repeat(depth)}1${close.repeat(depth)}`;
      expect(refusal(nested(MAX_DEPTH + 1)).code).toBe("too-deep");
    }
    expect(evaluateExpression(`${"(".repeat(90)}1${")".repeat(90)}`, {})).toBe(1);
  });

  test("length", () => {
    expect(refusal("1+".repeat(1000).concat("1")).code).toBe("too-long");
    expect(evaluateExpression(`${"1+".repeat(999)}1`, {})).toBe(1000);
  });

  test("functions that use their argument twice do not grow when nested", () => {
    const nest = (open: string, inner: string, close: string) => open.repeat(45) + inner + close.repeat(45);
    const x = [1, 2, 3];
    expect(evaluateExpression(nest("mad(x-", "x", ")"), { x })).toBe(1);
    expect(evaluateExpression(`np.sum(${nest("np.isin(", "x", ",[0,1])")})`, { x })).toBe(3);
    expect(evaluateExpression(nest("np.ptp([1,", "2", "])"), {})).toBe(1);
  });

  test("a long sum", () => {
    expect(evaluateExpression(`np.max(${"x+".repeat(994)}x)`, { x: [0, 1] })).toBe(995);
  });

  test("huge powers end at once, as infinity", () => {
    expect(evaluateExpression("9**9**9**9**9", {})).toBe(Infinity);
    expect(evaluateExpression("10**400 - 10**400", {})).toBeNaN();
  });
});

test("bits of what is not whole are refused where they turn up", () => {
  expect(() => evaluateExpression("x & 1", { x: [1.5] })).toThrow(/whole numbers; 1\.5 is neither/);
  expect(evaluateExpression("x & 4294967297", { x: [2 ** 33 + 1] })).toEqual(Float64Array.of(1));
  expect(evaluateExpression("-1 & 5", {})).toBe(5);
});

test("no text does anything but compile or be refused", () => {
  const word = fc.constantFrom(
    ..."h_li s_li np . ( ) [ ] , : = + - * ** / // % & | ~ < <= == != 1 2.5 1e3 0.1 axis q ddof and lambda __class__ ' \\ # @".split(
      " ",
    ),
    ...[...NUMPY_FUNCTIONS.keys()].map((name) => `np.${name}(`),
    ...[...BARE_FUNCTIONS.keys()].map((name) => `${name}(`),
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(word, { maxLength: 14 }).map((words) => words.join(" ")),
  );
  fc.assert(
    fc.property(texts, (text) => {
      try {
        const value = evaluateExpression(text, { h_li: [1, 2, 3], s_li: [3, 1, 2] });
        expect(typeof value === "number" || value instanceof Float64Array).toBe(true);
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        expect(error.offset).toBeGreaterThanOrEqual(0);
        expect(error.offset).toBeLessThanOrEqual(text.length);
      }
    }),
    { numRuns: 3000 },
  );
});
