export { type StacItem, type StacItemOptions, stacItem } from "./item.js";
