/**
 * Ranges [start, stop) that hold all of `rows`, ascending; stretches less than `gap` rows apart are one range.
 * Reading a range costs whole chunks, so a gap below the chunk size saves nothing.
 */
export function rowRanges(rows: Uint32Array, gap: number): [start: number, stop: number][] {
  const ranges: [number, number][] = [];
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const last = ranges.at(-1);
    if (last && row - last[1] < gap) last[1] = row + 1;
    else ranges.push([row, row + 1]);
  }
  return ranges;
}

/** Positions of `rows` in what reading `ranges` gives: the ranges' rows behind each other. */
export function rowPositions(rows: Uint32Array, ranges: readonly (readonly [number, number])[]): Uint32Array {
  const positions = new Uint32Array(rows.length);
  let range = 0;
  let before = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    while (row >= (ranges[range] as [number, number])[1]) {
      const [start, stop] = ranges[range++] as [number, number];
      before += stop - start;
    }
    positions[i] = before + row - (ranges[range] as [number, number])[0];
  }
  return positions;
}
