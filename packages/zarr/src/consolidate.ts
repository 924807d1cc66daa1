import type { Document, GroupDocument } from "./document.js";

/**
 * The same documents (by path; the root's is "") with every group made to hold those of all nodes below it.
 * Zarr-python looks for the block in the group that is opened, older versions in the root: both have it.
 *
 * Paths in a block are relative to its group, by depth and then by name; groups in a block carry an empty one.
 */
export function consolidate(documents: ReadonlyMap<string, Document>): Map<string, Document> {
  const paths = [...documents.keys()].sort(byDepthThenName);
  return new Map<string, Document>(
    paths.map((path) => {
      const document = documents.get(path) as Document;
      if (document.node_type === "array") return [path, document];
      const prefix = path === "" ? "" : `${path}/`;
      const below = paths.filter((other) => other !== path && other.startsWith(prefix));
      const members = below.map((other) => [
        other.slice(prefix.length),
        inBlock(documents.get(other) as Document),
      ]);
      return [path, withBlock(document, Object.fromEntries(members))];
    }),
  );
}

function inBlock(document: Document): Document {
  return document.node_type === "group" ? withBlock(document, {}) : document;
}

function withBlock(group: GroupDocument, metadata: Readonly<Record<string, Document>>): GroupDocument {
  return { ...group, consolidated_metadata: { kind: "inline", must_understand: false, metadata } };
}

function byDepthThenName(a: string, b: string): number {
  return depth(a) - depth(b) || (a < b ? -1 : 1);
}

function depth(path: string): number {
  return path === "" ? 0 : path.split("/").length;
}
