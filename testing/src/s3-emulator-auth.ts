import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { S3Refusal } from "./s3-emulator-errors.js";

/** Somebody who may sign requests. */
export interface Principal {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Temporary credentials: every request must carry this token. */
  readonly sessionToken?: string;
  /** When the session token stops being taken. */
  readonly expiration?: Date;
  readonly readOnly?: boolean;
}

export interface SignedRequest {
  readonly method: string;
  /** Path and query as on the request line. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

const SKEW_MS = 15 * 60_000;

interface Claim {
  readonly accessKeyId: string;
  readonly scope: readonly [date: string, region: string, service: string];
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly time: string;
  readonly token: string | undefined;
  readonly payloadHash: string;
  /** Seconds, for presigned URLs. */
  readonly expires: number | undefined;
}

/**
 * Checks a request against AWS Signature Version 4 (S3 API reference, "Authenticating requests"): header or
 * presigned query. Yields the principal, or undefined for an anonymous request.
 */
export function authenticate(
  request: SignedRequest,
  principals: ReadonlyMap<string, Principal>,
  region: string,
  now = Date.now(),
): Principal | undefined {
  const url = new URL(request.target, "http://s3");
  const claim = claimOf(request, url);
  if (claim === undefined) return undefined;
  const principal = principals.get(claim.accessKeyId);
  if (principal === undefined) throw new S3Refusal(403, "InvalidAccessKeyId", "no such access key");
  checkTime(claim, now);
  if (claim.token !== principal.sessionToken) {
    throw new S3Refusal(400, "InvalidToken", "the session token is malformed or of another principal");
  }
  if (principal.expiration !== undefined && now >= principal.expiration.getTime()) {
    throw new S3Refusal(400, "ExpiredToken", "the session token has expired");
  }
  if (claim.scope[1] !== region) {
    const what = `the region '${claim.scope[1]}' is wrong; expecting '${region}'`;
    throw new S3Refusal(400, "AuthorizationHeaderMalformed", what, { "x-amz-bucket-region": region });
  }
  const expected = Buffer.from(signatureOf(request, url, claim, principal.secretAccessKey));
  const given = Buffer.from(claim.signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new S3Refusal(403, "SignatureDoesNotMatch", "the signature is not the one we calculate");
  }
  checkPayload(claim.payloadHash, request.body);
  return principal;
}

function claimOf(request: SignedRequest, url: URL): Claim | undefined {
  const { headers } = request;
  const query = url.searchParams;
  const presigned = query.has("X-Amz-Signature");
  if (!presigned && headers.authorization === undefined) return undefined;
  const header = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=(\w+)$/.exec(
    headers.authorization ?? "",
  );
  const [credential, signed, signature] = presigned
    ? ["X-Amz-Credential", "X-Amz-SignedHeaders", "X-Amz-Signature"].map((name) => query.get(name) ?? "")
    : (header?.slice(1) ?? []);
  const [accessKeyId, date, region, service, end] = (credential ?? "").split("/");
  if (!accessKeyId || !date || !region || !service || end !== "aws4_request" || !signed || !signature) {
    throw new S3Refusal(400, "AuthorizationHeaderMalformed", "not a signature of version 4");
  }
  const field = (name: string) => (presigned ? query.get(name) : headers[name.toLowerCase()]?.toString());
  return {
    accessKeyId,
    scope: [date, region, service],
    signedHeaders: signed.split(";"),
    signature,
    time: field("X-Amz-Date") ?? "",
    token: field("X-Amz-Security-Token") ?? undefined,
    payloadHash: headers["x-amz-content-sha256"]?.toString() ?? "UNSIGNED-PAYLOAD",
    expires: presigned ? Number(query.get("X-Amz-Expires")) : undefined,
  };
}

function checkTime(claim: Claim, now: number): void {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(claim.time)?.slice(1);
  const [year, month, day, hour, minute, second] = parts ?? [];
  const signedAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(signedAt)) throw new S3Refusal(403, "AccessDenied", "no valid x-amz-date");
  if (claim.expires !== undefined) {
    if (now > signedAt + claim.expires * 1000)
      throw new S3Refusal(403, "AccessDenied", "Request has expired");
  } else if (Math.abs(now - signedAt) > SKEW_MS) {
    throw new S3Refusal(403, "RequestTimeTooSkewed", "the request's time is too far from ours");
  }
}

function signatureOf(request: SignedRequest, url: URL, claim: Claim, secret: string): string {
  const query = [...url.searchParams]
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${strictEncode(name)}=${strictEncode(value)}`)
    .sort();
  const headers = claim.signedHeaders.map((name) => `${name}:${request.headers[name]?.toString().trim()}\n`);
  const path = request.target.split("?", 1)[0] ?? "/";
  const canonical = [
    request.method,
    path
      .split("/")
      .map((part) => strictEncode(decodeURIComponent(part)))
      .join("/"),
    query.join("&"),
    headers.join(""),
    claim.signedHeaders.join(";"),
    claim.payloadHash,
  ].join("\n");
  const scope = [...claim.scope, "aws4_request"];
  const toSign = ["AWS4-HMAC-SHA256", claim.time, scope.join("/"), sha256(canonical)].join("\n");
  const key = scope.reduce<Buffer | string>((from, part) => hmac(from, part), `AWS4${secret}`);
  return hmac(key, toSign).toString("hex");
}

function checkPayload(claimed: string, body: Uint8Array): void {
  if (claimed === "UNSIGNED-PAYLOAD") return;
  if (claimed.startsWith("STREAMING-"))
    throw new S3Refusal(501, "NotImplemented", "no streamed payloads here");
  if (claimed !== sha256(body)) {
    throw new S3Refusal(400, "XAmzContentSHA256Mismatch", "the body is not the one that was signed");
  }
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

function hmac(key: Buffer | string, data: string): Buffer {
  return createHmac("sha256", key).update(data).digest();
}

function strictEncode(text: string): string {
  const percent = (c: string) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/[!'()*]/g, percent);
}
