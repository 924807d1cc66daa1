import { StorageError } from "../errors.js";
import { redactUrl } from "../redact.js";

const FORM = /^s3:\/\/([a-z0-9][a-z0-9._-]{1,62})(?:\/(.*))?$/is;

/** A bucket that can stand in a host's name: not case-sensitive there, and a dot would not fit the certificate. */
const HOST_LABEL = /^[a-z0-9-]+$/;

/** An S3 address: `s3://bucket/key` or `s3://bucket/prefix`. */
export interface S3Address {
  readonly bucket: string;
  /** Key or prefix, not encoded, without a slash in front. */
  readonly key: string;
}

/**
 * Why `url` is no location on S3, to be read after "…: "; undefined where it is one. Keys whose segments are empty, `.` or
 * `..` are refused: an address is normalized on its way, so that requests for one such key go to different places, even to
 * another bucket. `object`: a key is needed, and not one of a folder.
 */
export function s3Problem(url: string, what: "object" | "prefix"): string | undefined {
  const parts = FORM.exec(url);
  if (parts?.[1] === undefined) {
    return /^s3:\/\/[^/]*[:@]/i.test(url)
      ? "an s3:// address takes no user, password or port; credentials come from the environment or a profile"
      : "not of the form s3://bucket/key";
  }
  const segments = (parts[2] ?? "").split("/");
  if (segments.at(-1) === "") {
    if (what === "object") return "it names no object: a key is missing behind the last slash";
    segments.pop();
  }
  const wrong = segments.find((segment) => segment === "" || segment === "." || segment === "..");
  if (wrong === undefined) return undefined;
  return wrong === "" ? "it has an empty segment (//)" : `it has a segment "${wrong}"`;
}

/** Throws StorageError `invalid` for what {@link s3Problem} finds. */
export function parseS3Url(url: string, what: "object" | "prefix" = "prefix"): S3Address {
  const problem = s3Problem(url, what);
  if (problem !== undefined) throw new StorageError("invalid", redactUrl(url), problem);
  const [, bucket = "", key = ""] = FORM.exec(url) ?? [];
  return { bucket, key };
}

/**
 * The https address of a bucket's object. AWS names the bucket in the host; other endpoints (`endpoint`), and
 * buckets that a host's name cannot hold, take it in the path.
 */
export function objectUrl(address: S3Address, region: string, endpoint: string | undefined): URL {
  const { bucket, key } = address;
  if (endpoint !== undefined) return new URL(`${endpoint.replace(/\/+$/, "")}/${bucket}/${encodeKey(key)}`);
  const domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return HOST_LABEL.test(bucket)
    ? new URL(`https://${bucket}.s3.${region}.${domain}/${encodeKey(key)}`)
    : new URL(`https://s3.${region}.${domain}/${bucket}/${encodeKey(key)}`);
}

/** Percent-encodes all but RFC 3986's unreserved characters and the slash, as signature version 4 demands. */
export function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replace(/%2F/g, "/")
    .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
