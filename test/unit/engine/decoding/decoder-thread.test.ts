import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import type { DecoderRequest } from '../../../../src-main/decoding/protocol.ts';
import { DecoderThread, type DecoderLimits } from '../../../../src-main/engine/decoding/decoder-thread.ts';
import { bytesOf, NOTHING_AROUND, step } from '../../../support/decoding.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';

afterEach(teardown);

const REAL = new URL('../../../../src-main/decoding/worker.ts', import.meta.url);
/** Does what the first byte says: 1 spins, 2 fills the memory, 3 throws, else answers. */
const HOSTILE = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', ({ bytes }) => {
      if (bytes[0] === 1) for (;;);
      if (bytes[0] === 2) for (const all = []; ; ) all.push(new Array(1000).fill(all.length));
      if (bytes[0] === 3) throw new Error('a fault of ours');
      parentPort.postMessage({ kind: 'gone' });
    });`)}`,
);

interface Timer {
  readonly ms: number;
  readonly run: () => void;
}

function thread(url: URL, limits?: DecoderLimits) {
  const timers = new Set<Timer>();
  const made = new DecoderThread(
    {
      decoderUrl: url,
      clock: {
        now: () => 0,
        after: (ms, run) => {
          const timer = { ms, run };
          timers.add(timer);
          return () => timers.delete(timer);
        },
      },
    },
    limits,
  );
  onTeardown(() => made.close());
  const pass = (ms: number): void => {
    for (const timer of timers) if (timer.ms === ms) timer.run();
  };
  return { made, pass, timers };
}

function decode(bytes: Uint8Array): DecoderRequest {
  return {
    kind: 'decode',
    bytes,
    chain: [step('gzip')],
    by: { kind: 'chosen' },
    around: NOTHING_AROUND,
    nodes: 10,
  };
}

describe('The thread that decodes', () => {
  test('starts with the first question, and answers those that follow from what it keeps', async () => {
    const { made } = thread(REAL);
    expect(made.isRunning).toBe(false);
    const answer = await made.ask(decode(gzipSync('{"a":[1,2]}')));
    if (answer.kind !== 'decoded') throw new Error(JSON.stringify(answer));
    const { id } = answer.decoded;
    expect(answer.decoded.stages.map(({ label }) => label)).toEqual(['gzip', 'JSON']);
    expect(await made.ask({ kind: 'nodes', id, from: 2, count: 1 })).toMatchObject({
      nodes: [{ text: '1' }],
    });
    expect(await made.ask({ kind: 'text', id, node: null, offset: 0, length: 5 })).toEqual({
      kind: 'text',
      text: '{\n  "',
      total: 29,
    });
    expect(await made.ask({ kind: 'bytes', id, stage: 1, offset: 2, length: 3 })).toEqual({
      kind: 'bytes',
      bytes: bytesOf('text:a":'),
      total: 11,
    });
    expect(await made.ask({ kind: 'nodes', id: 'another', from: 0, count: 1 })).toEqual({ kind: 'gone' });
  });

  test('is ended when it takes too long, and the next question gets another one', async () => {
    const { made, pass } = thread(HOSTILE);
    const endless = made.ask(decode(Uint8Array.of(1)));
    const next = made.ask(decode(Uint8Array.of(0)));
    // The question is asked in a turn of its own.
    await Promise.resolve();
    await Promise.resolve();
    pass(4_000);
    expect(await endless).toMatchObject({ kind: 'failed', code: 'decoder-too-slow' });
    expect(await next).toEqual({ kind: 'gone' });
  });

  test('may take five times as long for the layout of a long text, and for nothing else of it', async () => {
    const { made, timers } = thread(REAL);
    const layout = { sorted: false, compact: false, columns: 100 };
    const asked = { kind: 'open-lines', of: bytesOf('text:[1]'), cut: false, layout } as const;
    const opened = made.ask({ kind: 'lines', asked });
    await Promise.resolve();
    await Promise.resolve();
    expect([...timers].map(({ ms }) => ms)).toEqual([20_000]);
    const answer = await opened;
    if (answer.kind !== 'opened') throw new Error(answer.kind);
    const { id } = answer;
    const page = made.ask({ kind: 'lines', asked: { kind: 'read-lines', id, from: 0, count: 5 } });
    await Promise.resolve();
    await Promise.resolve();
    expect([...timers].map(({ ms }) => ms)).toEqual([4_000]);
    expect(await page).toMatchObject({ kind: 'lines', rows: ['[', '  1', ']'] });
  });

  test('is ended when it takes too much memory', async () => {
    const { made } = thread(HOSTILE, { heapMb: 16 });
    expect(await made.ask(decode(Uint8Array.of(2)))).toMatchObject({
      code: 'decoder-ended',
      message: 'Decoding needed more memory than it may use and was stopped. Shown as bytes.',
    });
    expect(await made.ask(decode(Uint8Array.of(0)))).toEqual({ kind: 'gone' });
  });

  test('may fail without harm', async () => {
    const { made } = thread(HOSTILE);
    expect(await made.ask(decode(Uint8Array.of(3)))).toMatchObject({
      message: 'The decoder ended: a fault of ours. Shown as bytes.',
    });
    expect(await made.ask(decode(Uint8Array.of(0)))).toEqual({ kind: 'gone' });
  });

  test('that cannot be started fails each question by itself', async () => {
    const { made, timers } = thread(new URL('https://not.a/file.js'));
    for (let time = 0; time < 2; time++)
      expect(await made.ask(decode(Uint8Array.of(0)))).toMatchObject({
        code: 'decoder-ended',
        message: 'The decoder ended: The URL must be of scheme file. Shown as bytes.',
      });
    expect(timers.size).toBe(0);
  });

  test('is ended when nobody asks, and leaves no timer behind', async () => {
    const { made, pass, timers } = thread(HOSTILE);
    await made.ask(decode(Uint8Array.of(0)));
    expect(made.isRunning).toBe(true);
    pass(120_000);
    expect(made.isRunning).toBe(false);
    await made.close();
    expect(timers.size).toBe(0);
  });

  test('refuses more questions than it can hold, and all after its end', async () => {
    const { made } = thread(HOSTILE);
    const many = Array.from({ length: 257 }, () => made.ask(decode(Uint8Array.of(0))));
    expect(await many.at(-1)).toMatchObject({ code: 'busy' });
    await made.close();
    expect(await many[0]).toMatchObject({ kind: 'failed', code: 'closing' });
    expect(await made.ask(decode(Uint8Array.of(0)))).toMatchObject({ code: 'closing' });
  });
});
