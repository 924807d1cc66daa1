export { formatState, INITIAL_STATE, parseState, type ViewName, type ViewState } from "./state.js";
