import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formatState, INITIAL_STATE, parseState, stateProblems, type ViewState } from "./state.js";

const number = fc.integer({ min: -1_000_000, max: 1_000_000 });
const states: fc.Arbitrary<ViewState> = fc.record(
  {
    store: fc.webUrl(),
    view: fc.constantFrom("south" as const, "north" as const, "globe" as const),
    palette: fc.constantFrom("viridis" as const, "magma" as const),
    centre: fc.tuple(number, number),
    scale: fc.integer({ min: 1, max: 90_000 }),
    variable: fc.stringMatching(/^[a-z_]{1,9}$/),
    limits: fc.tuple(fc.integer({ min: -999, max: 0 }), fc.integer({ min: 1, max: 999 })),
    log: fc.boolean(),
    cell: fc.nat(),
  },
  { requiredKeys: ["store", "view", "palette"] },
);

test("what is written into an address is read back", () => {
  fc.assert(
    fc.property(states, (state) => {
      expect(parseState(`#${formatState(state)}`)).toEqual(state);
    }),
  );
});

test("nonsense is told, each by its name", () => {
  const hash = "#store=x&view=up&centre=1&scale=-3&limits=5,2&palette=jet&log=maybe&cell=-1&variable=h&x=1";
  expect(stateProblems(hash).map((problem) => problem.split(" ")[2])).toEqual(
    ["view", "centre", "scale", "limits", "palette", "log", "cell"].map((key) => `${key},`),
  );
  expect(stateProblems(`#limits=${"9".repeat(1e5)}`)[0]?.length).toBeLessThan(120);
  fc.assert(
    fc.property(states, (state) => {
      expect(stateProblems(`#${formatState(state)}`)).toEqual([]);
    }),
  );
});

test("nonsense is left out, never thrown at", () => {
  expect(parseState("#view=up&centre=1&scale=-3&limits=5,2&palette=jet&log=maybe&cell=-1&store=")).toEqual(
    {},
  );
  fc.assert(
    fc.property(fc.string(), (hash) => {
      formatState({ ...INITIAL_STATE, ...parseState(hash) });
    }),
  );
});
