import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { SAMPLE_FOLDER } from "@zagg/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { failureOf } from "./exit-code.js";
import { makeProgram } from "./program.js";

const GRANULES = ["ATL06_20190110120000_02160210_006_01.h5", "ATL06_20190411074500_02160310_005_01.h5"];

let folder: string;
let data: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-typing-"));
  data = join(folder, "data");
  await mkdir(data);
  for (const name of GRANULES) await copyFile(join(SAMPLE_FOLDER, name), join(data, name));
});
afterAll(() => rm(folder, { recursive: true }));

/** `zagg catalog` in this process. */
async function catalog(...args: string[]) {
  const said = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((stream) =>
    vi.spyOn(process[stream], "write").mockImplementation((text) => {
      said[stream] += text;
      return true;
    }),
  );
  try {
    await makeProgram().parseAsync(["catalog", ...args], { from: "user" });
    return { status: 0, ...said };
  } catch (error) {
    const { exitCode, message = "" } = failureOf(error);
    return { status: exitCode, stdout: said.stdout, stderr: said.stderr + message };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

test("a glob that the shell has made into names, and an output in a folder that is not there", async () => {
  const output = join(folder, "made/up/c.json");
  const { status, stdout } = await catalog(
    ...["--granules", ...GRANULES.map((name) => join(data, name)), "--output", output, "--json"],
  );
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ granules: 2, catalog: output });
  expect(await readdir(join(folder, "made/up"))).toEqual(["c.json"]);
});

test.skipIf(process.platform === "win32")("a glob through a link to another disk", async () => {
  await symlink(data, join(folder, "linked"));
  const pattern = join(folder, "link*", "*.h5");
  const { status, stdout } = await catalog(
    "--granules",
    pattern,
    "--output",
    join(folder, "l.json"),
    "--json",
  );
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ granules: 2 });
});

test("a folder without the option that names it", async () => {
  const { status, stderr } = await catalog("data/");
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringContaining("catalog --granules data/"),
  });
});

test.each([
  ["--granules", ""],
  ["--polygon", " "],
  ["--area", ""],
  ["--config", ""],
  ["--output", ""],
])("%s %j: a variable that is not set is no place", async (option, value) => {
  const { status, stdout, stderr } = await catalog("--granules", data, option, value);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toContain("It is empty: is a variable not set?");
});

test("~ where the shell left it", async () => {
  const { status, stderr } = await catalog("--granules=~/no such folder", "--output", join(folder, "c.json"));
  expect(status).toBe(2);
  expect(stderr).toContain(`${join(homedir(), "no such folder")}: no granules there`);
});

test("an output that is a folder is told before the work", async () => {
  const { status, stderr } = await catalog("--cycle", "22", "--output", folder);
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringContaining(`--output ${folder} is a folder`),
  });
});

test.each([
  ["10,95,20,99", "95 is no latitude"],
  ["-75,100,-70,110", "100 is no latitude: is latitude written before longitude?"],
  ["10,,20,30", "these are not four numbers"],
  ["10,-70,20,-80", "its south is not below its north"],
])("--bbox %s: %s", async (bbox, message) => {
  const { status, stderr } = await catalog("--granules", data, `--bbox=${bbox}`);
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(message) });
});

test("--bbox in 0..360 is that in −180..180, to the byte", async () => {
  const texts: string[] = [];
  for (const box of ["-10,-80,15,-70", "350,-80,15,-70", "350,-80,-345,-70"]) {
    const output = join(folder, "box.json");
    expect(await catalog("--granules", data, `--bbox=${box}`, "--output", output)).toMatchObject({
      status: 0,
    });
    texts.push(await readFile(output, "utf8"));
  }
  expect(texts).toEqual([texts[0], texts[0], texts[0]]);
  expect(JSON.parse(texts[0] as string)).toMatchObject({ metadata: { bbox: [-10, -80, 15, -70] } });
});

test.each([
  [
    ["--area", "greenland"],
    /2 of 2 granules touch no shard of the region \(area greenland\).*such as --area antarctica/,
  ],
  [["--bbox=-80,5,-70,15"], /With latitude and longitude exchanged, 5,-80,15,-70, they would lie there/],
])("granules outside %j: exit code 1, no catalog, and what to change", async (region, message) => {
  const output = join(folder, "outside.json");
  const { status, stdout, stderr } = await catalog("--granules", data, ...region, "--output", output);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(message);
  expect(await readdir(folder)).not.toContain("outside.json");
});

test("a box beside the area whose latitude came first", async () => {
  const { status, stderr } = await catalog("--cycle", "22", "--bbox=-75,-60,-70,80");
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringContaining("Longitude comes first: -60,-75,80,-70?"),
  });
});

test("help says what Antarctica leaves out", () => {
  const help =
    makeProgram()
      .commands.find((command) => command.name() === "catalog")
      ?.helpInformation() ?? "";
  expect(help.replace(/\s+/g, " ")).toContain("without the shelves of Ross, Ronne, Filchner and Larsen C");
});
