export {
  type InspectedFile,
  type InspectedObject,
  type InspectOptions,
  inspectFile,
} from "./inspect-file.js";
