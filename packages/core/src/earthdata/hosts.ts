/** Hosts of the archives that take an Earthdata token; a leading dot means all hosts below. */
export const EARTHDATA_HOSTS: readonly string[] = [
  ".earthdata.nasa.gov",
  ".earthdatacloud.nasa.gov",
  ".asf.alaska.edu",
];
