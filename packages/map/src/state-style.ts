import type { ShardState } from "@zagg/product";

/** Red, green and blue from 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** How a pixel without a value looks: a colour, and a second one where it is hatched. */
export interface NoValueStyle {
  readonly label: string;
  readonly colour: Rgb;
  readonly hatch?: Rgb;
}

/** Where a product has no shard. */
export const OUTSIDE_STYLE: NoValueStyle = { label: "outside the product", colour: [250, 250, 252] };

/** Pixels without a value, by the state of their shard. Neighbouring states differ in more than their hue. */
export const NO_VALUE_STYLES: Readonly<Record<ShardState, NoValueStyle>> = {
  pending: { label: "not run yet", colour: [238, 238, 240], hatch: [176, 190, 208] },
  written: { label: "no data", colour: [226, 229, 233] },
  partial: { label: "incomplete", colour: [246, 232, 200], hatch: [226, 229, 233] },
  empty: { label: "empty shard", colour: [206, 210, 217] },
  failed: { label: "failed", colour: [246, 226, 222], hatch: [214, 120, 104] },
};

/** Where a shard was written, but its chunk is not to be had. */
export const MISSING_CHUNK_STYLE: NoValueStyle = {
  label: "chunk missing",
  colour: [246, 226, 222],
  hatch: [115, 51, 128],
};

/** Distance of hatch lines and their width, units of a picture (CSS pixels on a screen). */
export const HATCH_PERIOD = 6;
export const HATCH_LINE = 1.5;
