export { EXIT_CODES, isZaggError, ZaggError, type ZaggErrorKind } from "./error.js";
