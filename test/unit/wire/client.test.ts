import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { call, stream } from '../../../src-main/contract/base/define.ts';
import type { ProtocolError } from '../../../src-main/contract/base/errors.ts';
import { connectTo, type ClientOptions } from '../../../src-main/wire/client.ts';
import { HandPipe, settled } from '../../support/net/hand-pipe.ts';

const api = {
  size: call(z.object({}), z.object({ n: z.number() })),
  rows: stream(z.object({}), z.object({ n: z.number() })),
} as const;

function opened(options: ClientOptions = {}) {
  const pipe = new HandPipe();
  const errors: string[] = [];
  const onError = ({ code, message }: ProtocolError) => errors.push(`${code}: ${message}`);
  return { pipe, errors, client: connectTo(api, pipe, { onError, ...options }) };
}
const outcome = (asked: Promise<unknown>) =>
  asked.then(
    (value) => value,
    ({ code, message }: ProtocolError) => `${code}: ${message}`,
  );
const kinds = (pipe: HandPipe) => pipe.sent.map(({ t, id }) => `${String(t)} ${String(id)}`);

describe('A call', () => {
  test('gets its own answer, in whichever order they come', async () => {
    const { pipe, client } = opened();
    const asked = [client.call('size', {}), client.call('size', {})];
    pipe.says({ t: 'reply', id: 2, value: { n: 2 } });
    pipe.says({ t: 'reply', id: 1, value: { n: 1 } });
    expect(await Promise.all(asked)).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test('is answered once: a later answer, or one without a call, changes nothing', async () => {
    const { pipe, client, errors } = opened();
    const asked = client.call('size', {});
    pipe.says({ t: 'reply', id: 1, value: { n: 1 } });
    pipe.says({ t: 'error', id: 1, code: 'internal', message: 'Too late.' });
    pipe.says({ t: 'reply', id: 99, value: { n: 9 } });
    expect(await asked).toEqual({ n: 1 });
    expect(errors).toEqual([]);
  });

  test.each([
    [{ t: 'error', id: 1, code: 'bad-params', message: 'The topic is empty.' }, 'bad-params: The topic'],
    [{ t: 'item', id: 1, value: { n: 1 } }, 'bad-frame: The engine answered a call as if it were a stream'],
    [{ t: 'end', id: 1 }, 'bad-frame: The engine answered a call as if it were a stream'],
  ])('fails by %j', async (answer, words) => {
    const { pipe, client } = opened();
    const asked = outcome(client.call('size', {}));
    pipe.says(answer);
    expect(await asked).toContain(words);
  });

  test('that cannot be sent fails alone', async () => {
    const { pipe, client } = opened();
    pipe.refuses = new Error('It holds a function.');
    expect(await outcome(client.call('size', {}))).toBe('bad-frame: The message cannot be sent.');
    pipe.refuses = null;
    const next = client.call('size', {});
    pipe.says({ t: 'reply', id: 2, value: { n: 1 } });
    expect(await next).toEqual({ n: 1 });
  });

  test('is not left waiting by a pipe that closes, nor asked over one that is closed', async () => {
    const { pipe, client } = opened();
    const asked = outcome(client.call('size', {}));
    pipe.close('the engine ended');
    expect(await asked).toBe('closed: The connection to the engine is closed: the engine ended.');
    expect(await outcome(client.call('size', {}))).toBe(
      'closed: The connection to the engine is closed: the engine ended.',
    );
    expect([await client.closed, pipe.sent.length]).toEqual(['the engine ended', 1]);
  });
});

describe('A message that is invalid', () => {
  test('is reported and changes nothing', async () => {
    const { pipe, client, errors } = opened();
    const asked = client.call('size', {});
    for (const message of [null, 'reply', { t: 'reply' }, { t: 'error', id: 1, code: 'oops', message: '' }])
      pipe.says(message);
    pipe.says({ t: 'error', id: null, code: 'bad-frame', message: 'Id 1 was used before.' });
    expect(errors).toHaveLength(5);
    expect(errors.at(-1)).toBe('bad-frame: Id 1 was used before.');
    pipe.says({ t: 'reply', id: 1, value: { n: 1 } });
    expect(await asked).toEqual({ n: 1 });
  });

  test('does no harm without a listener for errors', () => {
    const pipe = new HandPipe();
    connectTo(api, pipe);
    expect(() => pipe.says('nonsense')).not.toThrow();
  });
});

describe('A stream', () => {
  test('is asked for one item at a time, also where several are wanted at once', async () => {
    const { pipe, client } = opened();
    const rows = client.stream('rows', {});
    expect(pipe.sent).toEqual([]);
    const wanted = [rows.next(), rows.next()];
    expect(kinds(pipe)).toEqual(['open 1']);
    pipe.says({ t: 'item', id: 1, value: { n: 1 } });
    expect(kinds(pipe)).toEqual(['open 1', 'take 1']);
    pipe.says({ t: 'item', id: 1, value: { n: 2 } });
    expect(await Promise.all(wanted)).toEqual([
      { done: false, value: { n: 1 } },
      { done: false, value: { n: 2 } },
    ]);
    expect(kinds(pipe)).toEqual(['open 1', 'take 1']);
  });

  test('that ends is over for all waiting and later reads', async () => {
    const { pipe, client } = opened();
    const rows = client.stream('rows', {});
    const wanted = [rows.next(), rows.next()];
    pipe.says({ t: 'end', id: 1 });
    const steps = [...(await Promise.all(wanted)), await rows.next()];
    expect(steps.map(({ done }) => done)).toEqual([true, true, true]);
    expect(kinds(pipe)).toEqual(['open 1']);
  });

  test.each([
    [{ t: 'error', id: 1, code: 'too-many-streams', message: 'Too many.' }, 'too-many-streams: Too many.'],
    [{ t: 'reply', id: 1, value: 1 }, 'bad-frame: The engine answered a stream as if it were a call.'],
  ])('fails once by %j, and is over then', async (answer, words) => {
    const { pipe, client } = opened();
    const rows = client.stream('rows', {});
    const wanted = [rows.next(), rows.next()].map(outcome);
    pipe.says(answer);
    expect(await Promise.all(wanted)).toEqual([words, { done: true, value: undefined }]);
    expect((await rows.next()).done).toBe(true);
  });

  test('gives a failure to the next read, if none was waiting', async () => {
    const { pipe, client } = opened();
    const rows = client.stream('rows', {});
    const first = rows.next();
    pipe.says({ t: 'item', id: 1, value: { n: 1 } });
    await first;
    pipe.close('the engine ended');
    expect(await outcome(rows.next())).toBe(
      'closed: The connection to the engine is closed: the engine ended.',
    );
    expect(await rows.next()).toEqual({ done: true, value: undefined });
  });

  test('is closed once when it is left, and the last item is dropped then', async () => {
    const { pipe, client } = opened();
    const rows = client.stream('rows', {});
    const waiting = rows.next();
    await rows.return?.();
    await rows.return?.();
    expect(kinds(pipe)).toEqual(['open 1', 'close 1']);
    pipe.says({ t: 'item', id: 1, value: { n: 1 } });
    expect((await waiting).done).toBe(true);
    expect((await rows.next()).done).toBe(true);
  });

  test('cannot be opened over a pipe that is closed', async () => {
    const { pipe, client } = opened();
    client.close();
    expect(pipe.closedBecause).toBe('closed by the asking side');
    expect(await outcome(client.stream('rows', {}).next())).toContain(
      'closed: The connection to the engine is closed',
    );
    expect(pipe.sent).toEqual([]);
  });
});

describe('An answer that breaks the contract', () => {
  const misfits = () => {
    const misfitting: string[] = [];
    return { misfitting, ...opened({ onMisfit: ({ message }) => misfitting.push(message) }) };
  };

  test('is not returned, and is reported by its place', async () => {
    const { pipe, client, misfitting } = misfits();
    const asked = outcome(client.call('size', {}));
    pipe.says({ t: 'reply', id: 1, value: { n: 'hunter2' } });
    expect(await asked).toMatch(/^bad-answer: .*“size” does not fit \(n: /);
    expect(misfitting).toHaveLength(1);
    expect(misfitting[0]).not.toContain('hunter2');
  });

  test('ends its stream, on the other side as well', async () => {
    const { pipe, client, misfitting } = misfits();
    const rows = client.stream('rows', {});
    const asked = outcome(rows.next());
    pipe.says({ t: 'item', id: 1, value: {} });
    expect(await asked).toMatch(/^bad-answer: /);
    expect(kinds(pipe)).toEqual(['open 1', 'close 1']);
    await settled();
    expect([misfitting.length, (await rows.next()).done]).toEqual([1, true]);
  });
});
