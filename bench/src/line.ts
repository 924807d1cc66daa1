/** One row of a bench's table. */
export interface Line {
  readonly name: string;
  /** Fastest of several runs; NaN where it was skipped. */
  readonly seconds: number;
  readonly note?: string;
}

/** The table that people read. */
export function printTable(title: string, lines: readonly Line[]): void {
  console.log(`\n${title}`);
  const width = Math.max(...lines.map((line) => line.name.length));
  for (const { name, seconds, note = "" } of lines) {
    console.log(`  ${name.padEnd(width)}  ${formatSeconds(seconds).padStart(9)}  ${note}`);
  }
}

function formatSeconds(seconds: number): string {
  if (Number.isNaN(seconds)) return "-";
  return seconds < 1 ? `${(seconds * 1000).toFixed(1)} ms` : `${seconds.toFixed(2)} s`;
}
