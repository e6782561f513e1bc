import { afterEach, describe, expect, it } from 'vitest';
import type { Client } from '../../src-main/contract/base/define.ts';
import { connectTo } from '../../src-main/wire/client.ts';
import { serve, type Served, type ServeOptions } from '../../src-main/wire/serve.ts';
import { testApi, testHandlers, type Seen, type TestApi } from './api.ts';
import { pipeKinds, type PipePair } from './pipes.ts';

describe.each(pipeKinds)('the contract over $name', (kind) => {
  let pair: PipePair | null = null;

  interface Both {
    readonly client: Client<TestApi>;
    readonly served: Served;
    readonly seen: Seen;
    readonly errors: unknown[];
    readonly pair: PipePair;
  }

  async function open(options: ServeOptions = {}): Promise<Both> {
    pair = await kind.open();
    const seen: Seen = { pulled: 0, running: 0, aborted: 0 };
    const errors: unknown[] = [];
    const served = serve(testApi, testHandlers(seen), pair.answering, {
      onError: (error) => errors.push(error),
      ...options,
    });
    return { client: connectTo(testApi, pair.asking), served, seen, errors, pair };
  }

  afterEach(async () => {
    await pair?.close();
    pair = null;
  });

  it('answers calls, each with its own answer', async () => {
    const { client } = await open();
    const sums = await Promise.all([1, 2, 3].map((a) => client.call('add', { a, deep: { b: 10 } })));
    expect(sums).toEqual([{ sum: 11 }, { sum: 12 }, { sum: 13 }]);
  });

  it('carries any text and nested values unchanged', async () => {
    const { client } = await open();
    const value = {
      __typo__: 'é \u0000 \ud800 \u{1f600} \ufeff',
      'a key': [null, true, -0.5, 1e300, [{ constructor: 'x' }]],
      empty: {},
    };
    expect(await client.call('echo', { value })).toEqual({ value });
  });

  it('carries bytes as they are, and a part of a buffer as that part only', async () => {
    const { client } = await open();
    const sent = new Uint8Array([255, 0, 128, 7, 9]).subarray(1);
    const { bytes, size } = await client.call('bytes', { bytes: sent });
    expect([...bytes]).toEqual([128, 7]);
    expect(size).toBe(4);
  });

  it('shares no object between the sides', async () => {
    const { client } = await open();
    const value = { list: [1] };
    const answer = await client.call('echo', { value });
    value.list.push(2);
    expect(answer.value).toEqual({ list: [1] });
  });

  it('refuses parameters that break the contract and names the place, not the value', async () => {
    const { client } = await open();
    const params = { a: 1, deep: { b: 'hunter2' as unknown as number } };
    const failure = client.call('add', params);
    await expect(failure).rejects.toMatchObject({ name: 'ProtocolError', code: 'bad-params' });
    await expect(failure).rejects.toThrow(/^deep\.b: /);
    await expect(failure).rejects.not.toThrow(/hunter2/);
  });

  it.each(['nothing', 'toString', '__proto__', 'constructor', 'count'])(
    'refuses a call of %j',
    async (name) => {
      const { client } = await open();
      await expect(client.call(name as 'echo', { value: 1 })).rejects.toMatchObject({
        code: 'unknown-method',
      });
    },
  );

  it.each(['throw', 'reject'] as const)(
    'says nothing of what a handler throws (%s), and reports it',
    async (how) => {
      const { client, errors } = await open();
      const failure = client.call('fail', { how });
      await expect(failure).rejects.toMatchObject({ code: 'internal' });
      await expect(failure).rejects.not.toThrow(/hunter2/);
      expect(errors).toHaveLength(1);
      expect(await client.call('echo', { value: 1 })).toEqual({ value: 1 });
    },
  );

  it('passes a typed error of a handler on', async () => {
    const { client } = await open();
    await expect(client.call('fail', { how: 'typed' })).rejects.toMatchObject({
      code: 'bad-params',
      message: 'The topic is empty.',
    });
  });

  it('answers with a typed error when a result cannot travel', async () => {
    const { client } = await open();
    await expect(client.call('fail', { how: 'uncloneable' })).rejects.toMatchObject({ code: 'bad-frame' });
    expect(await client.call('echo', { value: 1 })).toEqual({ value: 1 });
  });

  it('fails a call whose parameters cannot travel, and nothing else', async () => {
    const { client } = await open();
    await expect(client.call('echo', { value: () => 1 })).rejects.toMatchObject({ code: 'bad-frame' });
    expect(await client.call('echo', { value: 1 })).toEqual({ value: 1 });
  });

  it('checks results where asked to', async () => {
    const { client } = await open({ check: true });
    await expect(client.call('wrong', {})).rejects.toThrow(/breaks the contract: n: /);
  });

  it('streams items in order and ends', async () => {
    const { client, seen } = await open();
    const items: number[] = [];
    for await (const { n } of client.stream('count', { to: 5 })) items.push(n);
    expect(items).toEqual([1, 2, 3, 4, 5]);
    expect(seen.running).toBe(0);
  });

  it('pulls a stream only as far as it is read', async () => {
    const { client, seen } = await open();
    const stream = client.stream('forever', {});
    await client.call('echo', { value: 'nothing was asked for yet' });
    expect(seen.pulled).toBe(0);
    await stream.next();
    await client.call('echo', { value: 'one item was taken, no other is made' });
    expect(seen.pulled).toBe(1);
    expect(await stream.next()).toEqual({ done: false, value: { n: 2 } });
    expect(seen.pulled).toBe(2);
  });

  it('answers items asked for at once in order, one by one', async () => {
    const { client } = await open();
    const stream = client.stream('count', { to: 2 });
    const steps = await Promise.all([stream.next(), stream.next(), stream.next(), stream.next()]);
    expect(steps.map((step) => (step.done === true ? 'end' : step.value.n))).toEqual([1, 2, 'end', 'end']);
  });

  it('ends the handler when the reader leaves the loop', async () => {
    const { client, seen } = await open();
    for await (const { n } of client.stream('forever', {})) if (n === 3) break;
    await client.call('echo', { value: 'the close is behind us' });
    expect(seen).toEqual({ pulled: 3, running: 0, aborted: 1 });
  });

  it('ends a handler that is waiting when the reader leaves, and the reader too', async () => {
    const { client, seen } = await open();
    const stream = client.stream('silent', {});
    const waiting = stream.next();
    await client.call('echo', { value: 1 });
    expect(seen.running).toBe(1);
    await stream.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    await client.call('echo', { value: 1 });
    expect(seen.running).toBe(0);
  });

  it('opens nothing for a reader that left before reading', async () => {
    const { client, seen } = await open();
    const stream = client.stream('forever', {});
    await stream.return?.();
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    await client.call('echo', { value: 1 });
    expect(seen.pulled).toBe(0);
  });

  it('gives a stream that fails its typed error, after its items', async () => {
    const { client, errors } = await open();
    const stream = client.stream('broken', { after: 1 });
    expect(await stream.next()).toEqual({ done: false, value: { n: 1 } });
    await expect(stream.next()).rejects.toMatchObject({ code: 'internal' });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(errors).toHaveLength(1);
  });

  it('refuses streams with bad parameters or no handler', async () => {
    const { client } = await open();
    await expect(client.stream('count', { to: 'x' as unknown as number }).next()).rejects.toMatchObject({
      code: 'bad-params',
    });
    await expect(client.stream('echo' as 'count', { to: 1 }).next()).rejects.toMatchObject({
      code: 'unknown-method',
    });
  });

  it('bounds the streams and calls open at once', async () => {
    const { client } = await open({ maxStreams: 2, maxCalls: 2 });
    const streams = [client.stream('forever', {}), client.stream('forever', {})];
    await Promise.all(streams.map((stream) => stream.next()));
    await expect(client.stream('forever', {}).next()).rejects.toMatchObject({ code: 'too-many-streams' });
    await streams[0]?.return?.();
    expect(await client.stream('count', { to: 1 }).next()).toMatchObject({ value: { n: 1 } });
    const never = [client.call('never', {}), client.call('never', {})];
    for (const call of never) call.catch(() => undefined);
    await expect(client.call('echo', { value: 1 })).rejects.toMatchObject({ code: 'too-many-calls' });
  });

  it.each([
    ['the asking side', (both: Both) => both.client.close()],
    ['the answering side', (both: Both) => both.served.close()],
  ])('ends everything on both sides when %s closes', async (_who, close) => {
    const both = await open();
    const { client, served, seen } = both;
    const call = client.call('never', {});
    const read = client.stream('forever', {});
    await read.next();
    const silent = client.stream('silent', {}).next();
    await client.call('echo', { value: 1 });
    expect(seen.running).toBe(2);
    close(both);
    await expect(call).rejects.toMatchObject({ code: 'closed' });
    await expect(silent).rejects.toMatchObject({ code: 'closed' });
    expect(await client.closed).toMatch(/\w/);
    await served.done;
    expect(seen.running).toBe(0);
    await expect(read.next()).rejects.toMatchObject({ code: 'closed' });
    expect(await read.next()).toEqual({ done: true, value: undefined });
    await expect(client.call('echo', { value: 1 })).rejects.toMatchObject({ code: 'closed' });
    await expect(client.stream('forever', {}).next()).rejects.toMatchObject({ code: 'closed' });
  });

  it.each([
    ['a text', 'hello'],
    ['null', null],
    ['a list', [1, 2]],
    ['an object of nothing', {}],
    ['an id that is a text', { t: 'call', id: '1', method: 'echo', params: {} }],
    ['an id below one', { t: 'call', id: 0, method: 'echo', params: {} }],
    ['a method that is an object', { t: 'call', id: 1, method: {}, params: {} }],
    ['a kind that is unknown', { t: 'toString', id: 1 }],
    ['an answer', { t: 'reply', id: 1, value: 1 }],
  ])('survives %s as a message', async (_what, message) => {
    const { errors, pair: pipes } = await open();
    const answers: unknown[] = [];
    const answered = new Promise<void>((resolve) =>
      pipes.asking.onMessage((answer) => {
        answers.push(answer);
        if (answers.length === 2) resolve();
      }),
    );
    try {
      pipes.asking.send(message as never);
    } catch {
      // A pipe of frames carries objects only: it may refuse to send what is none.
      pipes.asking.send({});
    }
    pipes.asking.send({ t: 'call', id: 7, method: 'echo', params: { value: 1 } });
    await answered;
    expect(answers).toMatchObject([
      { t: 'error', id: null, code: 'bad-frame' },
      { t: 'reply', id: 7 },
    ]);
    expect(errors).toMatchObject([{ code: 'bad-frame' }]);
  });

  it('refuses an id that was used before', async () => {
    const { pair: pipes } = await open();
    const answers: unknown[] = [];
    const answered = new Promise<void>((resolve) =>
      pipes.asking.onMessage((answer) => {
        answers.push(answer);
        if (answers.length === 2) pipes.asking.send({ t: 'take', id: 5 });
        if (answers.length === 3) resolve();
      }),
    );
    pipes.asking.send({ t: 'open', id: 5, method: 'forever', params: {} });
    pipes.asking.send({ t: 'open', id: 5, method: 'forever', params: {} });
    await answered;
    expect(answers).toContainEqual({
      t: 'error',
      id: null,
      code: 'bad-frame',
      message: 'Id 5 was used before.',
    });
    expect(answers).toContainEqual({ t: 'item', id: 5, value: { n: 2 } });
  });
});
