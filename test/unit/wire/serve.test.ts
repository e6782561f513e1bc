import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { call, stream, type Handlers } from '../../../src-main/contract/base/define.ts';
import { ProtocolError } from '../../../src-main/contract/base/errors.ts';
import { serve, type ServeOptions } from '../../../src-main/wire/serve.ts';
import { deferred } from '../../support/deferred.ts';
import { HandPipe, settled } from '../../support/net/hand-pipe.ts';

const api = {
  size: call(z.object({ of: z.string().optional() }), z.object({ n: z.number() })),
  rows: stream(z.object({}), z.object({ n: z.number() })),
} as const;

type Given = Partial<Handlers<typeof api>>;

function opened(given: Given = {}, options: ServeOptions = {}) {
  const pipe = new HandPipe();
  const errors: string[] = [];
  const handlers: Handlers<typeof api> = {
    size: () => ({ n: 1 }),
    async *rows() {
      for (let n = 1; n <= 2; n++) yield await Promise.resolve({ n });
    },
    ...given,
  };
  const served = serve(api, handlers, pipe, {
    onError: (error, method) => errors.push(`${method}: ${(error as Error).message}`),
    ...options,
  });
  const says = async (...messages: unknown[]) => {
    for (const message of messages) pipe.says(message);
    await settled();
    return pipe.sent.splice(0);
  };
  return { pipe, errors, served, says };
}
const ask = (id: number, params: object = {}) => ({ t: 'call', id, method: 'size', params });
const open = (id: number) => ({ t: 'open', id, method: 'rows', params: {} });
const take = (id: number) => ({ t: 'take', id });
const leave = (id: number) => ({ t: 'close', id });

describe('A call', () => {
  test('is answered by its number', async () => {
    const { says } = opened();
    expect(await says(ask(7))).toEqual([{ t: 'reply', id: 7, value: { n: 1 } }]);
  });

  test('whose handler throws gives the reason only to the log', async () => {
    const { says, errors } = opened({
      size: () => {
        throw new Error('password hunter2');
      },
    });
    const [answer] = await says(ask(1));
    expect(answer).toMatchObject({ t: 'error', id: 1, code: 'internal' });
    expect(JSON.stringify(answer)).not.toContain('hunter2');
    expect(errors).toEqual(['size: password hunter2']);
  });

  test('whose handler says that it is closed does not make the asking side think that the pipe is', async () => {
    const { says } = opened({
      size: () => Promise.reject(new ProtocolError('closed', 'The worker is gone.')),
    });
    expect(await says(ask(1))).toEqual([
      { t: 'error', id: 1, code: 'internal', message: 'The worker is gone.' },
    ]);
  });

  test.each([
    [{ t: 'call', id: 1, method: 'rows', params: {} }, 'There is no call of this name.'],
    [{ t: 'open', id: 1, method: 'size', params: {} }, 'There is no stream of this name.'],
    [{ t: 'call', id: 1, method: 'toString', params: {} }, 'There is no call of this name.'],
    [{ t: 'call', id: 1, method: '__proto__', params: {} }, 'There is no call of this name.'],
  ])('of %j is refused', async (message, words) => {
    expect(await opened().says(message)).toEqual([
      { t: 'error', id: 1, code: 'unknown-method', message: words },
    ]);
  });

  test('is refused by a text of bounded length, however the parameters are called', async () => {
    const wide = call(z.record(z.string(), z.number()), z.object({}));
    const pipe = new HandPipe();
    serve({ wide }, { wide: () => ({}) }, pipe);
    pipe.says({ t: 'call', id: 1, method: 'wide', params: { ['x'.repeat(100_000)]: 'no number' } });
    await settled();
    expect(pipe.sent).toMatchObject([{ t: 'error', code: 'bad-params' }]);
    expect(String(pipe.sent[0]?.['message']).length).toBeLessThanOrEqual(500);
  });

  test('is one of a bounded number that wait, and makes room when it is answered', async () => {
    const first = deferred<{ n: number }>();
    const { says } = opened(
      { size: ({ of }) => (of === 'slow' ? first.promise : { n: 2 }) },
      { maxCalls: 1 },
    );
    expect(await says(ask(1, { of: 'slow' }), ask(2))).toMatchObject([{ id: 2, code: 'too-many-calls' }]);
    first.resolve({ n: 1 });
    expect(await says()).toMatchObject([{ t: 'reply', id: 1 }]);
    expect(await says(ask(3))).toMatchObject([{ t: 'reply', id: 3 }]);
  });

  test('is aborted when its pipe is closed, and its answer is dropped', async () => {
    const late = deferred<{ n: number }>();
    let isGone = (): boolean => false;
    const { says, pipe } = opened({
      size: (_, signal) => {
        isGone = () => signal?.aborted === true;
        return late.promise;
      },
    });
    await says(ask(1));
    expect(isGone()).toBe(false);
    pipe.close('the window ended');
    expect(isGone()).toBe(true);
    late.resolve({ n: 1 });
    expect(await says()).toEqual([]);
  });
});

