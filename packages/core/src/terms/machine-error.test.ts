import { expect, test } from "vitest";
import { ZaggError } from "./error.js";
import { machineError } from "./machine-error.js";

const coded = (code: string, message = code) => Object.assign(new Error(message), { code });

test.each([
  ["too-many-files", coded("EMFILE", "EMFILE: too many open files, open 'x'")],
  ["too-many-files", coded("ENFILE")],
  ["too-many-files", coded("ERR_WORKER_INIT_FAILED", "Worker initialization failure: EMFILE")],
  ["no-threads", coded("ERR_WORKER_INIT_FAILED", "Worker initialization failure: EAGAIN")],
  ["out-of-memory", coded("ENOMEM")],
  ["out-of-memory", coded("ERR_WORKER_OUT_OF_MEMORY")],
  ["out-of-memory", new RangeError("Array buffer allocation failed")],
  ["too-many-files", new Error("cannot be read", { cause: new Error("x", { cause: coded("EMFILE") }) })],
])("%s, as what caused it says", (code, error) => {
  expect(machineError(error)).toMatchObject({ kind: "machine", code, cause: error });
  expect(machineError(error)?.message).toMatch(/run the same command again/);
});

test("an array that is too large to allocate is out of memory, as V8 says it", () => {
  const allocate = () => new ArrayBuffer(2 ** 52);
  expect(allocate).toThrow(RangeError);
  const thrown = (() => {
    try {
      return allocate();
    } catch (error) {
      return error;
    }
  })();
  expect(machineError(thrown)?.code).toBe("out-of-memory");
});

test.each([
  coded("ENOENT"),
  new RangeError("Invalid array length"),
  new ZaggError("store", "no-space", "full"),
  "EMFILE",
  undefined,
])("anything else is none: %s", (error) => {
  expect(machineError(error)).toBeUndefined();
});
