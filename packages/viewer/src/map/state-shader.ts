import {
  HATCH_LINE,
  HATCH_PERIOD,
  MISSING_CHUNK_STYLE,
  NO_VALUE_STYLES,
  type NoValueStyle,
  type Rgb,
} from "@zagg/map";
import { SHARD_STATES } from "@zagg/product";

/** Beyond the states of `shard_state`: a chunk that should be there is not. */
export const STATE_MISSING_CHUNK = SHARD_STATES.length;

/** How cells without a value look, by the state of their shard; {@link STATE_MISSING_CHUNK} is the last. */
export const STATE_STYLES: readonly NoValueStyle[] = [
  ...SHARD_STATES.map((state) => NO_VALUE_STYLES[state]),
  MISSING_CHUNK_STYLE,
];

/** GLSL: the colour of a pixel without a value, by the state of its shard. */
export const WITHOUT_VALUE = `vec4 hatched(vec3 ground, vec3 line) {
  float along = mod(gl_FragCoord.x - gl_FragCoord.y, ${HATCH_PERIOD.toFixed(1)} * hatch);
  return vec4(along < ${HATCH_LINE.toFixed(1)} * hatch ? line : ground, 1.0);
}

vec4 withoutValue(uint state) {
  switch (state) {
    ${STATE_STYLES.map((style, state) => `case ${state}u: return ${expression(style)};`).join("\n    ")}
    default: return ${expression(NO_VALUE_STYLES.written)};
  }
}`;

function expression({ colour, hatch }: NoValueStyle): string {
  return hatch ? `hatched(${vec3(colour)}, ${vec3(hatch)})` : `vec4(${vec3(colour)}, 1.0)`;
}

function vec3(colour: Rgb): string {
  return `vec3(${colour.map((part) => (part / 255).toFixed(5)).join(", ")})`;
}
