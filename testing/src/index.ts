export { dataPath, sharedData } from "./shared-data.js";
