#!/usr/bin/env node
/** With fewer the modules of a command cannot all be opened, and Node says so in words about some file of ours. */
const FEWEST_FILES = 256;

try {
  await import("../dist/cli.js");
} catch (error) {
  const soft = process.report.getReport().userLimits?.open_files.soft;
  if (!(soft < FEWEST_FILES)) throw error;
  const remedy = `raise the limit (ulimit -n ${4 * FEWEST_FILES}), then run the same command again`;
  console.error(`zagg: this process may open ${soft} files, too few to start; ${remedy}`);
  process.exitCode = 5;
}
