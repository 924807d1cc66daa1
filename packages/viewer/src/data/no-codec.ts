/**
 * Stands in the built page for codecs that zarrita would bring as WebAssembly: our stores use none, they weigh ten times
 * the page, and its content policy forbids them.
 */
export default {
  fromConfig(): never {
    throw new Error("it is compressed with a codec that this page does not have (it knows gzip and zlib)");
  },
};
