import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** One exchange of a recording: header values are lists. */
interface Interaction {
  readonly request: {
    readonly method: string;
    readonly uri: string;
    readonly headers: Record<string, readonly string[]>;
  };
  readonly response: {
    readonly status: { readonly code: number };
    readonly headers: Record<string, readonly string[]>;
    readonly body: unknown;
  };
}

/** Headers that belong to the recorded connection, not to the answer. */
const OF_THE_CONNECTION = new Set(["connection", "content-encoding", "content-length", "transfer-encoding"]);

/**
 * Answers as CMR once did: recorded status, headers and body, to a request with the recorded path, the recorded
 * query (in any order) and the recorded `CMR-Search-After`. Anything else gets a 404 that says what was asked.
 */
export async function startCmrReplay(
  recording: string,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const interactions = JSON.parse(readFileSync(recording, "utf8")) as readonly Interaction[];
  const answers = new Map(
    interactions.map((interaction) => {
      const { uri, headers } = interaction.request;
      return [requestKey(new URL(uri), searchAfter(headers)), interaction.response];
    }),
  );
  const server = createServer((message, response) => {
    const given = message.headers["cmr-search-after"];
    const key = requestKey(
      new URL(message.url ?? "/", "http://cmr"),
      Array.isArray(given) ? given[0] : given,
    );
    const answer = answers.get(key);
    if (answer === undefined) {
      response.writeHead(404, { "content-type": "application/json" });
      response.end(JSON.stringify({ errors: [`not recorded: ${key}`] }));
      return;
    }
    const headers = Object.entries(answer.headers).filter(
      ([name]) => !OF_THE_CONNECTION.has(name.toLowerCase()),
    );
    response.writeHead(
      answer.status.code,
      Object.fromEntries(headers.map(([name, values]) => [name, values[0]])),
    );
    response.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function requestKey(url: URL, searchAfter: string | undefined): string {
  const query = [...url.searchParams].map(([name, value]) => `${name}=${value}`).sort();
  return `${url.pathname}?${query.join("&")} after ${searchAfter ?? "nothing"}`;
}

function searchAfter(headers: Record<string, readonly string[]>): string | undefined {
  const entry = Object.entries(headers).find(([name]) => name.toLowerCase() === "cmr-search-after");
  return entry?.[1][0];
}
