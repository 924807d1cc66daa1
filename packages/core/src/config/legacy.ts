import type { Problem } from "../terms/index.js";

/** Top-level keys that describe a file to its readers; 0.1.0 ignored them, and so do we, with a warning. */
const REMARKS = ["name", "title", "description", "version", "author"];

/**
 * Understands what 0.1.0 accepted and silently ignored: a top-level `store` (its quickstart has one) is
 * `output.store`; remarks are left out. Gives the document in today's form and the warnings.
 */
export function understandLegacy(value: unknown): { value: unknown; warnings: Problem[] } {
  if (!isMapping(value)) return { value, warnings: [] };
  const warnings: Problem[] = [];
  const warn = (key: string, message: string) =>
    warnings.push({ code: "ignored-key", path: [key], at: "key", message });

  const document: Record<string, unknown> = { ...value };
  for (const key of REMARKS) {
    if (!(key in document)) continue;
    delete document[key];
    warn(key, "has no effect; use a YAML comment, or attrs to describe the product.");
  }
  const { output, store } = document;
  if (store !== undefined && isMapping(output)) {
    delete document.store;
    if (output.store === undefined) {
      document.output = { ...output, store };
      warn("store", "taken as output.store; move it there.");
    } else {
      warn("store", "has no effect beside output.store; remove it.");
    }
  }
  return { value: document, warnings };
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
