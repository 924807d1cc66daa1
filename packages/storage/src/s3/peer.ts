import { AwsV4Signer } from "aws4fetch";
import type { Peer, Session } from "../http/exchange.js";
import { throughGate } from "../http/host-gate.js";
import type { HttpAnswer, HttpRequest, Send } from "../http/message.js";
import { nodeTransport } from "../http/node-transport.js";
import { RETRY_POLICY, type RetryPolicy } from "../http/retry.js";
import { renewable } from "../renewable.js";
import { sha256Hex } from "../sha256.js";
import type { CredentialProvider, Credentials } from "./credentials.js";
import { s3Endpoint } from "./endpoint.js";
import { objectUrl, parseS3Url } from "./location.js";

/** Used when nothing names a region; a bucket that lives elsewhere says so. */
const DEFAULT_REGION = "us-west-2";

export interface S3Options {
  /** Default: none, requests are anonymous. See `standardCredentials`. */
  readonly credentials?: CredentialProvider | undefined;
  /** Default: AWS_REGION, AWS_DEFAULT_REGION, us-west-2. A bucket that lives elsewhere says so and is followed. */
  readonly region?: string | undefined;
  /** Default: AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, else AWS. */
  readonly endpoint?: string | undefined;
  readonly retry?: Partial<RetryPolicy> | undefined;
}

const transport = throughGate(nodeTransport);
const signingKeys = new Map<string, ArrayBuffer>();
/** Regions learned from answers, by bucket. */
const learnedRegions = new Map<string, string>();

/** Speaks with S3 about `url`; requests name objects as `s3://bucket/key`, with S3's query. */
export function s3Peer(url: string, options: S3Options): Peer {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const region = options.region || AWS_REGION || AWS_DEFAULT_REGION || DEFAULT_REGION;
  const endpoint = s3Endpoint(options.endpoint);
  const expiry = (value: Credentials) => value.expiration?.getTime();
  const secret = options.credentials && renewable("AWS credentials", options.credentials, expiry);
  function begin(): Session {
    let used: Credentials | undefined;
    const send: Send = async (request) => {
      used = await secret?.current();
      return sendHome(request, used, region, endpoint);
    };
    return { send, ...(secret && { refresh: (code) => secret.renew(used, code === "auth") }) };
  }

  return { url, policy: { ...RETRY_POLICY, ...options.retry }, begin };
}

/** Sends to the region in which the bucket lives; where that was not `region`, S3's answer says so. */
async function sendHome(
  request: HttpRequest,
  credentials: Credentials | undefined,
  region: string,
  endpoint: string | undefined,
): Promise<HttpAnswer> {
  const address = parseS3Url(decodeURIComponent(request.url.href.replace(/\?.*$/s, "")));
  const place = `${endpoint ?? ""}/${address.bucket}`;
  async function sendTo(at: string): Promise<HttpAnswer> {
    const target = objectUrl(address, at, endpoint);
    target.search = request.url.search;
    const located = { ...request, url: target };
    return transport(credentials === undefined ? located : await signed(located, credentials, at));
  }
  const at = learnedRegions.get(place) ?? region;
  const answer = await sendTo(at);
  const home = answer.header("x-amz-bucket-region");
  const astray = answer.status === 301 || answer.status === 307 || answer.status === 400;
  if (!astray || home === undefined || home === at) return answer;
  answer.discard();
  learnedRegions.set(place, home);
  return sendTo(home);
}

/** The logical address that `s3Peer` turns into a real one for each attempt, since the region may be learned. */
export function s3ObjectUrl(bucket: string, key: string, query = ""): URL {
  return new URL(`s3://${bucket}/${encodeURIComponent(key)}${query && `?${query}`}`);
}

/** Signature version 4 over the whole request: the server checks the body against its SHA-256. */
async function signed(request: HttpRequest, credentials: Credentials, region: string): Promise<HttpRequest> {
  const { method, body, headers } = request;
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const digest = sha256Hex(body ?? "");
  const signer = new AwsV4Signer({
    method,
    url: request.url.href,
    headers: { ...headers, "x-amz-content-sha256": digest },
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    service: "s3",
    region,
    cache: signingKeys,
  });
  const { url, headers: all } = await signer.sign();
  return { ...request, url, headers: Object.fromEntries(all) };
}
