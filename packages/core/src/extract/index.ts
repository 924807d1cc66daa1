export { type ExtractWanted, keptExtracts } from "./kept-extracts.js";
export { groupAt, readSlices } from "./read-slices.js";
export { type ExtractReceipt, type GranuleSlices, type ReadCounts, readCounts, slicesOf } from "./receipt.js";
export { type ExtractOf, type ExtractWriter, extractWriter } from "./write-extract.js";
