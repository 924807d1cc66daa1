import { rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { localStore, s3Store } from "@zagg/storage";
import {
  type CliResult,
  type Fault,
  type FaultProxy,
  runZagg,
  type S3Emulator,
  SAMPLE_RUN,
  sampleProject,
  startFaultProxy,
  startS3Emulator,
  startZagg,
  storeDigests,
} from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const KEY = { accessKeyId: "AKIATEST", secretAccessKey: "secret" };
const RUN = [...SAMPLE_RUN, "--max-workers", "1"];

let folder: string;
let emulator: S3Emulator;
let proxy: FaultProxy;
let whole: Record<string, string>;

beforeAll(async () => {
  folder = await sampleProject("lies");
  expect(runZagg([...RUN, "--store", "whole.zarr"], folder)).toMatchObject({ status: 0 });
  whole = await storeDigests(localStore(join(folder, "whole.zarr")));
  emulator = await startS3Emulator({ principals: [KEY] });
  emulator.addBucket("products");
  proxy = await startFaultProxy(emulator.url);
});
afterAll(async () => {
  await proxy.close();
  await emulator.close();
  await rm(folder, { recursive: true });
});

/** Success, and nothing done. */
const LOST: Fault = { kind: "status", status: 200 };

function runOn(store: string, ...more: string[]): Promise<CliResult> {
  return startZagg([...RUN, "--store", `s3://products/${store}`, "--json", ...more], {
    cwd: folder,
    env: {
      AWS_ENDPOINT_URL: proxy.url,
      AWS_ACCESS_KEY_ID: KEY.accessKeyId,
      AWS_SECRET_ACCESS_KEY: KEY.secretAccessKey,
    },
  }).done;
}

function digests(store: string): Promise<Record<string, string>> {
  return storeDigests(
    s3Store(`s3://products/${store}`, { endpoint: emulator.url, credentials: async () => KEY }),
  );
}

/** Lets requests of one method for one kind of key meet a fault, the first `times` of each key. */
function faults(
  method: string,
  keys: RegExp,
  fault: Fault,
  times = Number.POSITIVE_INFINITY,
): FaultProxy["decide"] {
  const met = new Map<string, number>();
  return ({ method: asked, url = "" }: IncomingMessage) => {
    if (asked !== method || !keys.test(url)) return undefined;
    const before = met.get(url) ?? 0;
    met.set(url, before + 1);
    return before < times ? fault : undefined;
  };
}

/** A run that meets faults, and one more that meets none. */
async function runTwice(store: string, decide: FaultProxy["decide"]): Promise<CliResult> {
  proxy.decide = decide;
  const met = await runOn(store);
  proxy.decide = () => undefined;
  const after = await runOn(store);
  expect(after.status, after.stderr).toBe(0);
  expect(await digests(store)).toEqual(whole);
  return met;
}

describe("a store that loses what it said it had taken", () => {
  test("once: it is found out and put again, exit code 0", async () => {
    const once = faults(
      "PUT",
      /cell_ids\/c\/2|h_max\/zarr|h_mean\/c\/0|shards\/-3131143|shard_state|12\/zarr/,
      LOST,
      1,
    );
    proxy.decide = once;
    const { status, stderr } = await runOn("once");
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(/had gone or changed: written again/);
    expect(stderr).toMatch(/1 shards are done again: -3131143 has no record/);
    expect(await digests("once")).toEqual(whole);
  });

  test.each<[what: string, keys: RegExp, kind: string, pending: number, told: RegExp]>([
    ["a block", /count\/c\/1$/, "missing", 2, /8\/count\/c\/1 is not in the store any more/],
    ["a record", /shards\/-3131143/, "no-record", 1, /-3131143 has no record any more/],
  ])(
    "%s, always: exit code 1, and its shards are pending for that",
    async (what, keys, kind, pending, told) => {
      const { status, stdout, stderr } = await runTwice(what.replace(" ", "-"), faults("PUT", keys, LOST));
      expect(status, stderr).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({
        pending,
        unfinished: pending,
        undone: Array(pending).fill({ kind }),
        points_kept: 1460,
      });
      expect(stderr).toMatch(/shards are pending though they were done/);
      expect(stderr).toMatch(told);
      expect(stderr).toMatch(/what else writes into the store/);
    },
  );

  test.each<[what: string, key: string]>([
    ["a coordinate", "8/morton/c/0"],
    ["an array's metadata", "8/h_mean/zarr.json"],
    ["the root's metadata", "zarr.json"],
    ["the states", "8/shard_state/c/0"],
  ])("%s, always: exit code 5, and the key", async (what, key) => {
    const store = what.replaceAll(/\W/g, "-");
    proxy.decide = faults("PUT", new RegExp(`/${store}/${key}$`), LOST);
    const { status, stderr } = await runOn(store);
    expect(status, stderr).toBe(5);
    expect(stderr).toContain(`does not keep what is put: ${key}`);
    expect(stderr).not.toMatch(/internal error/);
  });
});

test("a record that is said to be there, and is not: exit code 5", async () => {
  const taken: Fault = { kind: "status", status: 412, s3Code: "PreconditionFailed" };
  proxy.decide = faults("PUT", /shards\//, taken);
  const { status, stderr } = await runOn("taken");
  expect(status, stderr).toBe(5);
  expect(stderr).toMatch(/shards\/-?\d+\.1\.json/);
});

test("a chunk that cannot be found by those who look: pending, exit code 1", async () => {
  const gone: Fault = { kind: "status", status: 404, s3Code: "NoSuchKey" };
  const { status, stdout, stderr } = await runTwice("unfound", faults("GET", /h_q50\/c\/2$/, gone));
  expect(status, stderr).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ pending: 1, unfinished: 1, undone: [{ what: "8/h_q50/c/2" }] });
});
