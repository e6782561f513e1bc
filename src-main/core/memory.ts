/**
 * Memory for as long as a store lives. Shared memory only because V8 does not count it as pressure of
 * the isolate that holds it: with plain buffers each few new megabytes set off a collection of the
 * whole heap, a fifth of all processor time at 50,000 messages a second. Nobody shares it, and it
 * must not be posted to another thread as it is: copy first. What is thrown away early should be a
 * plain buffer, since nothing else hurries its release.
 */
export function lastingBuffer(bytes: number): ArrayBufferLike {
  return new SharedArrayBuffer(bytes);
}
