import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type HttpServer, startHttpServer } from "@zagg/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { diskCache } from "./cache/disk-cache.js";
import { withDiskCache } from "./cache/with-disk-cache.js";
import { codeOf, pattern } from "./conformance/sources.js";
import { isStorageError, StorageError } from "./errors.js";
import { httpSource } from "./http/http-source.js";
import { fileSource } from "./local/file-source.js";
import { localStore } from "./local/local-store.js";
import { memoryStore } from "./memory-store.js";
import { s3Store } from "./s3/s3-store.js";
import type { OpenSource } from "./source.js";
import type { Store } from "./store.js";
import { withAbort } from "./with-abort.js";
import { withErrors } from "./with-errors.js";
import { wrap } from "./wrap.js";

let server: HttpServer;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zagg-wrap-"));
  server = await startHttpServer();
  server.objects.set("/granule", pattern(1000));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const same = (error: unknown) => error;
const never = new AbortController().signal;
const SOURCE_WRAPPERS: Record<string, (source: OpenSource) => OpenSource> = {
  wrap: (source) => wrap(source, {}),
  withAbort: (source) => withAbort(source, never),
  withDiskCache: (source) => withDiskCache(source, diskCache(folder, 1e9)),
  withErrors: (source) => withErrors(source, same),
  "all of them": (source) =>
    withErrors(withAbort(withDiskCache(source, diskCache(folder, 1e9)), never), same),
};
const SOURCES: Record<string, () => OpenSource> = {
  http: () => httpSource(`${server.url}/granule`),
  file: () => fileSource(import.meta.filename),
};
const STORES: Record<string, () => Store> = {
  memory: memoryStore,
  local: () => localStore(folder),
  s3: () => s3Store("s3://bucket/prefix"),
};

/** A source of somebody else: members of a class, which need their object, and one that we know nothing of. */
class Foreign implements OpenSource {
  readonly url = "foreign";
  readonly #bytes = pattern(100);
  extra = 1;
  size = async () => this.#bytes.length;
  async read(offset: number, length: number) {
    return this.#bytes.slice(offset, offset + length);
  }
  async version() {
    return { size: this.#bytes.length, modified: "then" };
  }
  metrics() {
    return { requests: this.#bytes.length, bytes: 0, retries: 0, waitMs: 0 };
  }
  async close() {
    this.extra = 0;
  }
}

/** Names of all that can be asked of an object, those of its class included. */
function membersOf(object: object): string[] {
  const proto = Object.getPrototypeOf(object);
  const inherited = proto === Object.prototype ? [] : Object.getOwnPropertyNames(proto);
  return [...new Set([...Object.keys(object), ...inherited])];
}

const kindsOf = (object: object, members: readonly string[]) =>
  members.map((name) => `${name}: ${typeof Reflect.get(object, name)}`);

describe.each(Object.entries(SOURCE_WRAPPERS))("%s", (_, wrapped) => {
  it.each(Object.entries({ ...SOURCES, foreign: () => new Foreign() }))(
    "keeps every member of %s",
    (__, open) => {
      const source = open();
      const members = membersOf(source);
      expect(members.length).toBeGreaterThan(5);
      expect(kindsOf(wrapped(source), members)).toEqual(kindsOf(source, members));
    },
  );

  it("keeps members that are added later, as they are then", async () => {
    const source = new Foreign();
    const wrapper = wrapped(source) as OpenSource & { later?: () => number; extra: number };
    Object.assign(source, { later: () => 7 });
    expect(wrapper.later?.()).toBe(7);
    expect(wrapper.metrics().requests).toBe(100);
    await wrapper.close();
    expect(wrapper.extra).toBe(0);
  });

  it("frees what an http source gave", async () => {
    const source = wrapped(httpSource(`${server.url}/granule`));
    const bytes = await source.read(0, 10);
    source.free?.([bytes]);
    expect(bytes).toHaveLength(0);
    await source.close();
  });
});

describe("withAbort", () => {
  const asks: Record<string, (source: OpenSource) => Promise<unknown> | undefined> = {
    size: (source) => source.size(),
    version: (source) => source.version(),
    read: (source) => source.read(0, 1),
    readFront: (source) => source.readFront?.(1),
  };

  it.each(Object.entries(asks))("ends %s, whose answer does not come", async (_, ask) => {
    const silent = await startHttpServer({ intercept: () => true });
    const stop = new AbortController();
    const asked = ask(withAbort(httpSource(`${silent.url}/granule`), stop.signal));
    stop.abort();
    expect(await codeOf(Promise.resolve(asked))).toBe("aborted");
    await silent.close();
  });

  it("minds the caller's signal too", async () => {
    const source = withAbort(SOURCES.http?.() as OpenSource, never);
    expect(await codeOf(source.read(0, 1, { signal: AbortSignal.abort() }))).toBe("aborted");
  });
});

describe("withErrors", () => {
  class Translated extends Error {}
  const translate = (error: unknown) => (isStorageError(error) ? new Translated(error.code) : error);

  it.each(Object.entries(STORES))("keeps every member of %s", (_, open) => {
    const store = open();
    const members = membersOf(store);
    expect(kindsOf(withErrors(store, translate), members)).toEqual(kindsOf(store, members));
  });

  it("translates what each member of a store throws, in whichever way it does", async () => {
    const failure = () => new StorageError("denied", "x", "not for you");
    const failing = Object.keys(memoryStore()).filter((name) => name !== "url");
    const ways: Record<string, () => unknown> = {
      "at once": () => {
        throw failure();
      },
      "by its promise": () => Promise.reject(failure()),
      "as it is iterated": async function* () {
        yield 1;
        throw failure();
      },
    };
    expect(failing).toContain("getRange");
    for (const [way, fail] of Object.entries(ways)) {
      const store = withErrors<object>(Object.fromEntries(failing.map((name) => [name, fail])), translate);
      for (const name of failing) {
        const caught = await outcome(() => Reflect.get(store, name)());
        expect(caught, `${name}, ${way}`).toBeInstanceOf(Translated);
      }
    }
  });

  it("leaves values, and the errors of whoever iterates, as they are", async () => {
    const store = withErrors(memoryStore(), translate);
    await store.put("k", pattern(3));
    expect(await store.get("k")).toEqual(pattern(3));
    const mine = new StorageError("invalid", "x", "mine");
    const caught = await outcome(async () => {
      for await (const _ of store.list("")) throw mine;
    });
    expect(caught).toBe(mine);
  });
});

/** What `action` throws, or its iterable does. */
async function outcome(action: () => unknown): Promise<unknown> {
  try {
    const answer = await action();
    if (answer && typeof answer === "object" && Symbol.asyncIterator in answer) {
      for await (const _ of answer as AsyncIterable<unknown>);
    }
    return answer;
  } catch (error) {
    return error;
  }
}
