// Sums the JSON reports of several test runs into one closing line. Fails on a failed or skipped test, and on a
// missing or empty report: in CI nothing may be left out.
import { existsSync, readFileSync } from "node:fs";

const totals = { passed: 0, failed: 0, skipped: 0 };
for (const path of process.argv.slice(2)) {
  const report = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : { numPassedTests: 0 };
  if (report.numPassedTests === 0) totals.failed++;
  totals.passed += report.numPassedTests;
  totals.failed += (report.numFailedTests ?? 0) + brokenFiles(report);
  totals.skipped += (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0);
}
if (totals.skipped > 0) console.log(`${totals.skipped} skipped: CI must skip none`);
console.log(`${totals.passed} passed, ${totals.failed + totals.skipped} failed`);
process.exit(totals.failed + totals.skipped > 0 ? 1 : 0);

// Files that broke before their first test appear as failed suites without tests.
function brokenFiles({ testResults = [] }) {
  return testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;
}
