export { startCmrReplay } from "./cmr-replay.js";
export { type CmrFault, type CmrItem, type CmrServer, startCmrServer } from "./cmr-server.js";
export { runOracle } from "./oracle.js";
export { dataPath, sharedData } from "./shared-data.js";
