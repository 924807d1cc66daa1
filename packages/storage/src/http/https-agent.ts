import { tunnelAgent } from "./tunnel.js";

/** Of `node:https`'s AgentOptions, what is asked for. */
export interface AgentLimits {
  readonly keepAlive?: boolean;
  readonly maxSockets?: number;
  readonly maxFreeSockets?: number;
}

/**
 * An `https.Agent` that goes through the proxy of the environment, where it names one: see `proxyFor`. Its class is not named
 * here, so that these types compile without Node's.
 */
export function httpsAgent(options: AgentLimits): object {
  return tunnelAgent(options);
}
