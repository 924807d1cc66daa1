/** What a granule's `land_ice_segments` group holds: the product's datasets, with their types and fills. */

export type StoredType = "<f" | "<d" | "<b" | "<i";

/** How {@link fillerColumn} imitates datasets that the pipeline does not look at. */
export type Filler = "smooth" | "rough" | "count" | "flag" | "distance";

export interface Variable {
  /** Below `land_ice_segments`. */
  readonly path: string;
  readonly type: StoredType;
  readonly units: string;
  readonly name: string;
  /** Absent: the dataset has no missing values. */
  readonly fill?: number;
  /** Only in full-size granules. */
  readonly filler?: Filler;
}

/** `_FillValue` of float32 datasets: the largest float32. */
export const FLOAT_FILL = 3.4028234663852886e38;
const INTEGER_FILL = 2_147_483_647;

/** Datasets that hold what they say; enough for the built-in configs. */
export const MAIN_VARIABLES: readonly Variable[] = [
  { path: "delta_time", type: "<d", units: "seconds since 2018-01-01", name: "Elapsed GPS seconds" },
  { path: "latitude", type: "<d", units: "degrees_north", name: "Latitude" },
  { path: "longitude", type: "<d", units: "degrees_east", name: "Longitude" },
  { path: "h_li", type: "<f", units: "meters", name: "Land Ice height", fill: FLOAT_FILL },
  { path: "h_li_sigma", type: "<f", units: "meters", name: "Expected RMS segment misfit", fill: FLOAT_FILL },
  { path: "atl06_quality_summary", type: "<b", units: "1", name: "ATL06 Quality Summary" },
  { path: "segment_id", type: "<i", units: "1", name: "Reference Point, m" },
  {
    path: "fit_statistics/dh_fit_dx",
    type: "<f",
    units: "meters/meters",
    name: "Along Track Slope",
    fill: FLOAT_FILL,
  },
  {
    path: "geophysical/bsnow_h",
    type: "<f",
    units: "meters",
    name: "Blowing Snow Layer Top Height",
    fill: FLOAT_FILL,
  },
  { path: "geophysical/tide_ocean", type: "<f", units: "meters", name: "Ocean Tide", fill: FLOAT_FILL },
];

/** The rest of the product, by subgroup and kind, so that full-size granules weigh what real ones weigh. */
const rest: readonly (readonly [string, Filler, string])[] = [
  ["", "rough", "sigma_geo_h"],
  ["bias_correction", "rough", "fpb_mean_corr fpb_mean_corr_sigma fpb_med_corr fpb_med_corr_sigma med_r_fit"],
  ["bias_correction", "rough", "tx_mean_corr tx_med_corr"],
  ["bias_correction", "count", "fpb_n_corr"],
  ["dem", "smooth", "dem_h geoid_h geoid_free2mean"],
  ["dem", "flag", "dem_flag"],
  ["fit_statistics", "rough", "dh_fit_dx_sigma dh_fit_dy h_expected_rms h_mean h_rms_misfit h_robust_sprd"],
  ["fit_statistics", "rough", "n_seg_pulses sigma_h_mean snr snr_significance w_surface_window_final"],
  ["fit_statistics", "count", "n_fit_photons"],
  ["fit_statistics", "flag", "signal_selection_source signal_selection_source_status"],
  ["geophysical", "rough", "bckgrd bsnow_od e_bckgrd r_eff"],
  [
    "geophysical",
    "smooth",
    "dac neutat_delay_total solar_azimuth solar_elevation tide_earth tide_earth_free2mean",
  ],
  ["geophysical", "smooth", "tide_equilibrium tide_load tide_pole"],
  ["geophysical", "flag", "bsnow_conf cloud_flg_asr cloud_flg_atm layer_flag msw_flag"],
  ["ground_track", "smooth", "ref_azimuth ref_coelv seg_azimuth y_atc"],
  ["ground_track", "rough", "sigma_geo_at sigma_geo_r sigma_geo_xt"],
  ["ground_track", "distance", "x_atc"],
];

const STORED: Readonly<Record<Filler, { readonly type: StoredType; readonly fill?: number }>> = {
  smooth: { type: "<f", fill: FLOAT_FILL },
  rough: { type: "<f", fill: FLOAT_FILL },
  count: { type: "<i", fill: INTEGER_FILL },
  flag: { type: "<b", fill: 127 },
  distance: { type: "<d" },
};

/** All datasets of a full-size granule. */
export const ALL_VARIABLES: readonly Variable[] = [
  ...MAIN_VARIABLES,
  ...rest.flatMap(([group, filler, names]) =>
    names.split(" ").map((name) => ({
      path: group === "" ? name : `${group}/${name}`,
      units: "1",
      name: name.replaceAll("_", " "),
      filler,
      ...STORED[filler],
    })),
  ),
];
