import { z } from 'zod';
import { call, stream, type Handlers } from '../../src-main/contract/base/define.ts';
import { ProtocolError } from '../../src-main/contract/base/errors.ts';

/** A small contract with one of everything a pipe has to carry. */
export const testApi = {
  echo: call(z.object({ value: z.unknown() }), z.object({ value: z.unknown() })),
  add: call(z.object({ a: z.number(), deep: z.object({ b: z.number() }) }), z.object({ sum: z.number() })),
  bytes: call(
    z.object({ bytes: z.instanceof(Uint8Array) }),
    z.object({ bytes: z.instanceof(Uint8Array), size: z.number() }),
  ),
  fail: call(z.object({ how: z.enum(['throw', 'reject', 'typed', 'uncloneable']) }), z.object({})),
  wrong: call(z.object({}), z.object({ n: z.number() })),
  never: call(z.object({}), z.object({})),
  count: stream(z.object({ to: z.number() }), z.object({ n: z.number() })),
  forever: stream(z.object({}), z.object({ n: z.number() })),
  silent: stream(z.object({}), z.object({})),
  broken: stream(z.object({ after: z.number() }), z.object({ n: z.number() })),
} as const;
export type TestApi = typeof testApi;

/** What the handlers did: how often a stream was pulled, and what is still running. */
export interface Seen {
  pulled: number;
  running: number;
  aborted: number;
}

export function testHandlers(seen: Seen): Handlers<TestApi> {
  return {
    echo: ({ value }) => ({ value }),
    add: ({ a, deep }) => ({ sum: a + deep.b }),
    bytes: ({ bytes }) => ({ bytes: bytes.subarray(1, 3), size: bytes.byteLength }),
    fail: ({ how }) => {
      if (how === 'throw') throw new Error('secret: hunter2');
      if (how === 'typed') throw new ProtocolError('bad-params', 'The topic is empty.');
      if (how === 'uncloneable') return { f: () => 1 } as unknown as Record<string, never>;
      return Promise.reject(new Error('secret: hunter2'));
    },
    wrong: () => ({ n: 'not a number' as unknown as number }),
    never: () => new Promise(() => undefined),
    async *count({ to }) {
      seen.running++;
      try {
        for (let n = 1; n <= to; n++) {
          seen.pulled++;
          yield { n };
        }
      } finally {
        seen.running--;
      }
    },
    async *forever(_params, signal) {
      seen.running++;
      signal.addEventListener('abort', () => seen.aborted++);
      try {
        for (let n = 1; ; n++) {
          seen.pulled++;
          yield { n };
        }
      } finally {
        seen.running--;
      }
    },
    async *silent(_params, signal) {
      seen.running++;
      try {
        await new Promise<void>((resolve) => signal.addEventListener('abort', resolve));
        yield {};
      } finally {
        seen.running--;
      }
    },
    async *broken({ after }) {
      for (let n = 1; n <= after; n++) yield { n };
      throw new Error('secret: hunter2');
    },
  };
}
