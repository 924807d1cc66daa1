import type { ServerResponse } from "node:http";
import { type S3Answer, startS3Emulator } from "@zagg/testing";
import { describe, expect, it } from "vitest";
import { EXACT } from "../conformance/faults.js";
import { codeOf, pattern } from "../conformance/sources.js";
import { listed } from "../conformance/stores.js";
import { parseListPage } from "./listing.js";
import { s3Store } from "./s3-store.js";

/** What a server that lies makes of a true answer, by the request's method and address. */
type Lie = (answer: S3Answer, what: string, response: ServerResponse) => S3Answer | undefined;

/** Works on a store with ten objects, whose server lies from then on. */
async function against<T>(lie: Lie, work: (store: ReturnType<typeof s3Store>) => Promise<T>): Promise<T> {
  let lying = false;
  const server = await startS3Emulator({
    pageSize: 4,
    principals: [OWNER],
    lie: (answer, { method, url }, response) =>
      lying ? lie(answer, `${method} ${decodeURIComponent(url ?? "")}`, response) : answer,
  });
  server.addBucket("bucket");
  const retry = { ...EXACT, budgetMs: 300 };
  const store = s3Store("s3://bucket/run", { endpoint: server.url, credentials: async () => OWNER, retry });
  for (let i = 0; i < 10; i++) await store.put(`k${i}`, pattern(100));
  lying = true;
  try {
    return await work(store);
  } finally {
    await server.close();
  }
}

const OWNER = { accessKeyId: "OWNER", secretAccessKey: "secret" };

/** Changes the text of listings. */
const inListings =
  (change: (xml: string) => string): Lie =>
  (answer, what) =>
    what.includes("list-type=2") ? { ...answer, body: change(String(answer.body)) } : answer;

/** Sends a body without end, until the client has had enough. */
function endless(response: ServerResponse, status = 200): undefined {
  response.writeHead(status, { "content-type": "application/xml" });
  const piece = Buffer.alloc(64 * 1024, "<Contents>");
  const send = () => {
    while (!response.destroyed && response.write(piece));
    if (!response.destroyed) response.once("drain", send);
  };
  send();
  return undefined;
}

