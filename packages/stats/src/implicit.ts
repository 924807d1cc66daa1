/**
 * Columns that every shard has, whatever the config reads: the point's coordinates in degrees, and the indices of
 * its granule (within the shard's sorted granules) and of its group (within `data_source.groups`).
 */
export const IMPLICIT_COLUMNS = ["latitude", "longitude", "granule", "group"] as const;

export function isImplicitColumn(name: string): boolean {
  return (IMPLICIT_COLUMNS as readonly string[]).includes(name);
}
