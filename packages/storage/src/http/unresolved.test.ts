import dns from "node:dns";
import { startHttpServer } from "@zagg/testing";
import { afterEach, describe, expect, it, vi } from "vitest";
import { httpSource } from "./http-source.js";
import { RETRY_POLICY, type RetryPolicy } from "./retry.js";
import { isResolved, NAME_PATIENCE_MS, patienceWith } from "./unresolved.js";

describe("patience with a name that does not resolve", () => {
  it("ends after its time, the time that a try takes included, and is the same for all who ask", () => {
    expect(patienceWith("a", 0, 10)).toBe(NAME_PATIENCE_MS - 20);
    expect(patienceWith("a", 5000, 9000)).toBe(NAME_PATIENCE_MS - 13_000);
    expect(patienceWith("a", 14_000, 15_000)).toBeLessThan(0);
    expect(patienceWith("b", 14_000, 14_000)).toBe(NAME_PATIENCE_MS);
  });

  it("begins anew once the host was found, and long after it was last asked for", () => {
    patienceWith("c", 0, 10_000);
    isResolved("c");
    expect(patienceWith("c", 11_000, 11_000)).toBe(NAME_PATIENCE_MS);
    expect(patienceWith("c", 200_000, 200_000)).toBe(NAME_PATIENCE_MS);
  });
});

describe("a resolver that does not answer", () => {
  const { lookup } = dns;
  afterEach(() => {
    dns.lookup = lookup;
    vi.useRealTimers();
  });

  const notNow = Object.assign(new Error("getaddrinfo EAI_AGAIN"), { code: "EAI_AGAIN" });
  /** Answers so after `failures` tries, with this machine's address. */
  function resolveAfter(failures: number): () => number {
    let tries = 0;
    const answer = (
      name: string,
      options: object,
      done: (error: Error | null, ...found: unknown[]) => void,
    ) => {
      if (++tries <= failures) setTimeout(done, 1, notNow);
      else lookup("127.0.0.1", options, done as never);
      return name;
    };
    dns.lookup = answer as never;
    return () => tries;
  }
  const fast: RetryPolicy = { ...RETRY_POLICY, baseMs: 5, capMs: 5 };

  it("is asked again, since it may be back in a moment", async () => {
    const server = await startHttpServer();
    const tries = resolveAfter(3);
    server.objects.set("/granule", new Uint8Array(7));
    const { port } = new URL(server.url);
    const source = httpSource(`http://soon.example:${port}/granule`, { retry: fast });
    expect(await source.size()).toBe(7);
    expect(tries()).toBe(4);
    await source.close();
    await server.close();
  });

  it("is given up long before another failure would be, and then at once for all its objects", async () => {
    const tries = resolveAfter(Number.POSITIVE_INFINITY);
    vi.spyOn(performance, "now").mockImplementation(() => tries() * 1000); // a second for each try
    const give = async (path: string) => {
      const source = httpSource(`http://never.example${path}`, { retry: fast });
      await expect(source.size()).rejects.toMatchObject({
        code: "network",
        message: expect.stringMatching(/EAI_AGAIN\); gave up after \d+ s$/),
      });
      await source.close();
      return tries();
    };
    const first = await give("/a");
    expect(first).toBeGreaterThan(10);
    expect(first).toBeLessThanOrEqual(NAME_PATIENCE_MS / 1000);
    expect(await give("/b")).toBe(first + 1);
    vi.restoreAllMocks();
  });
});
