import type * as z from "zod/mini";
import { firstProblem } from "../terms/index.js";

/** The document as its schema has it, or what `refusal` makes of the first place that is wrong and what it should be. */
export function checkShape<S extends z.ZodMiniType>(
  schema: S,
  document: unknown,
  refusal: (what: string) => Error,
): z.output<S> {
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  throw refusal(`${firstProblem(schema, document)}`);
}
