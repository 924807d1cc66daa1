import { rangeSource } from "../http/range-source.js";
import type { OpenSource } from "../source.js";
import { parseS3Url } from "./location.js";
import { type S3Options, s3ObjectUrl, s3Peer } from "./peer.js";

/** An S3 object, `s3://bucket/key`. */
export function s3Source(url: string, options: S3Options = {}): OpenSource {
  const { bucket, key } = parseS3Url(url, "object");
  return rangeSource(s3Peer(url, options), s3ObjectUrl(bucket, key));
}
