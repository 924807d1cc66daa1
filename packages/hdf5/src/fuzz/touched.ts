/// <reference types="node" />

import { bytesSource } from "../bytes/source.js";
import { Metadata } from "../format/metadata.js";
import { exercise, type Findings } from "./exercise.js";
import type { TouchedRange } from "./mutate.js";

/** What a whole file holds and where reading it looked. */
export interface Baseline {
  readonly findings: Findings;
  /** Structures of the metadata, as they were read. */
  readonly metadata: readonly TouchedRange[];
  /** Of those, what a checksum covers. */
  readonly checksummed: readonly TouchedRange[];
  /** Everything else that was fetched: mostly chunks. */
  readonly all: readonly TouchedRange[];
}

/** Reads the whole file once, noting every structure. The metadata reader is watched from outside, here alone. */
export async function baseline(bytes: Uint8Array): Promise<Baseline> {
  const metadata: TouchedRange[] = [];
  const checksummed: TouchedRange[] = [];
  const { read, verify } = Metadata.prototype;
  Metadata.prototype.read = function (address, length) {
    metadata.push({ offset: this.base + address, length });
    return read.call(this, address, length);
  };
  Metadata.prototype.verify = function (structure, address, signature) {
    checksummed.push({ offset: this.base + address, length: structure.length });
    return verify.call(this, structure, address, signature);
  };
  try {
    const findings = await exercise(bytesSource(bytes));
    return {
      findings,
      metadata: [{ offset: 0, length: 96 }, ...metadata],
      checksummed,
      all: [{ offset: 0, length: bytes.length }],
    };
  } finally {
    Object.assign(Metadata.prototype, { read, verify });
  }
}

/** Whether a mutation of `length` bytes at `offset` lies in one of the ranges. */
export function liesIn(ranges: readonly TouchedRange[], offset: number, length: number): boolean {
  return ranges.some((range) => offset >= range.offset && offset + length <= range.offset + range.length);
}
