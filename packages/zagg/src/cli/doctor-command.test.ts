import { type CmrServer, runZaggBeside, startCmrServer, trackGranules, trackItem } from "@zagg/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

let cmr: CmrServer;
beforeAll(async () => {
  cmr = await startCmrServer(trackGranules(3).map(trackItem));
  vi.stubEnv("HOME", "/nonexistent");
  for (const name of ["EARTHDATA_TOKEN", "EARTHDATA_USERNAME", "NETRC"]) vi.stubEnv(name, "");
});
afterAll(() => {
  vi.unstubAllEnvs();
  return cmr.close();
});

test("no account: exit code 3, what works and what to do", async () => {
  const { status, stdout } = await runZaggBeside(["doctor", "--cmr-url", cmr.url]);
  expect(status).toBe(3);
  expect(stdout).toMatch(/^ok +CMR +answers; trying ATL06_/m);
  expect(stdout).toMatch(/^FAIL +Earthdata login/m);
  expect(stdout).toContain("machine urs.earthdata.nasa.gov");
  expect(stdout).toMatch(/^- +S3 read +needs Earthdata login/m);
});

test("as JSON", async () => {
  const { stdout } = await runZaggBeside(["doctor", "--cmr-url", cmr.url, "--json"]);
  const { format, checks } = JSON.parse(stdout);
  expect(format).toBe("zagg-doctor/1");
  expect(checks.map(({ name }: { name: string }) => name)).toEqual([
    "Node",
    "open files",
    "proxy",
    "CMR",
    "Earthdata login",
    "S3 credentials",
    "S3 read",
    "https read",
  ]);
});
