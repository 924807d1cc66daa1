import { setFlagsFromString } from "node:v8";
import { failureOf } from "./cli/exit-code.js";
import { makeOutput } from "./cli/output.js";
import { makeProgram, runProgram } from "./cli/program.js";
import { watchStreams } from "./cli/streams.js";

// The AWS libraries' word on Node versions to come is for us, not for who runs a command.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

// Buffers count against the old generation of a worker thread: left to itself, V8 collects for every 20 MB of them.
setFlagsFromString("--initial-old-space-size=32");

watchStreams();
// What nobody waits for any more can still fail: that, too, is told in a line.
process.on("uncaughtException", (error) => {
  fail(error);
  process.exit();
});

try {
  await runProgram(makeProgram(), process.argv.slice(2));
} catch (error) {
  fail(error);
}

function fail(error: unknown): void {
  const { exitCode, message } = failureOf(error);
  if (message !== undefined) makeOutput({}).problem(message);
  process.exitCode = exitCode;
}
