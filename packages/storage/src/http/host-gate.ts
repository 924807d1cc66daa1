import type { Counters } from "../counters.js";
import { aborted } from "../range.js";
import { redactUrl } from "../redact.js";
import { wrap } from "../wrap.js";
import type { HttpAnswer, HttpRequest, Send } from "./message.js";

/** Requests in flight to one host, over all sources and stores of this thread: 4 granules of 16. */
export const REQUESTS_PER_HOST = 64;

/** A burst of refusals is one sign of overload, not many: the limit is halved once in this time. */
const HALVE_EVERY_MS = 1000;

interface Gate {
  limit: number;
  active: number;
  halvedAt: number;
  readonly waiting: Set<() => void>;
}

const gates = new Map<string, Gate>();

/**
 * Bounds and paces what is sent to each host: a throttled answer halves the number of requests in flight, and
 * a good one lets it grow again by a fraction (additive increase, multiplicative decrease). Counts requests and
 * bytes, since every request passes here.
 */
export function throughGate(send: Send): Send {
  return async (request) => {
    const gate = gateOf(request.url.host);
    await enter(gate, request);
    request.counters.requests++;
    let inside = true;
    const leave = () => {
      if (inside) leaveGate(gate);
      inside = false;
    };
    try {
      const answer = await send(request);
      pace(gate, answer.status);
      return counted(answer, request.counters, leave);
    } catch (error) {
      leave();
      throw error;
    }
  };
}

function gateOf(host: string): Gate {
  const known = gates.get(host);
  if (known !== undefined) return known;
  const gate: Gate = {
    limit: REQUESTS_PER_HOST,
    active: 0,
    halvedAt: Number.NEGATIVE_INFINITY,
    waiting: new Set(),
  };
  gates.set(host, gate);
  return gate;
}

async function enter(gate: Gate, { url, signal, counters }: HttpRequest): Promise<void> {
  const since = performance.now();
  while (gate.active >= Math.floor(gate.limit)) {
    await new Promise<void>((resolve, reject) => {
      const go = () => {
        gate.waiting.delete(go);
        signal?.removeEventListener("abort", stop);
        resolve();
      };
      const stop = () => {
        gate.waiting.delete(go);
        if (signal !== undefined) reject(aborted(redactUrl(url.href), signal));
      };
      if (signal?.aborted) return stop();
      signal?.addEventListener("abort", stop, { once: true });
      gate.waiting.add(go);
    });
  }
  gate.active++;
  counters.waitMs += performance.now() - since;
}

function leaveGate(gate: Gate): void {
  gate.active--;
  // More than one may go when the limit has grown.
  let room = Math.floor(gate.limit) - gate.active;
  for (const go of gate.waiting) {
    if (room-- <= 0) return;
    go();
  }
}

function pace(gate: Gate, status: number): void {
  if (status === 429 || status === 503) {
    if (performance.now() - gate.halvedAt < HALVE_EVERY_MS) return;
    gate.halvedAt = performance.now();
    gate.limit = Math.max(1, gate.limit / 2);
  } else if (status < 500) {
    gate.limit = Math.min(REQUESTS_PER_HOST, gate.limit + 1 / gate.limit);
  }
}

function counted(answer: HttpAnswer, counters: Counters, leave: () => void): HttpAnswer {
  return wrap(answer, {
    async consume(onBytes) {
      try {
        await answer.consume((bytes) => {
          counters.bytes += bytes.length;
          onBytes(bytes);
        });
      } finally {
        leave();
      }
    },
    discard() {
      leave();
      answer.discard();
    },
  });
}
