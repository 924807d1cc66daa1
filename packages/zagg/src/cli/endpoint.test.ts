import { startProxyServer, startZagg } from "@zagg/testing";
import { expect, test } from "vitest";

const KEYS = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_PROFILE: "" };

test.each(["127.0.0.1:9000", "localhost:9000", "minio:9000"])(
  "an endpoint without http:// is named, with what is meant: %s",
  async (value) => {
    const env = { ...KEYS, AWS_ENDPOINT_URL: value };
    for (const args of [
      ["status", "s3://bucket/x"],
      ["at", "s3://bucket/x", "--", "-75", "100"],
    ]) {
      const { status, stderr } = await startZagg(args, { env }).done;
      expect([status, stderr]).toEqual([
        5,
        `zagg: AWS_ENDPOINT_URL=${value}: not an http:// or https:// address, as AWS_ENDPOINT_URL must be; is http://${value} meant?\n`,
      ]);
    }
  },
);

test("a proxy that refuses is asked, and named", async () => {
  const proxy = await startProxyServer({ refuse: 407 });
  const env = { HTTPS_PROXY: proxy.url, NO_PROXY: "", no_proxy: "", https_proxy: "" };
  const { status, stderr } = await startZagg(["catalog", "--cycle", "22"], { env }).done;
  expect(status, stderr).toBe(4);
  expect(stderr).toContain(`the proxy HTTPS_PROXY=${proxy.url}`);
  expect(proxy.requests).toEqual(["CONNECT cmr.earthdata.nasa.gov:443"]);
  await proxy.close();
});
