import type { Reporter, TestModule } from "vitest/node";

/** How names tell what a suite needs and does not find, e.g. `real granules (needs ../shared/data, see …)`. */
const REASON = /\(needs .*\)/;

/** Tells at the end of a run which suites and tests were skipped, and why. */
export default class SkipReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = modules.flatMap((module) =>
      skippedIn(module).map((name) => ` skipped: ${module.relativeModuleId}: ${name}`),
    );
    if (lines.length > 0) console.info(`\n${lines.join("\n")}\n`);
  }
}

function skippedIn(parent: Pick<TestModule, "children">): string[] {
  return [...parent.children].flatMap((child) => {
    if (child.options.mode === "skip") return REASON.test(child.name) ? [child.name] : [];
    return child.type === "suite" ? skippedIn(child) : [];
  });
}
