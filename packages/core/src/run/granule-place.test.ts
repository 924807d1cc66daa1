import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openHdf5 } from "@zagg/hdf5";
import { diskCache, httpSource, withDiskCache } from "@zagg/storage";
import { dataPath, sharedData, startHttpServer } from "@zagg/testing";
import { afterEach, describe, expect, test, vi } from "vitest";
import { findPlace } from "./granule-place.js";

const [file, s3, https] = ["/data/g.h5", "s3://bucket/g.h5", "https://data.example/g.h5"];
const everywhere = { id: "g.h5", file, s3, https };
const remote = { id: "g.h5", s3, https };

afterEach(() => vi.unstubAllEnvs());

test("auto takes the file, then what is nearest", () => {
  vi.stubEnv("AWS_REGION", "us-west-2");
  expect(findPlace(everywhere, "auto")).toBe("file");
  // A configured region says nothing about where this machine is.
  expect(findPlace(remote, "auto")).toBe("https");
  expect(findPlace({ s3 }, "auto")).toBe("s3");
});

test.each([
  ["a pod of a hub", "AWS_WEB_IDENTITY_TOKEN_FILE"],
  ["a container", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"],
  ["Lambda", "AWS_EXECUTION_ENV"],
])("on %s in the archive's region auto reads S3, in another region https", (_, sign) => {
  vi.stubEnv(sign, "set");
  vi.stubEnv("AWS_REGION", "us-west-2");
  expect(findPlace(remote, "auto")).toBe("s3");
  vi.stubEnv("AWS_REGION", "eu-central-1");
  expect(findPlace(remote, "auto")).toBe("https");
});

test("a driver that is named is all that is tried", () => {
  expect(findPlace(everywhere, "s3")).toBe("s3");
  expect(findPlace(remote, "file")).toBeUndefined();
});

describe.skipIf(!sharedData.present)(`opening over a network (${sharedData.reason})`, () => {
  test("is one request; behind a disk cache one for the version and one for the bytes", async () => {
    const server = await startHttpServer();
    server.objects.set("/g.h5", readFileSync(dataPath("atl06/ATL06_20181027014737_04340110_001_01.h5")));
    const source = httpSource(`${server.url}/g.h5`);
    await openHdf5(source);
    expect(await source.version()).toMatchObject({ size: await source.size() });
    expect(server.requests).toEqual(["GET /g.h5 bytes=0-2097151"]);
    const folder = await mkdtemp(join(tmpdir(), "zagg-open-"));
    const cached = withDiskCache(httpSource(`${server.url}/g.h5`), diskCache(folder, 1e9));
    await openHdf5(cached);
    expect(cached.metrics().requests).toBe(2);
    await cached.close();
    await rm(folder, { recursive: true });
    await server.close();
  });
});