describe('A number', () => {
  test('is used once, by calls and streams together, and only ever grows', async () => {
    const { says } = opened();
    await says(ask(5));
    for (const id of [5, 4])
      expect(await says(ask(id))).toEqual([
        { t: 'error', id: null, code: 'bad-frame', message: `Id ${id} was used before.` },
      ]);
    expect(await says(open(5))).toMatchObject([{ id: null, code: 'bad-frame' }]);
  });

  test('that nothing has is neither taken from nor closed', async () => {
    const { says, errors } = opened();
    expect(await says(take(9), leave(9))).toEqual([]);
    expect(errors).toEqual([]);
  });

  test('is missing in an invalid message, which is reported and answered', async () => {
    const { says, errors } = opened();
    expect(await says('nonsense')).toMatchObject([{ t: 'error', id: null, code: 'bad-frame' }]);
    expect(errors).toEqual([': The message is not one of this protocol.']);
  });
});

describe('A stream', () => {
  test('gives an item for each that is asked for, and then its end', async () => {
    const { says } = opened();
    expect(await says(open(1))).toEqual([{ t: 'item', id: 1, value: { n: 1 } }]);
    expect(await says(take(1))).toEqual([{ t: 'item', id: 1, value: { n: 2 } }]);
    expect(await says(take(1))).toEqual([{ t: 'end', id: 1 }]);
    expect(await says(take(1))).toEqual([]);
  });

  test('is not pulled twice for one item', async () => {
    const item = deferred<{ n: number }>();
    let pulled = 0;
    const { says } = opened({
      async *rows() {
        for (;;) {
          pulled++;
          yield await item.promise;
        }
      },
    });
    await says(open(1), take(1), take(1));
    expect(pulled).toBe(1);
    item.resolve({ n: 1 });
    expect(await says()).toHaveLength(1);
  });

  test('that is left ends its handler, and what that throws on its way out is no fault', async () => {
    let ended = 0;
    const { says, errors } = opened({
      async *rows(_, signal) {
        const left = deferred<void>();
        signal.addEventListener('abort', () => left.reject(new Error('The reader left.')));
        try {
          await left.promise;
          yield { n: 1 };
        } finally {
          ended++;
        }
      },
    });
    expect(await says(open(1), leave(1), leave(1))).toEqual([]);
    expect([ended, errors]).toEqual([1, []]);
  });

  test('that throws says so and ends', async () => {
    const { says } = opened({
      async *rows() {
        yield { n: 1 };
        throw await Promise.resolve(new ProtocolError('bad-params', 'The row is gone.'));
      },
    });
    await says(open(1));
    expect(await says(take(1))).toEqual([
      { t: 'error', id: 1, code: 'bad-params', message: 'The row is gone.' },
    ]);
    expect(await says(take(1))).toEqual([]);
  });

  test('is one of a bounded number, and makes room when it ends or is left', async () => {
    const { says } = opened({}, { maxStreams: 1 });
    expect(await says(open(1), open(2))).toMatchObject([{ id: 2, code: 'too-many-streams' }, { id: 1 }]);
    await says(leave(1));
    expect(await says(open(3))).toMatchObject([{ t: 'item', id: 3 }]);
    await says(take(3), take(3));
    await says(take(3));
    expect(await says(open(4))).toMatchObject([{ t: 'item', id: 4 }]);
  });
});

test('What was served is done when the pipe is closed and each handler has finished.', async () => {
  const last = deferred<void>();
  const { says, served, pipe } = opened({
    async *rows() {
      try {
        yield { n: 1 };
        yield { n: 2 };
      } finally {
        await last.promise;
      }
    },
  });
  await says(open(1));
  let isDone = false;
  void served.done.then(() => (isDone = true));
  served.close();
  expect(pipe.closedBecause).toBe('closed by the answering side');
  await settled();
  expect(isDone).toBe(false);
  last.resolve();
  await settled();
  expect(isDone).toBe(true);
});
