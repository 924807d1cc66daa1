import * as z from "zod/mini";

/** Where a JSON value first departs from a schema, as `path: what is wrong`; undefined where it does not. */
export function firstProblem(schema: z.ZodMiniType, value: unknown): string | undefined {
  const [issue] = z.safeParse(schema, value).error?.issues ?? [];
  return issue && `${issue.path.join(".") || "the document"}: ${issue.message}`;
}
