import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { watchFirstRow, type SmokePorts } from '../../../../src-main/desktop/start/smoke.ts';

/** A page that answers each look in turn, and then without end as the last time; time passes only by waiting. */
class Page extends EventEmitter {
  readonly answers: (() => unknown)[];
  time = 0;
  looks = 0;
  readonly waiting: { readonly due: number; resolve(): void }[] = [];
  readonly ports: SmokePorts;

  constructor(...answers: (() => unknown)[]) {
    super();
    this.answers = answers;
    const executeJavaScript = (): Promise<unknown> => {
      const answer = this.answers[Math.min(this.looks++, this.answers.length - 1)];
      return new Promise((resolve, reject) => {
        try {
          resolve(answer?.());
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    };
    this.ports = {
      contents: Object.assign(this, { executeJavaScript }) as never,
      withinMs: 1_000,
      now: () => this.time,
      wait: (ms) =>
        new Promise((resolve) => {
          this.waiting.push({ due: this.time + ms, resolve });
          setImmediate(() => this.#next());
        }),
    };
  }

  /** Whoever waits the shortest goes on, after all that is on its way has arrived. */
  #next(): void {
    this.waiting.sort((a, b) => b.due - a.due);
    const next = this.waiting.pop();
    if (next === undefined) return;
    this.time = Math.max(this.time, next.due);
    next.resolve();
  }
}

const empty = () => ({ topic: null, text: ' Connecting to\n the demo ' });
const seen = () => ({ topic: 'plant', text: 'plant' });

test('A topic in the window is the end of it.', async () => {
  const page = new Page(empty, empty, seen);
  expect(await watchFirstRow(page.ports)).toMatchObject({ kind: 'seen', topic: 'plant' });
  expect(page.looks).toBe(3);
});

test('Without one the time is over at its limit, and what the page showed is said.', async () => {
  const page = new Page(empty);
  expect(await watchFirstRow(page.ports)).toEqual({
    kind: 'failed',
    why: 'no topic was shown within 1 s; the page showed "Connecting to the demo"',
  });
  expect(page.looks).toBeGreaterThan(1);
});

test('A page that does not answer, or answers with nonsense, does not hold up the limit.', async () => {
  const never = new Page(() => new Promise(() => undefined));
  const failed = { kind: 'failed', why: 'no topic was shown within 1 s; the page showed nothing' };
  expect(await watchFirstRow(never.ports)).toEqual(failed);
  const nonsense = new Page(
    () => 7,
    () => null,
    () => ({ topic: '', text: 4 }),
  );
  expect(await watchFirstRow(nonsense.ports)).toEqual(failed);
});

test('Between two documents a look fails, and the next is taken.', async () => {
  const page = new Page(() => {
    throw new Error('Execution context was destroyed');
  }, seen);
  expect(await watchFirstRow(page.ports)).toMatchObject({ kind: 'seen' });
});

test.each([
  ['render-process-gone', [{}, { reason: 'crashed', exitCode: 1 }], 'the page ended (crashed)'],
  ['preload-error', [{}, '/preload', new Error('no fs')], 'the preload script failed (no fs)'],
  [
    'did-fail-load',
    [{}, -6, 'ERR_FILE_NOT_FOUND', 'app://topicscope/', true],
    'the page could not be loaded (ERR_FILE_NOT_FOUND)',
  ],
  ['destroyed', [], 'the window was closed'],
] as const)('The event %s ends it at once', async (name, args, why) => {
  const page = new Page(empty);
  const watching = watchFirstRow(page.ports);
  page.emit(name, ...args);
  expect(await watching).toEqual({ kind: 'failed', why });
  expect(page.looks).toBeLessThan(3);
});

test('A part of the page that could not be loaded is not the page.', async () => {
  const page = new Page(empty, empty, seen);
  const watching = watchFirstRow(page.ports);
  page.emit('did-fail-load', {}, -3, 'ERR_ABORTED', 'app://topicscope/x', false);
  expect(await watching).toMatchObject({ kind: 'seen' });
});
