import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deploy } from "@zagg/aws";
import {
  type Catalog,
  type Config,
  catalogFromGranules,
  defaultConfig,
  findGranules,
  loadCatalog,
  loadConfig,
} from "@zagg/core";
import { localStore, type Store, s3Store } from "@zagg/storage";
import {
  CALLER,
  dataPath,
  functionZip,
  INVOKER,
  type LambdaTestBed,
  sharedData,
  startLambdaTestBed,
  startVersitygw,
  TEST_FUNCTION,
  versitygw,
} from "@zagg/testing";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { agg } from "./agg.js";
import { makeSample } from "./sample/index.js";

interface Inputs {
  readonly config: Config;
  readonly onDisk: Catalog;
  /** A local run's product. */
  readonly local: string;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-lambda-full-"));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => void vi.unstubAllEnvs());

async function sampleAntarctica(): Promise<Inputs> {
  const sample = await makeSample(join(folder, "sample"));
  const [config, onDisk] = await Promise.all([loadConfig(sample.config), loadCatalog(sample.catalog)]);
  return { config, onDisk, local: join(folder, "sample.zarr") };
}

async function realGranules(): Promise<Inputs> {
  const built = defaultConfig("atl06");
  const config = { ...built, output: { ...built.output, grid: { ...built.output.grid, parentOrder: 6 } } };
  const onDisk = await catalogFromGranules(await findGranules(dataPath("atl06")), config);
  return { config, onDisk, local: join(folder, "atl06.zarr") };
}

const inputs = [
  ["the sample Antarctica", sampleAntarctica],
  ...(sharedData.present ? [["the granules of data/atl06", realGranules] as const] : []),
] as const;

describe.each(inputs)("%s on Lambda: the local product, byte for byte", (_, make) => {
  let given: Inputs;
  beforeAll(async () => {
    given = await make();
    await agg(given.config, { catalog: given.onDisk, store: given.local, maxWorkers: 2 });
  });

  test("deployed by zagg deploy, S3 emulator, by events and by somebody who may only invoke", async () => {
    const bed = await startLambdaTestBed();
    actAs(bed.environment(CALLER));
    const { outputBucket } = await deploy({
      functionName: TEST_FUNCTION,
      region: "us-west-2",
      outputBucket: "fresh-products",
      zip: functionZip(),
      pollMs: 1,
    });
    const options = { endpoint: bed.s3.url, credentials: async () => CALLER };
    const catalog = await upload(given.onDisk, s3Store("s3://granules", options));
    for (const invoke of ["event", "sync"] as const) {
      actAs(bed.environment(invoke === "sync" ? INVOKER : CALLER));
      const asked = bed.lambda.actions.length;
      const store = `s3://${outputBucket}/${invoke}`;
      const summary = await agg(given.config, { catalog, store, backend: "lambda", driver: "s3", invoke });
      expect(summary).toMatchObject({ failed: 0, pending: 0, interrupted: false });
      expect(await contents(s3Store(store, options))).toEqual(await contents(localStore(given.local)));
      if (invoke === "sync")
        expect(refusedOf(bed, asked)).toEqual(["lambda:GetAccountSettings", "lambda:GetFunctionConcurrency"]);
    }
    await bed.close();
  });

  describe.skipIf(!versitygw.present)(`S3 by versitygw (${versitygw.reason})`, () => {
    test.each(["event", "sync"] as const)("%s", async (invoke) => {
      const gateway = await startVersitygw(["zagg-private", "products", "granules"]);
      const bed = await startLambdaTestBed({ s3: { url: gateway.url, principal: gateway.root } });
      bed.createFunction();
      actAs(bed.environment(gateway.root));
      const options = { endpoint: gateway.url, credentials: async () => gateway.root };
      const catalog = await upload(given.onDisk, s3Store("s3://granules", options));
      const store = `s3://products/${invoke}`;
      const summary = await agg(given.config, { catalog, store, backend: "lambda", driver: "s3", invoke });
      expect(summary).toMatchObject({ failed: 0, pending: 0 });
      expect(await contents(s3Store(store, options))).toEqual(await contents(localStore(given.local)));
      await bed.close();
      await gateway.close();
    });
  });
});

/** What somebody who may only invoke asked for besides; both are looks that a run does without. */
function refusedOf(bed: LambdaTestBed, from: number): string[] {
  const actions = new Set(bed.lambda.actions.slice(from));
  actions.delete("lambda:InvokeFunction");
  return [...actions].sort();
}

function actAs(environment: Record<string, string>): void {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.stubEnv("AWS_PROFILE", undefined);
}

/** The same catalog with its granules on S3. */
async function upload(onDisk: Catalog, granules: Store): Promise<Catalog> {
  for (const { id, file } of onDisk.granules) await granules.put(id, await readFile(file as string));
  return {
    ...onDisk,
    granules: onDisk.granules.map(({ file: _, ...granule }) => ({
      ...granule,
      s3: `s3://granules/${granule.id}`,
    })),
  };
}

async function contents(store: Store): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { key } of store.list(""))
    found.set(key, Buffer.from((await store.get(key)) ?? []).toString("base64"));
  return found;
}
