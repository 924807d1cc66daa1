import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

export interface TestServer {
  /** Origin, without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves on a free port of this machine. A handler that throws answers 500 with its stack. */
export async function listen(
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  prepare: (server: Server) => void = () => undefined,
): Promise<TestServer> {
  const server = createServer((request, response) => {
    handle(request, response).catch((error) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end(error instanceof Error ? error.stack : String(error));
    });
  });
  prepare(server);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
