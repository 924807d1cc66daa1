/** `members` without those that are undefined: optional members are then absent, as their interface wants. */
export function definedOnly<T extends object>(members: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}
