import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { call, stream, type Handlers } from '../../src-main/contract/base/define.ts';
import type { ProtocolError } from '../../src-main/contract/base/errors.ts';
import { CONTRACT_VERSION, helloCalls, type Hello } from '../../src-main/contract/base/hello.ts';
import { connectTo } from '../../src-main/wire/client.ts';
import { greet } from '../../src-main/wire/greet.ts';
import { serve } from '../../src-main/wire/serve.ts';
import { pipeKinds, type PipePair } from './pipes.ts';

const Item = z.object({ n: z.number(), rows: z.array(z.number()), note: z.string().optional() });

/** The window's contract; the engine's handlers may answer what they like. */
const windowApi = {
  ...helloCalls,
  count: call(z.object({}), z.object({ deep: z.object({ n: z.number() }) })),
  whole: stream(z.object({}), Item),
  fields: stream(z.object({}), Item, 'fields'),
} as const;

describe.each(pipeKinds)('the first words over $name', (kind) => {
  let pair: PipePair | null = null;

  afterEach(async () => {
    await pair?.close();
    pair = null;
  });

  async function open(answers: Partial<Record<keyof typeof windowApi, unknown>>) {
    pair = await kind.open();
    const handlers = {
      hello: (window: Hello) => answers.hello ?? window,
      count: () => answers.count,
      whole: () => list(answers.whole),
      fields: () => list(answers.fields),
    };
    serve(windowApi, handlers as unknown as Handlers<typeof windowApi>, pair.answering);
    const misfits: ProtocolError[] = [];
    const client = connectTo(windowApi, pair.asking, { onMisfit: (error) => misfits.push(error) });
    return { client, misfits, pipes: pair };
  }

  async function* list(items: unknown) {
    for (const item of items as readonly unknown[]) yield await Promise.resolve(item);
  }

  it('are enough where both sides are of one build', async () => {
    const { client } = await open({});
    expect(await greet(client, '1.0.0')).toEqual({ kind: 'same' });
  });

  it.each([
    ['program', { contract: CONTRACT_VERSION, version: '1.0.1' }, '1.0.1'],
    ['contract', { contract: CONTRACT_VERSION + 1, version: '1.0.0' }, '1.0.0'],
    ['answer', { contract: 'one' }, null],
  ])('report an engine of another %s', async (_what, hello, engine) => {
    const { client } = await open({ hello });
    expect(await greet(client, '1.0.0')).toEqual({ kind: 'other', engine });
  });

  it('report an engine that knows no greeting', async () => {
    pair = await kind.open();
    serve({}, {}, pair.answering);
    const client = connectTo(windowApi, pair.asking);
    expect(await greet(client, '1.0.0')).toEqual({ kind: 'other', engine: null });
  });

  it('say nothing of a pipe that closes before the answer', async () => {
    const { client, pipes } = await open({ hello: new Promise(() => undefined) });
    const greeting = greet(client, '1.0.0');
    pipes.answering.close('the engine ended');
    expect(await greeting).toEqual({ kind: 'closed' });
  });

  it('do not let a call’s answer through that breaks the contract, and name the place only', async () => {
    const { client, misfits } = await open({ count: { deep: { n: 'hunter2' } } });
    await expect(client.call('count', {})).rejects.toMatchObject({ code: 'bad-answer' });
    expect(misfits.map(({ message }) => message)).toEqual([expect.stringMatching(/“count”.*deep\.n: /)]);
    expect(misfits[0]?.message).not.toContain('hunter2');
    expect(await greet(client, '1.0.0')).toEqual({ kind: 'same' });
  });

  it('let an answer through that has more than is known', async () => {
    const { client, misfits } = await open({ count: { deep: { n: 1 }, later: true } });
    expect(await client.call('count', {})).toMatchObject({ deep: { n: 1 } });
    expect(misfits).toEqual([]);
  });

  it('end a stream at the first item that breaks the contract', async () => {
    const { client, misfits } = await open({
      whole: [
        { n: 1, rows: [1] },
        { n: 2, rows: ['x'] },
        { n: 3, rows: [] },
      ],
    });
    const read = client.stream('whole', {});
    expect(await read.next()).toMatchObject({ value: { n: 1 } });
    await expect(read.next()).rejects.toMatchObject({ code: 'bad-answer' });
    expect(await read.next()).toEqual({ done: true, value: undefined });
    expect(misfits.map(({ message }) => message)).toEqual([expect.stringMatching(/“whole”.*rows\.0: /)]);
  });

  it('look at no row of a frame, and miss no field that it needs', async () => {
    const { client, misfits } = await open({ fields: [{ n: 1, rows: ['x'] }, { n: 2 }] });
    const read = client.stream('fields', {});
    expect(await read.next()).toMatchObject({ value: { n: 1 } });
    expect(misfits).toEqual([]);
    await expect(read.next()).rejects.toMatchObject({ code: 'bad-answer' });
    expect(misfits.map(({ message }) => message)).toEqual([expect.stringMatching(/“fields”.*rows: missing/)]);
  });
});
