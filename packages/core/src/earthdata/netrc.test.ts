import { expect, test } from "vitest";
import { netrcEntry, parseNetrc } from "./netrc.js";

const HOST = "urs.earthdata.nasa.gov";

test.each<[string, string, [login: string | undefined, password: string | undefined] | undefined]>([
  ["one line", `machine ${HOST} login me password secret`, ["me", "secret"]],
  ["many lines, tabs, CRLF", `machine ${HOST}\r\n\tlogin me\r\n\tpassword secret\r\n`, ["me", "secret"]],
  ["any order", `machine ${HOST} password secret account x login me`, ["me", "secret"]],
  ["# inside a password", `machine ${HOST} login me password p#ss`, ["me", "p#ss"]],
  ["# at the start of a password", `machine ${HOST} login me password #pass`, ["me", "#pass"]],
  [
    "# at the start of a password on its own line",
    `machine ${HOST} login me password\n#pass`,
    ["me", "#pass"],
  ],
  ["quotes", `machine ${HOST} login me password "two words"`, ["me", "two words"]],
  ["quotes with escapes", `machine ${HOST} login me password "a\\"b\\\\c"`, ["me", 'a"b\\c']],
  ["empty quotes", `machine ${HOST} login me password ""`, ["me", ""]],
  ["an escaped blank", `machine ${HOST} login me password two\\ words`, ["me", "two words"]],
  ["a quote inside a word", `machine ${HOST} login me password a"b`, ["me", 'a"b']],
  [
    "a comment before",
    `# machine ${HOST} login no password no\nmachine ${HOST} login me password x`,
    ["me", "x"],
  ],
  ["a comment only", `# machine ${HOST} login no password no`, undefined],
  [
    "a macro before",
    `macdef init\nmachine ${HOST} login no password no\n\nmachine ${HOST} login me password x`,
    ["me", "x"],
  ],
  [
    "a macro after an entry",
    `machine a login b password c\nmacdef m\ncd x\n\nmachine ${HOST} login me password x`,
    ["me", "x"],
  ],
  ["a macro up to the end", `macdef m\nmachine ${HOST} login no password no`, undefined],
  [
    "a password named macdef",
    `machine ${HOST} login me password macdef\nmachine b login c password d`,
    ["me", "macdef"],
  ],
  ["a password named machine", `machine ${HOST} login me password machine`, ["me", "machine"]],
  [
    "the first of two",
    `machine ${HOST} login me password x\nmachine ${HOST} login no password no`,
    ["me", "x"],
  ],
  ["default", "machine a login b password c\ndefault login me password x", ["me", "x"]],
  [
    "default before its machine",
    `default login no password no\nmachine ${HOST} login me password x`,
    ["me", "x"],
  ],
  ["another machine", "machine uat.urs.earthdata.nasa.gov login no password no", undefined],
  ["a login without a password", `machine ${HOST} login me`, ["me", undefined]],
  ["nothing", "", undefined],
])("%s", (_, text, expected) => {
  const entry = netrcEntry(parseNetrc(text), HOST);
  expect(entry && [entry.login, entry.password]).toEqual(expected);
});
