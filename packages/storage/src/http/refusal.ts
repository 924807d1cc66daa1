import { StorageError, type StorageErrorCode } from "../errors.js";
import type { HttpAnswer, HttpRequest } from "./message.js";

/** How much of an error's body is kept; the rest is cut. */
const BODY_BYTES = 64 * 1024;

/** S3's error codes that say more than the status; AWS: API reference, "Error responses". */
const S3_CODES: Readonly<Record<string, StorageErrorCode>> = {
  AccessDenied: "denied",
  AuthorizationHeaderMalformed: "auth",
  ExpiredToken: "auth",
  InvalidAccessKeyId: "auth",
  InvalidToken: "auth",
  RequestTimeTooSkewed: "auth",
  SignatureDoesNotMatch: "auth",
  TokenRefreshRequired: "auth",
  BadDigest: "network",
  IncompleteBody: "network",
  RequestTimeout: "network",
  XAmzContentSHA256Mismatch: "network",
  ConditionalRequestConflict: "unavailable",
  OperationAborted: "unavailable",
  InternalError: "unavailable",
  ServiceUnavailable: "throttled",
  SlowDown: "throttled",
  EntityTooLarge: "invalid",
  QuotaExceeded: "no-space",
};

/** The typed error of an answer that is not the one hoped for; reads what its body says. */
export async function refusal(url: string, request: HttpRequest, answer: HttpAnswer): Promise<StorageError> {
  const body = request.method === "HEAD" ? "" : await errorBody(answer);
  if (request.method === "HEAD") answer.discard();
  return saidError(url, request, answer, body);
}

/** The typed error that an answer's body tells, of whatever status: S3 tells some in a body that begins with 200. */
export function saidError(
  url: string,
  { method }: Pick<HttpRequest, "method">,
  answer: Pick<HttpAnswer, "status" | "header">,
  body: string,
): StorageError {
  const s3Code = /<Code>([^<]*)<\/Code>/.exec(body)?.[1];
  const code = codeOfS3(s3Code) ?? codeOfStatus(answer.status, method);
  const said = [s3Code, messageOf(body)].filter(Boolean).join(": ");
  const retryAfterMs = retryAfter(answer.header("retry-after"));
  return new StorageError(code, url, `${method} answered ${answer.status}${said && ` (${said})`}`, {
    status: answer.status,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** What S3's code for an error means; undefined for a code whose status says it. */
export function codeOfS3(code: string | undefined): StorageErrorCode | undefined {
  return code !== undefined && Object.hasOwn(S3_CODES, code) ? S3_CODES[code] : undefined;
}

function codeOfStatus(status: number, method: HttpRequest["method"]): StorageErrorCode {
  if (status === 401) return "auth";
  if (status === 403) return "denied";
  // S3 tells an expired or wrong session token with 400; an answer to HEAD has no body that would say so.
  if (status === 400 && method === "HEAD") return "auth";
  if (status === 404 || status === 410) return "not-found";
  // S3 tells so of two puts at once (ConditionalRequestConflict): the upload should be retried.
  if (status === 409 && method === "PUT") return "unavailable";
  if (status === 412) return method === "PUT" ? "exists" : "changed";
  if (status === 416) return "short-read";
  if (status === 408) return "network";
  if (status === 429 || status === 503) return "throttled";
  if (status === 507) return "no-space";
  if (status >= 500 && status !== 501 && status !== 505) return "unavailable";
  return "invalid";
}

async function errorBody(answer: HttpAnswer): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  // A body that breaks off does not change what the status says; one that does not end is broken off.
  await answer
    .consume((bytes) => {
      text += decoder.decode(bytes, { stream: true });
      if (text.length > BODY_BYTES) throw new Error("enough");
    })
    .catch(() => undefined);
  return text;
}

/** S3 answers in XML, archives in JSON (with where to accept an agreement); pages in HTML are not repeated. */
function messageOf(body: string): string {
  const xml = /<Message>([^<]*)<\/Message>/.exec(body)?.[1];
  if (xml !== undefined) return xml;
  try {
    const { error_description, error, resolution_url } = JSON.parse(body);
    const parts = [error_description ?? error, resolution_url && `see ${resolution_url}`];
    return parts.filter((part) => typeof part === "string" && part !== "").join("; ");
  } catch {
    return "";
  }
}

function retryAfter(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
