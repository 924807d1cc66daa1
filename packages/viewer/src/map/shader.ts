import { FIT_TERMS } from "./latitude-fit.js";
import { WITHOUT_VALUE } from "./state-shader.js";

export const VERTEX_SHADER = `#version 300 es
// One triangle that covers the window.
void main() {
  gl_Position = vec4(4.0 * float(gl_VertexID % 2) - 1.0, 4.0 * float(gl_VertexID / 2) - 1.0, 0.0, 1.0);
}`;

/** In the value texture: a cell without a value. (NaN does not survive every driver's optimiser.) */
export const MISSING = -3e38;

/** In the shard texture: the low bits are the shard's state, this one says that its values are there. */
export const LOADED = 0x80;
/**
 * Every pixel finds its own cell: inverse projection, HEALPix (Górski et al. 2005, section 5), then two look-ups. No
 * library function is used where its precision would show: the arc tangent is our own, and latitudes come from the
 * fit of latitude-fit.ts. float32 then places edges of order 12 within a thousandth of a cell.
 */
export const FRAGMENT_SHADER = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
precision highp usampler2D;

uniform int view;             // 0 south, 1 north, 2 globe
uniform vec2 middle;          // of the window, device pixels
uniform vec2 origin;          // polar: map position of the middle, in polar scales
uniform float perPixel;       // polar scales (globe: radii) per device pixel
uniform mat3 rotation;        // globe
uniform float fit[${FIT_TERMS}];
uniform int order;
uniform int depth;            // order - parent order
uniform float low;            // colour limits, of logarithms when logScale
uniform float high;
uniform bool logScale;
uniform float hatch;          // device pixels per CSS pixel
uniform usampler2D shardTable; // nested parent id -> shard + 1
uniform usampler2D shardInfo;  // shard -> state and LOADED
uniform sampler2D cellValues;
uniform sampler2D colours;
out vec4 colour;

const float TAN_22_5 = 0.41421356237;
const float QUARTERS = 0.63661977237; // radians to quarter turns

// Arc tangent of 0..tan(22.5 deg) in quarter turns; the next term of the series is below 3e-8.
float smallAtan(float a) {
  float s = a * a;
  return QUARTERS * a * (1.0 + s * (-1.0 / 3.0 + s * (1.0 / 5.0 + s * (-1.0 / 7.0 + s * (1.0 / 9.0
    + s * (-1.0 / 11.0 + s * (1.0 / 13.0 + s * (-1.0 / 15.0))))))));
}

// Angle of (x, y) in quarter turns, 0..4.
float quarterTurns(float y, float x) {
  float ax = abs(x);
  float ay = abs(y);
  float big = max(ax, ay);
  float small = min(ax, ay);
  float angle = small > TAN_22_5 * big
    ? 0.5 - smallAtan((big - small) / (big + small))
    : smallAtan(small / max(big, 1e-30));
  if (ay > ax) angle = 1.0 - angle;
  if (x < 0.0) angle = 2.0 - angle;
  if (y < 0.0) angle = 4.0 - angle;
  return angle >= 4.0 ? angle - 4.0 : angle;
}

uint spread(uint v) {
  v = (v | (v << 8)) & 0x00ff00ffu;
  v = (v | (v << 4)) & 0x0f0f0f0fu;
  v = (v | (v << 2)) & 0x33333333u;
  return (v | (v << 1)) & 0x55555555u;
}

uint interleave(int x, int y) {
  return spread(uint(x)) | (spread(uint(y)) << 1);
}

// Base cell, column and row; h: sin^2 of half the colatitude from the nearer pole; turn: longitude in quarter turns.
ivec3 cellAt(float h, bool north, float turn) {
  float q = fit[${FIT_TERMS - 1}];
  for (int i = ${FIT_TERMS - 2}; i >= 0; i--) q = q * h + fit[i];
  float g = min(h * q, 0.5);
  int nside = 1 << order;
  float n = float(nside);
  float z = 1.0 - 2.0 * g;
  if (z <= 2.0 / 3.0) {
    float along = n * (0.5 + turn);
    float up = n * 0.75 * (north ? z : -z);
    int jp = int(floor(along - up));
    int jm = int(floor(along + up));
    int fp = jp >> order;
    int fm = jm >> order;
    int face = fp == fm ? (fp & 3) + 4 : fp < fm ? fp & 3 : (fm & 3) + 8;
    return ivec3(face, jm & (nside - 1), nside - 1 - (jp & (nside - 1)));
  }
  int face = min(3, int(turn));
  float part = turn - float(face);
  float ring = n * sqrt(6.0 * g);
  int jp = min(nside - 1, int(part * ring));
  int jm = min(nside - 1, int((1.0 - part) * ring));
  return north ? ivec3(face, nside - 1 - jm, nside - 1 - jp) : ivec3(face + 8, jp, jm);
}

${WITHOUT_VALUE}

void main() {
  vec2 offset = gl_FragCoord.xy - middle;
  float h;
  bool north;
  float turn;
  if (view == 2) {
    vec2 s = offset * perPixel;
    float r2 = dot(s, s);
    if (r2 > 1.0) { colour = vec4(0.0); return; }
    vec3 v = rotation * vec3(s, sqrt(1.0 - r2));
    north = v.z >= 0.0;
    h = dot(v.xy, v.xy) / (2.0 * (1.0 + abs(v.z)));
    turn = quarterTurns(v.y, v.x);
  } else {
    vec2 p = origin + offset * perPixel;
    float t2 = dot(p, p);
    bool near = t2 <= 1.0;
    h = near ? t2 / (1.0 + t2) : 1.0 / (1.0 + t2);
    north = near == (view == 1);
    turn = view == 0 ? quarterTurns(p.x, p.y) : quarterTurns(p.x, -p.y) - 0.5;
    if (turn < 0.0) turn += 4.0;
  }

  ivec3 cell = cellAt(h, north, turn);
  int parentOrder = order - depth;
  uint parent = (uint(cell.x) << uint(2 * parentOrder)) + interleave(cell.y >> depth, cell.z >> depth);
  uint tableWidth = uint(textureSize(shardTable, 0).x);
  uint shard = texelFetch(shardTable, ivec2(parent % tableWidth, parent / tableWidth), 0).r;
  if (shard == 0u) { colour = view == 2 ? vec4(0.965, 0.969, 0.976, 1.0) : vec4(0.0); return; }
  shard -= 1u;
  uint infoWidth = uint(textureSize(shardInfo, 0).x);
  uint info = texelFetch(shardInfo, ivec2(shard % infoWidth, shard / infoWidth), 0).r;
  if ((info & ${LOADED}u) == 0u) { colour = withoutValue(info); return; }

  int mask = (1 << depth) - 1;
  uint position = (shard << uint(2 * depth)) + interleave(cell.y & mask, cell.z & mask);
  uint valueWidth = uint(textureSize(cellValues, 0).x);
  float value = texelFetch(cellValues, ivec2(position % valueWidth, position / valueWidth), 0).r;
  if (value < -2.9e38 || (logScale && value <= 0.0)) { colour = withoutValue(info & 0x7fu); return; }
  float at = ((logScale ? log(value) : value) - low) / (high - low);
  colour = texelFetch(colours, ivec2(clamp(int(floor(at * 256.0)), 0, 255), 0), 0);
}`;
