import type { StoredObject } from "../store.js";

export interface ListPage {
  readonly objects: readonly StoredObject[];
  /** What the next request must send; undefined on the last page. */
  readonly next: string | undefined;
}

/** Reads an answer of ListObjectsV2; its keys are percent-encoded when it says so (not every server can). */
export function parseListPage(xml: string): ListPage {
  const encoded = text(xml, "EncodingType") === "url";
  const plain = (key: string) => (encoded ? decodeURIComponent(key.replace(/\+/g, " ")) : key);
  const objects = elements(xml, "Contents").map((entry) => {
    const etag = text(entry, "ETag");
    return {
      key: plain(text(entry, "Key") ?? ""),
      size: Number(text(entry, "Size")),
      ...(etag !== undefined && { etag }),
    };
  });
  const more = text(xml, "IsTruncated") === "true";
  return { objects, next: more ? text(xml, "NextContinuationToken") : undefined };
}

/** The body of a DeleteObjects request. Quiet: the answer names failures only. */
export function deleteDocument(keys: readonly string[]): string {
  const objects = keys.map((key) => `<Object><Key>${escapeXml(key)}</Key></Object>`).join("");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Quiet>true</Quiet>${objects}</Delete>`;
}

/** The keys that DeleteObjects could not delete, with S3's reason. */
export function parseDeleteFailures(xml: string): { readonly key: string; readonly code: string }[] {
  return elements(xml, "Error").map((entry) => ({
    key: text(entry, "Key") ?? "?",
    code: text(entry, "Code") ?? "?",
  }));
}

function elements(xml: string, name: string): string[] {
  const found = xml.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, "gs"));
  return [...found].map((match) => match[1] as string);
}

function text(xml: string, name: string): string | undefined {
  const value = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return value === undefined ? undefined : unescapeXml(value);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescapeXml(value: string): string {
  return value.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    return String.fromCodePoint(Number.parseInt(decimal ?? hex, decimal === undefined ? 16 : 10));
  });
}

function escapeXml(value: string): string {
  return value.replace(/[&<>"'\r\n\t]/g, (c) => `&#${c.charCodeAt(0)};`);
}
