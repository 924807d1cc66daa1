import { askLogin } from "./ask-login.js";

/**
 * Asks for an Earthdata user and password on the terminal, stdout being for results; the password is not shown.
 * Undefined where there is no terminal, or nothing is entered.
 */
export async function promptLogin(
  host: string,
): Promise<{ readonly username: string; readonly password: string } | undefined> {
  // Node's streams stay out of this module's types, which must compile where @types/node is not installed.
  return askLogin(host, { input: process.stdin, output: process.stderr });
}
