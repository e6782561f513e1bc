import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import { AddressBox } from '../../../../../../src-renderer/features/connections/panes/address-box.ts';
import type { Engine } from '../../../../../../src-renderer/state/engine/engine.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** The engine answers, and what is opened opens, when the test says so. */
function box() {
  const asked: string[] = [];
  const answers: { readonly give: (answer: unknown) => void; readonly break: (why: Error) => void }[] = [];
  const call = (_: string, { text }: { readonly text: string }) => {
    asked.push(text);
    return new Promise((give, broken) => answers.push({ give, break: broken }));
  };
  const opened: unknown[] = [];
  let isOpen: () => void = () => undefined;
  const made = new AddressBox({ call } as unknown as Pick<Engine, 'call'>, (options) => {
    opened.push(options);
    return new Promise<void>((resolve) => (isOpen = resolve));
  });
  return { asked, answers, opened, made, opens: () => isOpen(), state: () => made.store.getState() };
}
const read = (host: string) => ({ kind: 'address', source: 'address', options: { host } });
const rested = () => vi.advanceTimersByTimeAsync(120);
const answered = () => vi.advanceTimersByTimeAsync(0);

test('An address is read once nothing was typed for a moment, without the blanks around it.', async () => {
  const { asked, answers, made, state } = box();
  for (const text of [' b', ' br', ' broker ']) made.type(text);
  await vi.advanceTimersByTimeAsync(119);
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(asked).toEqual(['broker']);
  answers[0]?.give(read('broker'));
  await answered();
  expect(state()).toMatchObject({ text: ' broker ', reading: { options: { host: 'broker' } } });
});

test('The last address counts, whichever is answered last; an empty box reads nothing.', async () => {
  const { asked, answers, made, state } = box();
  made.type('a');
  await rested();
  made.type('ab');
  await rested();
  answers[1]?.give(read('ab'));
  answers[0]?.give(read('a'));
  await answered();
  expect(state().reading).toMatchObject({ options: { host: 'ab' } });
  made.type('abc');
  await rested();
  made.type('  ');
  answers[2]?.give(read('abc'));
  await rested();
  expect([asked.length, state().reading]).toEqual([3, { kind: 'nothing' }]);
  await made.connect();
  expect(asked).toHaveLength(3);
});

test('Enter before the reading connects with exactly what is in the box, and once.', async () => {
  const { asked, answers, opened, made, opens, state } = box();
  made.type('broker');
  const both = [made.connect(), made.connect()];
  expect([asked, state().busy]).toEqual([['broker'], true]);
  answers[0]?.give(read('broker'));
  await answered();
  expect([opened, state().busy]).toEqual([[{ host: 'broker' }], true]);
  opens();
  await Promise.all(both);
  expect(state().busy).toBe(false);
});

test('Why nothing is connected is said, unless something else was typed meanwhile.', async () => {
  const { answers, opened, made, state } = box();
  made.type('x;y');
  const first = made.connect();
  answers[0]?.give(failed('bad-address', 'This is no address.', ''));
  await first;
  expect([state().reading, state().busy]).toMatchObject([{ code: 'bad-address' }, false]);
  const second = made.connect();
  made.type('broker');
  answers[1]?.break(new Error('The pipe is closed.'));
  await second;
  expect(state().reading).toMatchObject({ code: 'bad-address' });
  const third = made.connect();
  answers[2]?.break(new Error('The pipe is closed.'));
  await third;
  expect([state().reading, opened]).toMatchObject([{ code: 'engine-unreachable' }, []]);
});

test('Nothing is asked or shown once the box is off the screen.', async () => {
  const { asked, answers, made, state } = box();
  made.type('a');
  made.closed();
  await rested();
  expect(asked).toEqual([]);
  made.type('b');
  await rested();
  made.closed();
  answers[0]?.give(read('b'));
  await answered();
  expect(state().reading).toEqual({ kind: 'nothing' });
});
