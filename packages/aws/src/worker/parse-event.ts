import { ZaggError } from "@zagg/core";
import type { WorkerEvent } from "../protocol.js";

/** Names under which 0.1.0 and others put secrets into events. */
const SECRET_NAME =
  /^(s3_?)?credentials$|^(aws_?)?access_?key(_?id)?$|^(aws_?)?secret(_?access)?_?key$|^(aws_?)?session_?token$|^token$|^password$/i;

/**
 * Checks an event. 0.1.0's names are understood (`parent_morton`; no mode means process). Events with secrets are
 * refused, for events are logged and queued; only `setup` brings some, under `secrets`.
 */
export function parseEvent(value: unknown): WorkerEvent {
  if (!isObject(value)) throw refuse("bad-event", "the event is no JSON object");
  const { mode = "process", secrets, ...rest } = value;
  const secret = secretIn(mode === "setup" ? rest : value);
  if (secret !== undefined) {
    throw refuse(
      "secrets-in-event",
      `the event carries secrets (${secret}); this worker takes none: run it with zagg run --backend lambda`,
    );
  }
  if (mode === "ping") return checked({ ...value, mode }, []);
  if (mode === "setup" && isObject(rest.run) && isObject(secrets))
    return checked({ ...value, mode }, ["run"]);
  if (mode === "setup") return checked({ ...value, mode }, ["store", "plan", "request"]);
  if (mode === "finalize") return checked({ ...value, mode }, ["run"]);
  if (mode !== "process") {
    throw refuse("bad-event", `mode ${JSON.stringify(mode)}: there are ping, setup, process and finalize`);
  }
  const shard = rest.shard ?? rest.parent_morton;
  const { attempt = 1, allowPartial = false } = rest;
  return checked({ mode, run: rest.run, shard: shard && String(shard), attempt, allowPartial }, [
    "run",
    "shard",
  ]);
}

function checked(event: Record<string, unknown>, needed: readonly string[]): WorkerEvent {
  const missing = needed.filter((key) => event[key] === undefined);
  const { run, store } = event;
  if (store !== undefined && typeof store !== "string") {
    throw refuse(
      "bad-event",
      `the ${event.mode} event's store is ${JSON.stringify(store)}; it takes s3://bucket/prefix`,
    );
  }
  const pointer = run === undefined || (isObject(run) && typeof run.url === "string");
  if (missing.length === 0 && pointer) return event as unknown as WorkerEvent;
  const what = missing.length > 0 ? `has no ${missing.join(" and no ")}` : "names no plan";
  throw refuse(
    "bad-event",
    `the ${event.mode} event ${what}; events are made by zagg run --backend lambda, of this worker's version`,
  );
}

/** Path of the first secret in an event, by its name. */
function secretIn(value: unknown, path = ""): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const here = path ? `${path}.${key}` : key;
    if (SECRET_NAME.test(key) || key === "secrets") return here;
    const below = secretIn(item, here);
    if (below !== undefined) return below;
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refuse(code: string, message: string): ZaggError {
  return new ZaggError("config", code, message);
}
