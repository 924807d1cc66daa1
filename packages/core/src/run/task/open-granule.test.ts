import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openHdf5 } from "@zagg/hdf5";
import { diskCache, httpSource, withDiskCache } from "@zagg/storage";
import {
  dataPath,
  SAMPLE_FOLDER,
  type SampleGranule,
  sampleGranules,
  sharedData,
  startHttpServer,
} from "@zagg/testing";
import { describe, expect, test, vi } from "vitest";
import { failing } from "../../testing/sample-run.js";
import { earthdataSecrets, granuleOpener, granuleProbe } from "./open-granule.js";

describe("an opener", () => {
  const [sample] = sampleGranules as readonly [SampleGranule];
  const secrets = {
    token: async () => {
      throw new Error("no token is asked for here");
    },
    s3: vi.fn(() => async () => ({ accessKeyId: "key", secretAccessKey: "secret" })),
  };

  test("reads files, and over a network through the cache, without a token for other hosts", async () => {
    const file = granuleOpener("file")({ id: sample.id, file: sample.path });
    const { size } = await file.version();
    await file.close();
    const server = await startHttpServer({ root: SAMPLE_FOLDER });
    const folder = await mkdtemp(join(tmpdir(), "zagg-opener-"));
    const open = granuleOpener("auto", diskCache(folder, 1e9), secrets);
    const granule = { id: sample.id, https: `${server.url}/${sample.id}` };
    // One request for the version and one for the bytes; the second time the version is looked up alone.
    for (const requests of [2, 3]) {
      const source = open(granule);
      await openHdf5(source);
      expect(await source.version()).toMatchObject({ size });
      await source.close();
      expect(server.requests).toHaveLength(requests);
    }
    await rm(folder, { recursive: true });
    await server.close();
  });

  test("asks an archive for its credentials once, and a bucket of the user's not at all", () => {
    const open = granuleOpener("s3", undefined, secrets);
    for (const id of ["a.h5", "b.h5"]) open({ id, s3: `s3://nsidc-cumulus-prod-protected/${id}` });
    open({ id: "c.h5", s3: "s3://mine/c.h5" });
    expect(secrets.s3.mock.calls).toEqual([["https://data.nsidc.earthdatacloud.nasa.gov/s3credentials"]]);
  });

  test("says which places a granule has that the driver does not read", () => {
    const open = granuleOpener("file");
    const refused = (message: RegExp) =>
      expect.objectContaining({
        kind: "missing",
        code: "no-location",
        message: expect.stringMatching(message),
      });
    expect(() => open({ id: "g.h5", s3: "s3://b/g.h5", https: "https://h/g.h5" })).toThrow(
      refused(/has only its s3 and https location, which driver file does not/),
    );
    expect(() => open({ id: "g.h5" })).toThrow(refused(/g.h5: the catalog has no location for it/));
  });
});

test("a probe's source is closed once its version is known, or is not", async () => {
  const events: string[] = [];
  const probe = granuleProbe(({ id }) => ({
    ...failing("not-found"),
    version: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      events.push("version");
      if (id === "gone.h5") throw new Error("it is gone");
      return { size: 7 };
    },
    close: async () => void events.push("close"),
  }));
  expect(await probe({ id: "a.h5" })).toEqual({ size: 7 });
  await expect(probe({ id: "gone.h5" })).rejects.toThrow("it is gone");
  expect(events).toEqual(["version", "close", "version", "close"]);
});

test("the token of the user's login is that of the environment, where it has one", async () => {
  vi.stubEnv("EARTHDATA_TOKEN", "a-token");
  expect(await earthdataSecrets.token()).toBe("a-token");
  vi.unstubAllEnvs();
});

test("opening a granule over a network is one request", async () => {
  const server = await startHttpServer({ root: SAMPLE_FOLDER });
  const { id } = sampleGranules[0] as SampleGranule;
  const source = httpSource(`${server.url}/${id}`);
  await openHdf5(source);
  expect(await source.version()).toMatchObject({ size: await source.size() });
  expect(server.requests).toEqual([`GET /${id} bytes=0-2097151`]);
  await server.close();
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
