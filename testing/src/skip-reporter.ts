import type { Reporter, TestModule } from "vitest/node";

/** Tells at the end of a run which suites were skipped, and why: their names say it, in parentheses. */
export default class SkipReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = modules.flatMap((module) =>
      skippedIn(module).map((name) => ` skipped: ${module.relativeModuleId}: ${name}`),
    );
    if (lines.length > 0) console.info(`\n${lines.join("\n")}\n`);
  }
}

/** Names of the outermost suites that were skipped, and of tests that were on their own. */
function skippedIn(parent: Pick<TestModule, "children">): string[] {
  return [...parent.children].flatMap((child) => {
    if (child.options.mode === "skip") return [child.name];
    return child.type === "suite" ? skippedIn(child) : [];
  });
}
