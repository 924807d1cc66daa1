import { proxySettings } from "@zagg/storage";
import type { Check } from "./diagnose.js";

/** Files and sockets that a run with all workers may hold open. */
const WANTED_OPEN_FILES = 1024;

/** What of this machine a run depends on. */
export function diagnoseMachine(): Check[] {
  return [{ name: "Node", state: "ok", detail: process.versions.node }, openFiles(), proxy()];
}

/** Which proxies every request goes through. */
function proxy(): Check {
  const name = "proxy";
  try {
    const settings = proxySettings();
    return { name, state: "ok", detail: settings.length > 0 ? settings.join("\n") : "none" };
  } catch (error) {
    return { name, state: "failed", detail: (error as Error).message, kind: "config" };
  }
}

function openFiles(): Check {
  const name = "open files";
  const report = process.report.getReport() as {
    readonly userLimits?: { readonly open_files?: { readonly soft?: unknown } };
  };
  const soft = report.userLimits?.open_files?.soft;
  if (typeof soft !== "number" || soft >= WANTED_OPEN_FILES) {
    return { name, state: "ok", detail: `up to ${soft ?? "an unknown number"}` };
  }
  return {
    name,
    state: "warning",
    detail: `up to ${soft} only; raise it with: ulimit -n ${WANTED_OPEN_FILES}`,
  };
}
