import { BlockList, isIP } from "node:net";
import { StorageError } from "../errors.js";
import { redactUrl } from "../redact.js";

type Environment = Readonly<Record<string, string | undefined>>;

/** A proxy that the environment names. */
export interface HttpProxy {
  /** `http:` or `https:`; with user and password where it takes them. */
  readonly url: URL;
  /** The variable that names it and what it says, for messages: redacted. */
  readonly named: string;
}

const PORTS: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };

/**
 * The proxy to ask for `target`, as curl does: that of HTTPS_PROXY or HTTP_PROXY, by the target's scheme, unless NO_PROXY
 * exempts its host; names in lower case come first. Undefined: none. Throws StorageError `invalid` where the variable
 * names no such proxy.
 */
export function proxyFor(target: URL, env: Environment = process.env): HttpProxy | undefined {
  const variable = namedIn(env, target.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY");
  if (variable === undefined || isExempt(target, env.no_proxy ?? env.NO_PROXY ?? "")) return undefined;
  return parsed(variable, env[variable] as string);
}

/** The proxies that the environment names, and what it exempts, as `NAME=value`; redacted. */
export function proxySettings(env: Environment = process.env): string[] {
  return ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"].flatMap((name) => {
    const variable = namedIn(env, name);
    if (variable === undefined) return [];
    const value = env[variable] as string;
    return name === "NO_PROXY" ? [`${variable}=${value}`] : [parsed(variable, value).named];
  });
}

function namedIn(env: Environment, name: string): string | undefined {
  return [name.toLowerCase(), name].find((variable) => env[variable]);
}

function parsed(variable: string, value: string): HttpProxy {
  const address = value.includes("://") ? value : `http://${value}`;
  const named = `${variable}=${redactUrl(address)}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.hostname && (url.protocol === "http:" || url.protocol === "https:")) return { url, named };
  throw new StorageError(
    "invalid",
    named,
    "not an http:// or https:// address of a proxy; others are not supported",
  );
}

/** Whether a list as in NO_PROXY names a host: `*`, names with all below them, addresses, `10.0.0.0/8`, each with a port or none. */
function isExempt(target: URL, list: string): boolean {
  const host = target.hostname.replace(/^\[|\]$/g, "");
  const port = target.port || PORTS[target.protocol];
  return list.split(/[\s,]+/).some((entry) => {
    if (entry === "*") return true;
    const [, name = entry, only] = /^(\[.*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
    if (name === "" || (only !== undefined && only !== port)) return false;
    const exempt = name.toLowerCase().replace(/^\*?\.|^\[|\]$/g, "");
    return host === exempt || host.endsWith(`.${exempt}`) || isInNetwork(host, exempt);
  });
}

function isInNetwork(host: string, network: string): boolean {
  const [address = "", bits] = network.split("/");
  const family = isIP(address);
  if (bits === undefined || family === 0 || family !== isIP(host)) return false;
  const most = family === 4 ? 32 : 128;
  if (!/^\d+$/.test(bits) || Number(bits) > most) return false;
  const type = family === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(address, Number(bits), type);
  return list.check(host, type);
}

/** What a proxy that asks for a login is sent. */
export function proxyHeaders({ url }: HttpProxy): Record<string, string> {
  if (url.username === "") return {};
  const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(login).toString("base64")}` };
}
