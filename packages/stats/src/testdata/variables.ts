import type { StatisticSpec, StatisticSpecs } from "../compile.js";

const height = (spec: Partial<StatisticSpec>): StatisticSpec => ({
  params: {},
  dtype: "float32",
  fillValue: "NaN",
  ...spec,
});

/** The statistics of the built-in configuration for ATL06: heights and their uncertainties. */
export const VARIABLES: StatisticSpecs = {
  count: { function: "len", source: "h_li", params: {}, dtype: "int32", fillValue: 0 },
  h_min: height({ function: "min", source: "h_li" }),
  h_max: height({ function: "max", source: "h_li" }),
  h_mean: height({ function: "average", source: "h_li", params: { weights: "1.0 / s_li**2" } }),
  h_sigma: height({ expression: "1.0 / np.sqrt(np.sum(1.0 / s_li**2))" }),
  h_variance: height({ function: "var", source: "h_li" }),
  h_q25: height({ function: "quantile", source: "h_li", params: { q: 0.25 } }),
  h_q50: height({ function: "quantile", source: "h_li", params: { q: 0.5 } }),
  h_q75: height({ function: "quantile", source: "h_li", params: { q: 0.75 } }),
};

export const COLUMNS = ["h_li", "s_li"];
