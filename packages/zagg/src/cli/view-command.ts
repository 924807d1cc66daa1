import { openProduct } from "@zagg/product";
import type { Command } from "commander";
import { readStore } from "../read-store.js";
import { startViewServer } from "../view-server.js";
import type { OutputOptions } from "./output.js";
import { outputOf, wholeNumber, withOutputOptions } from "./shared-options.js";

interface ViewCliOptions extends OutputOptions {
  readonly port: number;
  readonly anon?: boolean;
  readonly allowHost?: readonly string[];
}

export function addViewCommand(program: Command): void {
  const command = program
    .command("view")
    .description("look at a product in the browser")
    .argument("<store>", "the product: a folder, https://... or s3://...")
    .option("--port <n>", "port on this machine (0: any free one)", wholeNumber(0), 0)
    .option("--anon", "read s3:// without credentials")
    .option("--allow-host <names...>", "further host names to answer to, behind a proxy such as JupyterHub's")
    .addHelpText("after", "\nExample:\n  $ zagg view product.zarr");
  withOutputOptions(command).action(async (location: string, options: ViewCliOptions) => {
    const output = outputOf(options);
    const store = readStore(location, { anon: options.anon, keepInside: true });
    await openProduct(store);
    const server = await startViewServer(store, {
      port: options.port,
      allowHosts: options.allowHost,
    });
    output.result({ format: "zagg-view/1", store: location, url: server.url, port: server.port }, server.url);
    output.note("Open it in a browser; Ctrl-C ends the server.");
    await new Promise((resolve) => process.once("SIGINT", resolve).once("SIGTERM", resolve));
    await server.close();
  });
}
