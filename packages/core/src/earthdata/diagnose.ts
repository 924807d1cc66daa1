import {
  type Credentials,
  httpSource,
  isStorageError,
  type OpenSource,
  type S3Options,
  s3Source,
} from "@zagg/storage";
import { isZaggError, type ZaggErrorKind } from "../terms/index.js";
import { s3CredentialsUrl } from "./daac.js";
import { EARTHDATA_HOSTS } from "./hosts.js";
import { s3Credentials } from "./s3-credentials.js";
import { type EarthdataOptions, earthdataToken } from "./token.js";

/** One thing that works, or not. No secret is in it. */
export interface Check {
  readonly name: string;
  /** `warning`: something will be slower, or one of two ways is closed; `skipped`: another check must pass first. */
  readonly state: "ok" | "warning" | "failed" | "skipped";
  /** What was found, from where, and what to do about it. */
  readonly detail: string;
  /** Whose fault it is, where it failed: decides the exit code. */
  readonly kind?: ZaggErrorKind;
}

/** A granule to try: one that exists. */
export interface Probe {
  readonly s3?: string;
  readonly https?: string;
}

export interface DiagnoseOptions extends EarthdataOptions {
  /** Finds a granule to try, which shows that CMR answers. */
  readonly probe: () => Promise<Probe>;
  /** Default: the archive's that holds the probe. */
  readonly s3CredentialsUrl?: string;
  readonly s3?: Omit<S3Options, "credentials">;
  /** Default: Earthdata's. */
  readonly tokenHosts?: readonly string[];
}

/** Bytes that are read of the probe: HDF5's signature. */
const PROBE_BYTES = 8;

/** Checks the source end to end: CMR, login, S3 and https, down to the first bytes of a granule. */
export async function diagnoseSource(given: DiagnoseOptions): Promise<Check[]> {
  const options = askingOnce(given);
  const { probe, retry } = options;
  let granule: Probe = {};
  const cmr = await check("CMR", async () => {
    granule = await probe();
    return `answers; trying ${(granule.s3 ?? granule.https ?? "").split("/").at(-1)}`;
  });
  let token = "";
  const login = await check("Earthdata login", async () => {
    const { from, expires, ...secret } = await earthdataToken(options);
    token = secret.token;
    return `by ${from}${expires ? `, token until ${expires.toISOString().slice(0, 10)}` : ""}`;
  });

  const url = options.s3CredentialsUrl ?? s3CredentialsUrl(granule);
  const blocked = [cmr, login].find(({ state }) => state === "failed")?.name;
  if (blocked !== undefined) {
    const detail = `needs ${blocked}`;
    return [
      cmr,
      login,
      ...["S3 credentials", "S3 read", "https read"].map(
        (name): Check => ({ name, state: "skipped", detail }),
      ),
    ];
  }

  let secret: Credentials | undefined;
  const credentials = await check("S3 credentials", async () => {
    if (url === undefined) throw new Error("the granule is in no archive's bucket");
    const issued = await s3Credentials(url, options);
    secret = issued;
    return `from ${new URL(url).host}, until ${issued.expiration.toISOString()}`;
  });
  const provider = secret && (async () => secret as Credentials);
  const s3 = await readCheck("S3 read", provider && granule.s3, (address) =>
    s3Source(address, { ...options.s3, retry, credentials: provider }),
  );
  const https = await readCheck("https read", granule.https, (address) =>
    httpSource(address, {
      token: async () => token,
      tokenHosts: options.tokenHosts ?? EARTHDATA_HOSTS,
      retry,
    }),
  );
  return [cmr, login, credentials, ...eitherWay(s3, https)];
}

/** Several checks log in: the user is asked once. */
function askingOnce(options: DiagnoseOptions): DiagnoseOptions {
  const { prompt } = options;
  let answer: ReturnType<NonNullable<typeof prompt>> | undefined;
  return prompt ? { ...options, prompt: (host) => (answer ??= prompt(host)) } : options;
}

/** S3 works from inside us-west-2 only: elsewhere https does, and that is no failure. */
function eitherWay(s3: Check, https: Check): Check[] {
  if (s3.state === "failed" && https.state === "ok") {
    const remedy = "works only inside AWS region us-west-2; elsewhere use --driver https";
    return [{ name: s3.name, state: "warning", detail: `${remedy} (${s3.detail})` }, https];
  }
  if (https.state === "failed" && s3.state === "ok") return [s3, { ...https, state: "warning" }];
  return [s3, https];
}

async function readCheck(
  name: string,
  address: string | undefined,
  open: (address: string) => OpenSource,
): Promise<Check> {
  if (address === undefined)
    return { name, state: "skipped", detail: "needs S3 credentials, or a granule with such a link" };
  const source = open(address);
  const started = performance.now();
  try {
    return await check(name, async () => {
      await source.read(0, PROBE_BYTES);
      return `first bytes in ${Math.round(performance.now() - started)} ms`;
    });
  } finally {
    await source.close();
  }
}

async function check(name: string, work: () => Promise<string>): Promise<Check> {
  try {
    return { name, state: "ok", detail: await work() };
  } catch (error) {
    return { name, state: "failed", detail: (error as Error).message, kind: kindOf(error) };
  }
}

function kindOf(error: unknown): ZaggErrorKind {
  if (isZaggError(error)) return error.kind;
  return isStorageError(error, "auth", "denied") ? "auth" : "upstream";
}
