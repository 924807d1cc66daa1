/// <reference types="node" />
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Findings, silentDifferences } from "./exercise.js";
import { mutated, type Round } from "./round.js";
import { type Baseline, baseline } from "./touched.js";

const SCRIPT = fileURLToPath(new URL("../../../../oracle/hdf5_findings.py", import.meta.url));
/** libhdf5 hangs on some broken files; its process is then replaced. */
const LIMIT_MS = 10_000;

/** What libhdf5 (through h5py) did with the same mutated files. */
export class Libhdf5 {
  readonly #python: string;
  readonly #folder = mkdtempSync(join(tmpdir(), "hdf5-fuzz-"));
  readonly #wholes = new Map<string, { bytes: Uint8Array; ours: Baseline; theirs: Findings | undefined }>();
  readonly outcomes = { same: 0, error: 0, silent: 0, crash: 0 };
  #process: ChildProcess | undefined;
  #lines: Interface | undefined;

  constructor(python: string) {
    this.#python = python;
  }

  async play({ file, round }: Round, seed: number): Promise<void> {
    const { bytes, ours, theirs } = await this.#whole(file);
    const path = join(this.#folder, "broken.h5");
    writeFileSync(path, mutated(bytes, ours, seed, round).bytes);
    const found = await this.#ask(path);
    if (!found || !theirs) this.outcomes.crash++;
    else if (silentDifferences(theirs, found).length > 0) this.outcomes.silent++;
    else this.outcomes[JSON.stringify(found) === JSON.stringify(theirs) ? "same" : "error"]++;
  }

  close(): void {
    this.#process?.kill("SIGKILL");
    rmSync(this.#folder, { recursive: true });
  }

  async #whole(file: string) {
    const known = this.#wholes.get(file);
    if (known) return known;
    const bytes = new Uint8Array(readFileSync(file));
    const whole = { bytes, ours: await baseline(bytes), theirs: await this.#ask(file) };
    this.#wholes.set(file, whole);
    return whole;
  }

  /** `undefined` if the process died or did not answer in time. */
  #ask(path: string): Promise<Findings | undefined> {
    this.#process ??= spawn(this.#python, [SCRIPT], { stdio: ["pipe", "pipe", "ignore"] });
    const child = this.#process;
    this.#lines ??= createInterface({ input: child.stdout as NodeJS.ReadableStream });
    const lines = this.#lines;
    return new Promise((resolve) => {
      const finish = (found: Findings | undefined) => {
        clearTimeout(timer);
        lines.removeAllListeners();
        child.removeAllListeners();
        if (!found) {
          child.kill("SIGKILL");
          this.#process = undefined;
          this.#lines = undefined;
        }
        resolve(found);
      };
      const timer = setTimeout(() => finish(undefined), LIMIT_MS);
      lines.once("line", (line) => finish(JSON.parse(line)));
      child.once("exit", () => finish(undefined));
      child.stdin?.write(`${path}\n`);
    });
  }
}
