import { s3Store } from "@zagg/storage";
import { CALLER, functionZip, INVOKER, type LambdaTestBed, startLambdaTestBed } from "@zagg/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type DeployOptions, deploy, destroy, previewDeploy } from "./deploy.js";

let bed: LambdaTestBed;
beforeAll(async () => {
  bed = await startLambdaTestBed();
});
afterAll(() => bed.close());
beforeEach(() => actAs(CALLER));
afterEach(() => void vi.unstubAllEnvs());

function actAs(principal: typeof CALLER): void {
  for (const [name, value] of Object.entries(bed.environment(principal))) vi.stubEnv(name, value);
  vi.stubEnv("AWS_PROFILE", undefined);
}

const options: DeployOptions = {
  functionName: "worker",
  region: "us-west-2",
  outputBucket: "my-products",
  zip: functionZip(),
  pollMs: 1,
};

describe("zagg deploy", () => {
  test("--dry-run tells every resource and leaves nothing behind", async () => {
    const buckets = [...bed.s3.buckets.keys()];
    const changes = await previewDeploy(options);
    expect(changes.map(({ action, resource }) => `${action} ${resource}`)).toEqual(
      expect.arrayContaining([
        "Add PrivateBucket",
        "Add OutputBucket",
        "Add Role",
        "Add Function",
        "Add FailureQueue",
      ]),
    );
    expect(bed.lambda.stacks.stacks.size).toBe(0);
    expect(bed.lambda.functions.all.size).toBe(0);
    expect([...bed.s3.buckets.keys()]).toEqual(buckets);
  });

  test("makes a function that answers, of this version", async () => {
    const { ping, outputBucket, stack } = await deploy(options);
    expect(ping).toMatchObject({ memory: 2048, timeout: 900, outputBucket: "my-products" });
    expect(bed.s3.buckets.has(ping.privateBucket)).toBe(true);
    expect({ outputBucket, stack }).toEqual({ outputBucket: "my-products", stack: "zagg-worker" });
    expect(bed.lambda.functions.find("worker-large").memorySize).toBe(4096);
    expect(bed.lambda.functions.find("worker").maxEventAge).toBe(60);
  });

  test("again: nothing changes; with other memory: the functions alone", async () => {
    expect((await deploy(options)).changes).toEqual([]);
    const { changes, ping } = await deploy({ ...options, memory: 3008 });
    expect(changes.map(({ action, resource }) => `${action} ${resource}`)).toEqual([
      "Modify Function",
      "Modify LargeFunction",
    ]);
    expect(ping.memory).toBe(3008);
    expect((await deploy(options)).ping.memory).toBe(3008);
  });

  test("--destroy removes all but the products", async () => {
    await s3Store("s3://my-products", { credentials: async () => CALLER }).put(
      "product/zarr.json",
      new Uint8Array(1),
    );
    const privateBucket = [...bed.s3.buckets.keys()].find((name) => name.includes("privatebucket")) as string;
    expect(await destroy(options)).toEqual({ stack: "zagg-worker", outputBucket: "my-products" });
    expect(bed.lambda.functions.all.size).toBe(0);
    expect(bed.s3.buckets.has(privateBucket)).toBe(false);
    expect([...(bed.s3.buckets.get("my-products")?.objects.keys() ?? [])]).toEqual(["product/zarr.json"]);
    await expect(destroy(options)).rejects.toMatchObject({ code: "no-stack" });
  });

  test("over a bucket that is there already takes it as it is, and does not open it to everybody", async () => {
    await expect(deploy({ ...options, public: true })).rejects.toMatchObject({ code: "public-bucket" });
    const changes = await previewDeploy(options);
    expect(changes.map(({ resource }) => resource)).not.toContain("OutputBucket");
  });

  test("--public opens a new bucket", async () => {
    const changes = await previewDeploy({ ...options, outputBucket: "open-products", public: true });
    expect(changes.map(({ resource }) => resource)).toContain("OutputBucketPolicy");
  });

  test("outside us-west-2 with driver s3 is refused", async () => {
    const elsewhere = { ...options, region: "eu-central-1", driver: "s3" };
    await expect(deploy(elsewhere)).rejects.toMatchObject({ code: "region", kind: "config" });
  });

  test("who may not is told what AWS says", async () => {
    actAs(INVOKER);
    await expect(deploy(options)).rejects.toMatchObject({ kind: "auth", message: /not authorized/ });
  });
});

describe("a new account", () => {
  const fresh: DeployOptions = { ...options, functionName: "fresh", outputBucket: "fresh-products" };
  const notices: string[] = [];
  const onNotice = (notice: string) => void notices.push(notice);
  afterAll(() => {
    bed.lambda.stacks.account.memoryQuota = 10_240;
  });

  test("that gives a function 3,008 MB gets one all the same, and is told why the larger has no more", async () => {
    bed.lambda.stacks.account.memoryQuota = 3008;
    const { ping } = await deploy({ ...fresh, onNotice });
    expect(ping.memory).toBe(2048);
    expect(bed.lambda.functions.find("fresh-large").memorySize).toBe(3008);
    expect(notices.join()).toContain("3008 MB at most");
    expect((await deploy(fresh)).changes).toEqual([]);
    await destroy(fresh);
  });

  test("asked for more than it gives, says so; the first deployment can be repeated with less", async () => {
    const refused = deploy({ ...fresh, memory: 4096 });
    await expect(refused).rejects.toMatchObject({ kind: "upstream", message: /less than or equal to 3008/ });
    expect((await deploy({ ...fresh, memory: 3008 })).ping.memory).toBe(3008);
    await destroy(fresh);
  });

  test("in which 0.1.0 ran has its log group, which is in nobody's way", async () => {
    bed.lambda.stacks.account.logGroups.add("/aws/lambda/fresh");
    expect((await deploy(fresh)).ping.memory).toBe(2048);
    await destroy(fresh);
  });

  test("whose first deployment failed: each failure is explained by its own cause, and another try begins anew", async () => {
    const { logGroups } = bed.lambda.stacks.account;
    logGroups.add("/zagg/fresh");
    await expect(deploy(fresh)).rejects.toMatchObject({ code: "stack", message: /LogGroup.*already exists/ });
    expect(bed.lambda.stacks.stacks.get("zagg-fresh")?.status).toBe("ROLLBACK_COMPLETE");
    await expect(previewDeploy(fresh)).rejects.toThrow(
      /left of a deployment that failed \(ROLLBACK_COMPLETE\)/,
    );
    logGroups.delete("/zagg/fresh");
    notices.length = 0;
    await expect(deploy({ ...fresh, memory: 9000, onNotice })).rejects.toMatchObject({
      message: /MemorySize/,
    });
    expect(notices).toContain("removed what an earlier deployment that failed had left");
    expect((await deploy(fresh)).ping.memory).toBe(2048);
    await destroy(fresh);
  });
});
