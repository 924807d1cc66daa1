import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { ZaggError } from "@zagg/core";

const PACKAGE = new URL("../../", import.meta.url);

/** The CloudFormation template. */
export function templateText(): string {
  return readFileSync(new URL("template.yaml", PACKAGE), "utf8");
}

/** The worker's zip, as published with this package. */
export async function functionZip(): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(new URL("dist/function.zip", PACKAGE)));
  } catch (error) {
    const message = "the worker's zip is not built: in a checkout, npm run build makes it";
    throw new ZaggError("config", "no-zip", message, {}, { cause: error });
  }
}
