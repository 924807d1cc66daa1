/// <reference types="node" />
import { bytesSource } from "../bytes/source.js";
import { exercise, type Findings, silentDifferences } from "./exercise.js";
import { type Mutation, mutate, randomFrom } from "./mutate.js";
import { type Baseline, liesIn } from "./touched.js";

/** What one mutated file did. */
export interface Round {
  readonly round: number;
  readonly file: string;
  readonly mutation: Mutation;
  /**
   * `same` nothing changed · `error` an `Hdf5Error` somewhere · `silent` other values and no word about it · `crash`
   * an error of another kind · `hang` no end, or more CPU time than {@link ROUND_CPU_MS}, twice.
   */
  readonly outcome: "same" | "error" | "silent" | "crash" | "hang";
  /** For `silent`: whether the mutation lies in a structure with a checksum, which must never be. */
  readonly checksummed?: boolean;
  readonly detail?: string;
}

/** One in eight mutations hits any byte of the file, the others its metadata. */
const ANYWHERE = 0.125;

/** CPU time that a round may take. Not wall time: a busy machine is no finding. */
export const ROUND_CPU_MS = 2000;

/** The bytes of round `round`: the same for the same seed. */
export function mutated(bytes: Uint8Array, { all, metadata }: Baseline, seed: number, round: number) {
  const random = randomFrom(Math.imul(seed, 0x9e3779b1) ^ round);
  return mutate(bytes, random() < ANYWHERE ? all : metadata, random);
}

/** What a file gives, and the CPU time it took, ms. */
async function timed(bytes: Uint8Array, file: string): Promise<[Findings, number]> {
  const before = process.cpuUsage();
  const found = await exercise(bytesSource(bytes, file));
  const { user, system } = process.cpuUsage(before);
  return [found, (user + system) / 1000];
}

export async function playRound(
  file: string,
  bytes: Uint8Array,
  whole: Baseline,
  seed: number,
  round: number,
): Promise<Round> {
  const { bytes: broken, mutation } = mutated(bytes, whole, seed, round);
  try {
    let [found, cpuMs] = await timed(broken, file);
    // What hangs hangs again; what shared its core with others does not.
    if (cpuMs > ROUND_CPU_MS) [found, cpuMs] = await timed(broken, file);
    if (cpuMs > ROUND_CPU_MS) return { round, file, mutation, outcome: "hang" };
    const silent = silentDifferences(whole.findings, found);
    if (silent.length > 0) {
      const checksummed =
        mutation.kind !== "cut" && liesIn(whole.checksummed, mutation.offset, mutation.length);
      return { round, file, mutation, outcome: "silent", checksummed, detail: silent.slice(0, 3).join(" ") };
    }
    const same = JSON.stringify(found) === JSON.stringify(whole.findings);
    return { round, file, mutation, outcome: same ? "same" : "error" };
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { round, file, mutation, outcome: "crash", detail };
  }
}
