/** A port whose other end is closed. */
let nowhere: ReturnType<typeof deadPort> | undefined;

/**
 * Frees the memory of whole buffers now, not when they are collected: V8 lets 64 MB of them gather first. Views into them
 * become empty, so that a view that outlives its buffer is noticed. Sending a buffer away does it everywhere;
 * `ArrayBuffer.prototype.transfer` came with Node 22.
 */
export function free(buffers: readonly Uint8Array[]): void {
  nowhere ??= deadPort();
  nowhere.postMessage(
    undefined,
    buffers.map(({ buffer }) => buffer as ArrayBuffer),
  );
}

function deadPort() {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  return port1;
}
