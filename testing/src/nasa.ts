import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type CmrItem, startCmrServer } from "./cmr-server.js";
import { archivePath, trackGranules, trackItem } from "./cmr-tracks.js";
import { type IssuedCredentials, startEarthdata } from "./earthdata-server.js";
import { startArchive } from "./http-server-archive.js";
import type { S3Emulator } from "./s3-emulator.js";

/** NASA, as far as zagg speaks to it, under its own names. */
export interface Nasa {
  /** Of processes that shall reach it, in place of everything else behind TLS; with an Earthdata login. */
  readonly environment: Readonly<Record<string, string>>;
  /** The bearer token of its user. */
  readonly token: string;
  /** What was asked, in order: `GET cmr.earthdata.nasa.gov/search/…`. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

const CMR = "cmr.earthdata.nasa.gov";
const URS = "urs.earthdata.nasa.gov";
const ARCHIVE = "data.nsidc.earthdatacloud.nasa.gov";
/** Where the archive's signed links lead. */
const SIGNED = "signed.cloudfront.net";

const REROUTE = fileURLToPath(new URL("../src/reroute.mjs", import.meta.url));
const LOGIN = { username: "ann", password: "p#ss" };
/** All granules of a cycle in the south. */
const ALL_TRACKS = 4161;

/**
 * CMR, login and archive (https, and S3 on an emulator) with the granules in `files`, which are named as ICESat-2's
 * of cycle 22 in the south. Needs openssl, which makes the certificate.
 */
export async function startNasa(files: readonly string[], s3: S3Emulator): Promise<Nasa> {
  const onIssue = (keys: IssuedCredentials) =>
    void s3.principals.set(keys.accessKeyId, { ...keys, readOnly: true });
  const [cmr, archive, earthdata] = await Promise.all([
    startCmrServer(itemsOf(files.map((file) => basename(file)))),
    startArchive(),
    startEarthdata({ ...LOGIN, onIssue }),
  ]);
  archive.tokens.add(earthdata.token);
  for (const file of files) {
    const [bucket, key] = archivePath(basename(file));
    const bytes = readFileSync(file);
    const { objects } = s3.buckets.get(bucket) ?? s3.addBucket(bucket);
    objects.set(key, { bytes, etag: `"${key}"`, modified: new Date(0), metadata: {} });
    archive.bucket.objects.set(`/${bucket}/${key}`, bytes);
  }

  const behind: Readonly<Record<string, string>> = {
    [CMR]: cmr.url,
    [URS]: earthdata.ursUrl,
    [ARCHIVE]: archive.url,
    [SIGNED]: archive.bucket.url,
  };
  const front = await startFront(behind, (host, path) =>
    host === ARCHIVE && path === "/s3credentials" ? earthdata.s3CredentialsUrl : undefined,
  );
  return {
    environment: {
      NODE_OPTIONS: `--import ${REROUTE}`,
      NODE_EXTRA_CA_CERTS: front.certificate,
      ZAGG_TEST_PORT: String(front.port),
      EARTHDATA_USERNAME: LOGIN.username,
      EARTHDATA_PASSWORD: LOGIN.password,
      EARTHDATA_TOKEN: "",
    },
    token: earthdata.token,
    requests: front.requests,
    close: async () => {
      await Promise.all([front.close(), cmr.close(), archive.close(), earthdata.close()]);
    },
  };
}

/** CMR's items of granules, their footprints by the track that is in their names. */
function itemsOf(ids: readonly string[]): CmrItem[] {
  const track = (id: string) => id.split("_")[2];
  const tracks = new Map(trackGranules(ALL_TRACKS).map((granule) => [track(granule.id), granule]));
  return ids.map((id, i) => {
    const granule = tracks.get(track(id));
    if (granule === undefined) throw new RangeError(`${id} is no granule of cycle 22 in the south`);
    return trackItem({ ...granule, id }, i);
  });
}

interface Front {
  readonly port: number;
  /** Path of the certificate to trust. */
  readonly certificate: string;
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** TLS in front of servers by host name; their redirects to each other go by these names, too. */
async function startFront(
  behind: Readonly<Record<string, string>>,
  exception: (host: string, path: string) => string | undefined,
): Promise<Front> {
  const folder = mkdtempSync(join(tmpdir(), "zagg-tls-"));
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  const names = Object.keys(behind).map((host) => `DNS:${host}`);
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"],
      ...["-subj", "/CN=zagg tests", "-addext", `subjectAltName=${names}`],
      ...["-keyout", key, "-out", certificate],
    ],
    { stdio: "pipe" },
  );
  const requests: string[] = [];
  const server = createServer(
    { key: readFileSync(key), cert: readFileSync(certificate) },
    (message, response) => {
      const { method = "GET", url: target = "/" } = message;
      const host = message.headers.host ?? "";
      requests.push(`${method} ${host}${target}`);
      const { pathname } = new URL(target, "http://front");
      const url =
        exception(host, pathname) ?? (behind[host] === undefined ? undefined : behind[host] + target);
      if (url === undefined) response.writeHead(421).end();
      else passOn(message, response, url, (location) => publicName(behind, location));
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    certificate,
    requests,
    close: () =>
      new Promise((resolve) => {
        rmSync(folder, { recursive: true });
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function passOn(
  message: IncomingMessage,
  response: ServerResponse,
  url: string,
  named: (location: string) => string,
): void {
  const { method, headers } = message;
  const sent = request(url, { method, headers: { ...headers, host: new URL(url).host } }, (answer) => {
    const { location } = answer.headers;
    const changed = location === undefined ? {} : { location: named(location) };
    response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...changed });
    answer.pipe(response);
  });
  sent.on("error", () => response.destroy());
  message.pipe(sent);
}

function publicName(behind: Readonly<Record<string, string>>, location: string): string {
  const found = Object.entries(behind).find(([, url]) => location.startsWith(`${url}/`));
  return found ? location.replace(found[1], `https://${found[0]}`) : location;
}
