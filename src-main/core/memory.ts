/**
 * Memory that lives as long as a store. It is shared memory only because V8 does not count that as memory
 * pressure: with plain buffers, every few new megabytes cause a collection of the whole heap, a fifth of all
 * processor time at 50,000 messages a second. No thread shares it, and it must not be posted to another thread:
 * copy it first. Use a plain buffer for short-lived data, as this memory is released late.
 */
export function lastingBuffer(bytes: number): ArrayBufferLike {
  return new SharedArrayBuffer(bytes);
}

/**
 * Has another thread write zeros to a buffer, so that it has its pages before anybody needs them, and calls `ready`
 * when that is over. Nobody else may use it until then.
 */
export type ReadyMemory = (buffer: ArrayBufferLike, ready: () => void) => void;
