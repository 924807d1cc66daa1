import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";

/** Where a prompt reads and writes. */
export interface PromptStreams {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
}

/** Asks for user and password; the password is not shown. Undefined where there is no terminal, or nothing is entered. */
export async function askLogin(
  host: string,
  { input, output }: PromptStreams,
): Promise<{ readonly username: string; readonly password: string } | undefined> {
  if (!input.isTTY || !output.isTTY) return undefined;
  let hidden = false;
  const echo = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!hidden) output.write(chunk);
      done();
    },
  });
  const lines = createInterface({ input, output: echo, terminal: true });
  try {
    const username = (await lines.question(`Earthdata user (${host}): `)).trim();
    if (username === "") return undefined;
    output.write("Password: ");
    hidden = true;
    const password = await lines.question("");
    output.write("\n");
    return password === "" ? undefined : { username, password };
  } finally {
    lines.close();
  }
}
