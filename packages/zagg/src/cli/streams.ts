import { EXIT_CODES } from "@zagg/core";
import { makeOutput } from "./output.js";

/** Makes what happens to stdout and stderr an ending like others, or none. */
export function watchStreams(): void {
  // Nobody can be told that nobody listens: the command goes on, and its exit code tells.
  process.stderr.on("error", () => undefined);
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough (`zagg config show atl06 | head -3`) is no error.
    if (error.code !== "EPIPE") {
      makeOutput({}).problem(`the result could not be written to stdout: ${error.message}`);
      process.exitCode = EXIT_CODES.store;
    }
    process.exit();
  });
}