describe("a listing that is none is an error, never an empty folder", () => {
  it.each<[string, Lie, RegExp]>([
    ["a login page", inListings(() => "<!DOCTYPE html><html>log in</html>"), /no XML .*<!DOCTYPE html>/],
    ["a page of HTML", inListings(() => "<html><body>hello</body></html>"), /no answer of S3: a <html>/],
    ["JSON", inListings(() => "{}"), /no XML/],
    ["nothing at all", inListings(() => ""), /no XML/],
    ["another answer of S3", inListings(() => "<DeleteResult></DeleteResult>"), /a <DeleteResult>/],
    [
      "one cut off behind an empty element",
      inListings((xml) => `${xml.slice(0, -30)}<Prefix/>`),
      /cut off|inside|does not/,
    ],
    ["one cut off", inListings((xml) => xml.slice(0, -30)), /a <ListBucketResult> that is cut off/],
    [
      "one that does not say if it goes on",
      inListings((xml) => xml.replace(/<IsTruncated>.*?<.IsTruncated>/, "")),
      /does not say if it is the last/,
    ],
    [
      "one that goes on, without a token",
      inListings((xml) => xml.replace(/<NextC.*?<.NextContinuationToken>/, "")),
      /leads to no other/,
    ],
    [
      "one that leads to itself",
      inListings((xml) =>
        xml.replace(
          /<NextC.*?<.NextContinuationToken>/,
          "<NextContinuationToken>azE=</NextContinuationToken>",
        ),
      ),
      /leads from a page to the same page|not in ascending order/,
    ],
    ["one that begins again under another token", repeating(), /not in ascending order at "run\/k0"/],
    ["pages without keys and without end", emptyPages(), /more than 100 empty pages/],
    ["a page larger than asked for", inListings(() => page(1001)), /a page of 1001 keys/],
    [
      "another number of keys than it says",
      inListings((xml) => xml.replace("<Contents>", "<KeyCount>9</KeyCount><Contents>")),
      /a page of \d keys that says it has 9/,
    ],
    [
      "keys of others",
      inListings((xml) => xml.replace("run%2Fk3", "other%2Fk3")),
      /"other\/k3", which does not begin with run\//,
    ],
    ["keys out of order", inListings((xml) => xml.replace("run%2Fk1", "run%2Fk9")), /ascending order/],
    [
      "an object without a size",
      inListings((xml) => xml.replace(/<Size>\d+/, "<Size>")),
      /an object of {2}bytes/,
    ],
    [
      "an object with a size that is none",
      inListings((xml) => xml.replace(/<Size>\d+/, "<Size>-1")),
      /an object of -1 bytes/,
    ],
    ["an object without a key", inListings((xml) => xml.replace("run%2Fk1", "")), /an object without a key/],
    [
      "a key with broken percents",
      inListings((xml) => xml.replace("run%2Fk1", "run%2Fk%E0%A4%A")),
      /not percent-encoded as it says/,
    ],
    [
      "a character that does not exist",
      inListings((xml) => xml.replace("run%2Fk1", "run/k1&#x110000;")),
      /the character &#x110000;/,
    ],
    [
      "an object inside another",
      inListings((xml) => xml.replace("</Contents><Contents>", "<Contents>")),
      /a <Contents> inside another/,
    ],
    [
      "a body without end",
      (answer, what, response) => (what.includes("list-type") ? endless(response) : answer),
      /no more than 8388608 bytes/,
    ],
  ])("%s", async (_, lie, message) => {
    await against(lie, async (store) => {
      const failed = listed(store, "");
      await expect(failed).rejects.toMatchObject({
        code: "invalid",
        message: expect.stringMatching(message),
      });
      await expect(failed).rejects.toThrow(/^s3:\/\/bucket\/run\//);
    });
  });

  it("a truthful one is read through all pages, without the objects that stand for folders", async () => {
    const lie = inListings((xml) => xml.replaceAll("run%2Fk3", "run%2Fk3%2F"));
    const keys = await against(lie, async (store) => (await listed(store, "")).map(({ key }) => key));
    expect(keys).toEqual(["k0", "k1", "k2", "k4", "k5", "k6", "k7", "k8", "k9"]);
  });

  it("takes time in proportion to its length, closed or not", () => {
    const unclosed = `<ListBucketResult>${"<Contents>".repeat(800_000)}</ListBucketResult>`;
    expect(() => parseListPage(unclosed)).toThrow(/not closed/);
    const keys = `<ListBucketResult>${"<Contents><Key>".repeat(500_000)}</Contents></ListBucketResult>`;
    expect(() => parseListPage(keys)).toThrow(/inside another/);
  });
});

/** The first page again and again, under ever new tokens. */
function repeating(): Lie {
  let pages = 0;
  let first: string | undefined;
  return inListings((xml) => {
    first ??= xml;
    return first.replace(/(<NextContinuationToken>)[^<]*/, `$1${pages++}`);
  });
}

function emptyPages(): Lie {
  let pages = 0;
  return inListings(() => {
    const next = `<IsTruncated>true</IsTruncated><NextContinuationToken>${pages++}</NextContinuationToken>`;
    return `<ListBucketResult>${next}</ListBucketResult>`;
  });
}

function page(keys: number): string {
  const contents = Array.from(
    { length: keys },
    (_, i) => `<Contents><Key>run/${1000 + i}</Key><Size>1</Size></Contents>`,
  );
  return `<ListBucketResult><IsTruncated>false</IsTruncated>${contents.join("")}</ListBucketResult>`;
}

describe("objects", () => {
  const isGet = (what: string) => what.startsWith("GET") && what.includes("/k");

  it.each<[string, Lie, RegExp]>([
    [
      "a body without end",
      (answer, what, response) => (isGet(what) ? endless(response) : answer),
      /no more than 1000 bytes/,
    ],
    [
      "a length beyond all bounds",
      (answer, what, response) => (isGet(what) ? announce(response, 1e15) : answer),
      /has 1000000000000000 bytes/,
    ],
    [
      "part of it as if it were all",
      (answer, what) => (isGet(what) ? { ...answer, status: 206 } : answer),
      /GET answered 206/,
    ],
  ])("whose answer is %s are refused", async (_, lie, message) => {
    await against(lie, async (store) => {
      const failed = store.get("k1", { maxBytes: 1000 });
      await expect(failed).rejects.toMatchObject({
        code: "invalid",
        message: expect.stringMatching(message),
      });
    });
  });

  it("are not read beyond 512 MiB, whoever asks", async () => {
    const lie: Lie = (answer, what, response) => (isGet(what) ? announce(response, 2 ** 29 + 1) : answer);
    expect(await against(lie, (store) => codeOf(store.get("k1")))).toBe("invalid");
  });

  it("are asked for by range, and no more is taken", async () => {
    const lie: Lie = (answer, what, response) => (isGet(what) ? endlessRange(response) : answer);
    expect(await against(lie, (store) => codeOf(store.getRange("k1", 0, 10)))).toBe("invalid");
  });

  it("whose length HEAD does not say are an error", async () => {
    const lie: Lie = (answer, what, response) => {
      if (!what.startsWith("HEAD")) return answer;
      response.writeHead(200, { "transfer-encoding": "chunked" }).end();
      return undefined;
    };
    expect(await against(lie, (store) => codeOf(store.head("k1")))).toBe("invalid");
  });

  it("an error without end is told by its status", async () => {
    const lie: Lie = (answer, what, response) => (isGet(what) ? endless(response, 403) : answer);
    expect(await against(lie, (store) => codeOf(store.get("k1")))).toBe("denied");
  });
});

function announce(response: ServerResponse, length: number): undefined {
  response.writeHead(200, { "content-length": length }).write("x");
  return undefined;
}

function endlessRange(response: ServerResponse): undefined {
  response.setHeader("content-range", "bytes 0-9/100");
  return endless(response, 206);
}

describe("conditional puts", () => {
  const isPut = (what: string) => what.startsWith("PUT");
  const conflict = { status: 409, body: "<Error><Code>ConditionalRequestConflict</Code></Error>" };

  it.each([
    ["with S3's word for it", conflict],
    ["without a word", { status: 409 }],
  ])("that meet another one (409, %s) are tried again", async (_, refusal) => {
    let conflicts = 2;
    const lie: Lie = (answer, what) => (isPut(what) && conflicts-- > 0 ? refusal : answer);
    await against(lie, async (store) => {
      await store.put("k1", pattern(5), {}); // an unconditional one too
      const code = await codeOf(store.put("k1", pattern(5), { ifNoneMatch: "*" }));
      expect(code).toBe("exists");
    });
    expect(conflicts).toBeLessThan(0);
  });

  it("find their own object, put before the 409", async () => {
    let conflicts = 1;
    const lie: Lie = (answer, what) => (isPut(what) && conflicts-- > 0 ? conflict : answer);
    expect(await against(lie, (store) => codeOf(store.put("new", pattern(5), { ifNoneMatch: "*" })))).toBe(
      "no error",
    );
  });

  it("that are refused (412) where nothing is are an error, not a record", async () => {
    const taken = { status: 412, body: "<Error><Code>PreconditionFailed</Code></Error>" };
    let puts = 0;
    const lie: Lie = (answer, what) => {
      if (!isPut(what)) return what.startsWith("HEAD") ? { status: 404 } : answer;
      puts++;
      return taken;
    };
    await against(lie, async (store) => {
      const failed = store.put("new", pattern(5), { ifNoneMatch: "*" });
      await expect(failed).rejects.toMatchObject({
        code: "invalid",
        message: expect.stringMatching(/412.*404.*nothing was written/),
      });
    });
    expect(puts).toBe(3);
  });
});

describe("deletes", () => {
  const inDeletes =
    (body: string, times = Number.POSITIVE_INFINITY): Lie =>
    (answer, what) =>
      what.startsWith("POST") && times-- > 0 ? { status: 200, body } : answer;

  it.each([
    ["HTML", "<html>log in</html>", "invalid"],
    ["nothing", "", "invalid"],
    ["that one may not be deleted", failure("AccessDenied"), "denied"],
    ["an error behind a 200", "<Error><Code>SlowDown</Code></Error>", "throttled"],
    ["that one was not, for ever", failure("InternalError"), "unavailable"],
  ])("whose answer is %s did not happen", async (_, body, code) => {
    expect(await against(inDeletes(body), (store) => codeOf(store.delete(["k1"])))).toBe(code);
  });

  it("of which some failed are tried again", async () => {
    await against(inDeletes(failure("InternalError"), 2), async (store) => {
      await store.delete(["k1", "k2"]);
      expect(await store.head("k2")).toBeUndefined();
    });
  });

  it("are done where the answer says nothing more", async () => {
    const empty = '<?xml version="1.0"?>\n<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>';
    expect(await against(inDeletes(empty), (store) => codeOf(store.delete(["k1"])))).toBe("no error");
  });
});

function failure(code: string): string {
  return `<DeleteResult><Error><Key>run/k1</Key><Code>${code}</Code></Error></DeleteResult>`;
}
