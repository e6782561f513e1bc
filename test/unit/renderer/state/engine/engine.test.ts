import { afterEach, describe, expect, test } from 'vitest';
import { ProtocolError } from '../../../../../src-main/contract/base/errors.ts';
import { callEngine, isFailure } from '../../../../../src-renderer/state/engine/call-engine.ts';
import { createEngine } from '../../../../../src-renderer/state/engine/engine.ts';
import { FakeEngine, FakeLink } from '../../../../support/engine/fake-engine.ts';

let link: FakeLink | null = null;

afterEach(() => {
  link?.close();
  link = null;
});

function open() {
  const fake = new FakeEngine();
  const opened = new FakeLink(fake);
  link = opened;
  return { fake, link: opened, engine: createEngine(opened) };
}

/** Whether it has settled by now, with nothing in between but turns of the event loop. */
async function isSettled(work: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void work.finally(() => (settled = true)).catch(() => undefined);
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

describe('a call', () => {
  test('goes to the engine of now, also after the link was replaced', async () => {
    const { engine, link: opened } = open();
    expect((await engine.call('appInfo', {})).host).toBeDefined();
    opened.cut();
    opened.restore();
    expect((await engine.call('appInfo', {})).host).toBeDefined();
  });

  test('fails at once while the link is down, as a failure that a person can read', async () => {
    const { engine, link: opened } = open();
    opened.cut();
    await expect(engine.call('appInfo', {})).rejects.toMatchObject({ code: 'closed' });
    const answer = await callEngine(() => engine.call('lockVault', {}));
    expect(isFailure(answer) && answer.code).toBe('engine-unreachable');
  });

  test('is no failure where the engine’s answer is one', async () => {
    expect(await callEngine(() => Promise.resolve({ kind: 'done' }))).toEqual({ kind: 'done' });
    expect(isFailure({ kind: 'done' })).toBe(false);
    const thrown = await callEngine(() => Promise.reject(new Error('The engine is gone.')));
    expect(isFailure(thrown) && thrown.advice).toContain('The engine is gone.');
  });
});

describe('a stream', () => {
  test('waits for the link, then opens', async () => {
    const { engine, link: opened } = open();
    opened.cut();
    const stream = engine.stream('connections', {});
    const first = stream.next();
    expect(await isSettled(first)).toBe(false);
    opened.restore();
    expect((await first).value).toEqual({ connections: [] });
    await stream.return?.();
  });

  test('that is left while it waits for the link ends, and opens nothing', async () => {
    const { engine, link: opened } = open();
    opened.cut();
    const stream = engine.stream('connections', {});
    const first = stream.next();
    await stream.return?.();
    expect(await first).toEqual({ done: true, value: undefined });
    opened.restore();
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test('that runs fails when the link goes: who reads it opens another', async () => {
    const { engine, link: opened } = open();
    const stream = engine.stream('connections', {});
    await stream.next();
    const next = stream.next();
    opened.cut();
    await expect(next).rejects.toMatchObject({ code: 'closed' });
  });
});

test('An answer that does not fit is reported to listeners, until they stop.', () => {
  const { engine, link: opened } = open();
  const reported: string[] = [];
  const stop = engine.onMisfit(({ message }) => reported.push(message));
  opened.misfit(new ProtocolError('bad-answer', 'first'));
  stop();
  opened.misfit(new ProtocolError('bad-answer', 'second'));
  expect(reported).toEqual(['first']);
});

test('Whoever asks how the link is hears of every change.', () => {
  const { engine, link: opened } = open();
  const seen: string[] = [];
  const stop = engine.subscribe(({ kind }) => seen.push(kind));
  expect(engine.status().kind).toBe('ready');
  opened.cut();
  engine.retryNow();
  stop();
  opened.cut();
  expect(seen).toEqual(['gone', 'ready']);
});
