/** Version of zagg that made a product; a test holds it to the package's. */
export const VERSION = "0.2.0";
