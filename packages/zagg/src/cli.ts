import { failureOf } from "./cli/exit-code.js";
import { makeOutput } from "./cli/output.js";
import { makeProgram, runProgram } from "./cli/program.js";

// The AWS libraries' word on Node versions to come is for us, not for who runs a command.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

// A reader that has seen enough (`zagg config show atl06 | head -3`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

try {
  await runProgram(makeProgram(), process.argv.slice(2));
} catch (error) {
  const { exitCode, message } = failureOf(error);
  if (message !== undefined) makeOutput({}).problem(message);
  process.exitCode = exitCode;
}
