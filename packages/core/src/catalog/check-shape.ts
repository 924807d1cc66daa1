import * as z from "zod/mini";
// By its own path: `z.locales` would bring every language into the bundles.
import en from "zod/v4/locales/en.js";

/** Without it, zod/mini says no more of anything than "Invalid input". */
const { localeError } = en();

/** The document as its schema has it, or what `refusal` makes of the first key that is wrong and what it should be. */
export function checkShape<S extends z.ZodMiniType>(
  schema: S,
  document: unknown,
  refusal: (what: string) => Error,
): z.output<S> {
  const parsed = schema.safeParse(document, { error: localeError });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const key = z.core.toDotPath(issue?.path ?? []);
  const what = issue?.message.replace(/^Invalid \w+: /, "");
  throw refusal(key === "" ? `${what}` : `${key}: ${what}`);
}
