import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dataPath, sharedData } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findLogin } from "./login.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-login-"));
});
afterAll(() => rm(folder, { recursive: true }));

const HOST = "urs.earthdata.nasa.gov";

async function netrc(name: string, text: string): Promise<{ NETRC: string }> {
  const path = join(folder, name);
  await writeFile(path, text);
  return { NETRC: path };
}

describe("a token as it is pasted", () => {
  test.each([" abc\n", "Bearer abc", "bearer  abc", '"abc"', "'Bearer abc'"])(
    "%j",
    async (EARTHDATA_TOKEN) => {
      expect(await findLogin({ env: { EARTHDATA_TOKEN } })).toMatchObject({ kind: "token", token: "abc" });
    },
  );

  test.each(["", "   ", '""', "Bearer "])("%j is none: the netrc file is asked", async (EARTHDATA_TOKEN) => {
    const env = { EARTHDATA_TOKEN, ...(await netrc("good", `machine ${HOST} login ann password p`)) };
    expect(await findLogin({ env })).toMatchObject({ kind: "password", username: "ann" });
  });
});

describe("a netrc file", () => {
  test("that is named and is not there is told", async () => {
    const NETRC = join(folder, "nowhere");
    await expect(findLogin({ env: { NETRC } })).rejects.toThrow(/nowhere cannot be read: no such file/);
  });

  test("holds for a host in any case", async () => {
    const env = await netrc("upper", "machine URS.Earthdata.NASA.gov login ann password p");
    expect(await findLogin({ env })).toMatchObject({ username: "ann" });
  });

  test("with other machines only says which", async () => {
    const env = await netrc(
      "others",
      `machine https://${HOST} login ann password p\nmachine example.org login b`,
    );
    await expect(findLogin({ env })).rejects.toThrow(
      `others has no entry for ${HOST}, only for https://${HOST}, example.org.`,
    );
  });

  test.skipIf(!sharedData.present)("as Windows PowerShell saves it is read", async () => {
    const env = { NETRC: join(dataPath("cases/13-utf16-files"), "netrc") };
    expect(await findLogin({ env })).toMatchObject({ kind: "password" });
  });
});
