import { StorageError } from "../errors.js";

/** An S3 address: `s3://bucket/key` or `s3://bucket/prefix`. */
export interface S3Address {
  readonly bucket: string;
  /** Key or prefix, not encoded, without a slash in front. */
  readonly key: string;
}

export function parseS3Url(url: string): S3Address {
  const parts = /^s3:\/\/([a-z0-9][a-z0-9._-]{1,62})(?:\/(.*))?$/is.exec(url);
  if (parts?.[1] === undefined) throw new StorageError("invalid", url, "not of the form s3://bucket/key");
  return { bucket: parts[1], key: parts[2] ?? "" };
}

/**
 * The https address of a bucket's object. AWS names the bucket in the host; other endpoints (`endpoint`), and
 * buckets whose dots would not fit the certificate, take it in the path.
 */
export function objectUrl(address: S3Address, region: string, endpoint: string | undefined): URL {
  const { bucket, key } = address;
  if (endpoint !== undefined) return new URL(`${endpoint.replace(/\/+$/, "")}/${bucket}/${encodeKey(key)}`);
  const domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return bucket.includes(".")
    ? new URL(`https://s3.${region}.${domain}/${bucket}/${encodeKey(key)}`)
    : new URL(`https://${bucket}.s3.${region}.${domain}/${encodeKey(key)}`);
}

/** Percent-encodes all but RFC 3986's unreserved characters and the slash, as signature version 4 demands. */
export function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replace(/%2F/g, "/")
    .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
