/**
 * Version of zagg that made a product; a test holds it to the package's.
 *
 * @example console.log(`made by zagg ${VERSION}`);
 */
export const VERSION = "0.2.0";
