// Sums the JSON reports of several test runs into one closing line, after the names of all tests that did not pass.
// Fails on a failed or skipped test, and on a missing or empty report: in CI nothing may be left out.
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";

const totals = { passed: 0, failed: 0 };
for (const path of process.argv.slice(2)) {
  const report = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : { testResults: [] };
  const missed = report.testResults.flatMap(notPassed);
  if (!report.numPassedTests) missed.push("no test passed");
  totals.passed += report.numPassedTests ?? 0;
  totals.failed += missed.length;
  for (const line of missed) console.log(`${basename(path, ".json")}: ${line}`);
}
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed > 0 ? 1 : 0);

/** Tests that failed, were skipped or never ended (their file's process died); files that broke before their first. */
function notPassed({ name, status, assertionResults, message }) {
  if (status === "failed" && assertionResults.length === 0) return [`${name}: ${message}`];
  return assertionResults
    .filter((test) => test.status !== "passed")
    .map((test) => `${test.status}: ${name}: ${test.fullName}`);
}
