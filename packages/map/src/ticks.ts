import type { ColourScale } from "./colour-scale.js";

/** Round values within a scale's limits: steps of 1, 2 or 5 × 10ⁿ, about `count` of them. */
export function ticksOf(scale: ColourScale, count = 5): number[] {
  return scale.log ? logTicks(scale, count) : linearTicks(scale, count);
}

/** The step of 1, 2 or 5 × 10ⁿ that cuts `span` into about `count` parts. */
export function niceStep(span: number, count: number): number {
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = [1, 2, 5, 10].find((f) => f * power >= raw * 0.999) ?? 10;
  return factor * power;
}

function linearTicks({ min, max }: ColourScale, count: number): number[] {
  const step = niceStep(max - min, count);
  const ticks: number[] = [];
  for (let i = Math.ceil(min / step - 1e-9); i * step <= max + step * 1e-9; i++) ticks.push(i * step + 0);
  return ticks;
}

/** Powers of ten, with 2 and 5 between them where there are few. */
function logTicks(scale: ColourScale, count: number): number[] {
  const decades = Math.log10(scale.max / scale.min);
  const every = Math.max(1, Math.ceil(decades / count));
  const factors = decades < 1 ? [] : decades < count / 2 ? [1, 2, 5] : [1];
  if (factors.length === 0) return linearTicks(scale, count);
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(scale.min)); power <= Math.ceil(Math.log10(scale.max)); power++) {
    if (power % every !== 0) continue;
    for (const factor of factors) {
      const tick = factor * 10 ** power;
      if (tick >= scale.min * (1 - 1e-9) && tick <= scale.max * (1 + 1e-9)) ticks.push(tick);
    }
  }
  return ticks;
}

/** A tick as a person writes it: no trailing noise of binary fractions. */
export function tickLabel(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-3) return value.toExponential(1).replace(".0", "").replace("e+", "e");
  return String(Number(value.toPrecision(6)));
}
