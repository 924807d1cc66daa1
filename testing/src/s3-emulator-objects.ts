import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { crc32 } from "node:zlib";
import { S3Refusal, xmlDocument, xmlElement } from "./s3-emulator-errors.js";

export interface EmulatedObject {
  readonly bytes: Uint8Array;
  readonly etag: string;
  readonly modified: Date;
  /** `x-amz-meta-*` as they came. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface S3Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: Uint8Array | string;
}

export type Objects = Map<string, EmulatedObject>;

/** GetObject and HeadObject: whole or a range, with If-Match and If-None-Match. */
export function getObject(objects: Objects, key: string, headers: IncomingHttpHeaders): S3Answer {
  const object = objects.get(key);
  if (object === undefined) throw new S3Refusal(404, "NoSuchKey", "The specified key does not exist.");
  const { bytes, etag } = object;
  if (headers["if-match"] !== undefined && headers["if-match"] !== etag) {
    throw new S3Refusal(412, "PreconditionFailed", "the object is not the one in If-Match");
  }
  if (headers["if-none-match"] === etag) return { status: 304, headers: { etag } };
  const common = {
    etag,
    "accept-ranges": "bytes",
    "content-type": "binary/octet-stream",
    "last-modified": object.modified.toUTCString(),
    ...object.metadata,
  };
  const range = rangeOf(headers.range, bytes.length);
  if (range === undefined) return { status: 200, headers: common, body: bytes };
  const [start, end] = range;
  if (start >= end) {
    const unsatisfiable = { "content-range": `bytes */${bytes.length}` };
    throw new S3Refusal(416, "InvalidRange", "The requested range is not satisfiable", unsatisfiable);
  }
  const contentRange = `bytes ${start}-${end - 1}/${bytes.length}`;
  return {
    status: 206,
    headers: { ...common, "content-range": contentRange },
    body: bytes.subarray(start, end),
  };
}

/** `[start, end)`; undefined when the whole object is meant (S3 ignores ranges it does not understand). */
function rangeOf(header: string | undefined, size: number): readonly [number, number] | undefined {
  const parts = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (parts === null || (parts[1] === "" && parts[2] === "")) return undefined;
  if (parts[1] === "") return [Math.max(0, size - Number(parts[2])), size];
  const last = parts[2] === "" ? size - 1 : Number(parts[2]);
  if (last < Number(parts[1])) return [size, size];
  return [Number(parts[1]), Math.min(last + 1, size)];
}

/** PutObject, with If-None-Match, If-Match and checksums; atomic, since nothing here awaits. */
export function putObject(
  objects: Objects,
  key: string,
  headers: IncomingHttpHeaders,
  body: Uint8Array,
): S3Answer {
  checkChecksums(headers, body);
  const present = objects.get(key);
  if (headers["if-none-match"] === "*" && present !== undefined) {
    throw new S3Refusal(412, "PreconditionFailed", "the key is taken");
  }
  if (headers["if-match"] !== undefined && headers["if-match"] !== present?.etag) {
    throw new S3Refusal(present ? 412 : 404, present ? "PreconditionFailed" : "NoSuchKey", "If-Match fails");
  }
  const etag = `"${createHash("md5").update(body).digest("hex")}"`;
  const metadata = Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith("x-amz-meta-") ? [[name, String(value)]] : [],
    ),
  );
  objects.set(key, { bytes: body, etag, modified: new Date(), metadata });
  return { status: 200, headers: { etag } };
}

function checkChecksums(headers: IncomingHttpHeaders, body: Uint8Array): void {
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(body));
  const actual: Readonly<Record<string, string>> = {
    "content-md5": createHash("md5").update(body).digest("base64"),
    "x-amz-checksum-sha256": createHash("sha256").update(body).digest("base64"),
    "x-amz-checksum-crc32": crc.toString("base64"),
  };
  for (const [name, value] of Object.entries(actual)) {
    const claimed = headers[name];
    if (claimed !== undefined && claimed !== value) throw new S3Refusal(400, "BadDigest", `${name} is wrong`);
  }
}

/** DeleteObjects. */
export function deleteObjects(objects: Objects, headers: IncomingHttpHeaders, body: Uint8Array): S3Answer {
  if (headers["content-md5"] === undefined && headers["x-amz-checksum-crc32"] === undefined) {
    throw new S3Refusal(400, "InvalidRequest", "Missing required header for this request: Content-MD5");
  }
  checkChecksums(headers, body);
  const text = Buffer.from(body).toString("utf8");
  const keys = [...text.matchAll(/<Key>([^<]*)<\/Key>/g)].map((match) => fromXml(match[1] ?? ""));
  if (keys.length === 0 || keys.length > 1000) throw new S3Refusal(400, "MalformedXML", "1 to 1000 keys");
  for (const key of keys) objects.delete(key);
  const quiet = text.includes("<Quiet>true</Quiet>");
  const deleted = quiet ? [] : keys.map((key) => `<Deleted>${xmlElement("Key", key)}</Deleted>`);
  return xml(xmlDocument("DeleteResult", deleted.join("")));
}

/** ListObjectsV2: prefix, delimiter, paging, URL encoding of keys. */
export function listObjects(
  objects: Objects,
  bucket: string,
  query: URLSearchParams,
  pageSize: number,
): S3Answer {
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  const token = query.get("continuation-token");
  const after =
    token === null ? (query.get("start-after") ?? "") : Buffer.from(token, "base64").toString("utf8");
  const limit = Math.min(Number(query.get("max-keys") ?? pageSize), pageSize);
  const encoded = query.get("encoding-type") === "url";
  const encode = encoded ? encodeURIComponent : (key: string) => key;
  const folders = new Set<string>();
  const entries: string[] = [];
  let last = "";
  let truncated = false;
  const keys = [...objects.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  for (const key of keys) {
    if (!key.startsWith(prefix) || key <= after) continue;
    const cut = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    const folder = cut < 0 ? undefined : key.slice(0, cut + delimiter.length);
    if (folder !== undefined && (folders.has(folder) || after.startsWith(folder))) continue;
    if (entries.length + folders.size === limit) {
      truncated = true;
      break;
    }
    last = key;
    const object = objects.get(key);
    if (folder !== undefined) folders.add(folder);
    else if (object !== undefined) {
      const fields = `${xmlElement("ETag", object.etag)}${xmlElement("Size", object.bytes.length)}`;
      entries.push(`<Contents>${xmlElement("Key", encode(key))}${fields}</Contents>`);
    }
  }
  const common = [...folders].map(
    (folder) => `<CommonPrefixes>${xmlElement("Prefix", encode(folder))}</CommonPrefixes>`,
  );
  const next = truncated ? xmlElement("NextContinuationToken", Buffer.from(last).toString("base64")) : "";
  const encoding = encoded ? xmlElement("EncodingType", "url") : "";
  const content = `${xmlElement("Name", bucket)}${encoding}${xmlElement("IsTruncated", truncated)}${next}${entries.join("")}${common.join("")}`;
  return xml(xmlDocument("ListBucketResult", content));
}

function xml(body: string): S3Answer {
  return { status: 200, headers: { "content-type": "application/xml" }, body };
}

function fromXml(text: string): string {
  const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return text.replace(/&(?:#(\d+)|(\w+));/g, (whole, code, name) =>
    code === undefined ? (named[name] ?? whole) : String.fromCodePoint(Number(code)),
  );
}
