import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { request } from "./request.js";

let close: (() => void) | undefined;
afterEach(() => close?.());

/** What `request` makes of a server, and how often it asked. */
async function exchange(
  answer: (response: ServerResponse) => void,
  options: Parameters<typeof request>[1] = {},
) {
  let requests = 0;
  const server = createServer((_, response) => {
    requests++;
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const retry = { baseMs: 1, capMs: 5, budgetMs: 1_000 };
  const outcome = await request(url, { retry, ...options }).catch((error: unknown) => error);
  return { outcome, requests };
}

test("a body that never ends is cut off, once, wherever it comes from", async () => {
  const part = Buffer.alloc(64 * 1024, "a");
  const { outcome, requests } = await exchange(
    (response) => {
      const more = (): void => void response.write(part, (error) => error ?? more());
      more();
    },
    { maxBytes: 1_000_000 },
  );
  expect(outcome).toMatchObject({
    code: "invalid",
    message: expect.stringContaining("more than 1000000 bytes"),
  });
  expect(requests).toBe(1);
});

test("a body as long as allowed is whole, its characters too", async () => {
  const text = "µ".repeat(40_000);
  const body = Buffer.from(text);
  const { outcome } = await exchange(
    (response) => {
      response.write(body.subarray(0, 33_333)); // within a character
      setTimeout(() => response.end(body.subarray(33_333)), 20);
    },
    { maxBytes: body.length },
  );
  expect(outcome).toMatchObject({ status: 200, body: text });
});
