// @vitest-environment happy-dom
import { act } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { settled } from '../../../state/inspector/fake-log.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { inspected, type Inspected } from '../../../../../support/window/inspected.tsx';
import { answer, describedBy, watch, type Live } from '../../../../../support/window/live.ts';

let of: Inspected;

beforeEach(() => {
  of = inspected();
});
afterEach(teardown);

/** JSON of more than is laid out in the window. */
const long = (first: string) =>
  JSON.stringify([{ b: first, a: 1 }, ...Array.from({ length: 2_700 }, () => ({ n: 'x'.repeat(100) }))]);
const rows = () => document.querySelector('.pages-code [data-payload]')?.textContent.split('\n') ?? [];
const press = (page: Live, name: string) => page.user.click(page.getByRole('button', { name }));

async function open(): Promise<Live> {
  of.topics.arrive('a', long('first'));
  of.topics.select('a');
  const page = of.open();
  await expect.poll(rows).toContain('    "b": "first",');
  return page;
}

test('A long value is laid out again as it is asked for, and stays on screen meanwhile.', async () => {
  const asked = watch(of.engine, 'openLines');
  const page = await open();
  await press(page, 'Sort keys');
  expect(rows()).toContain('    "b": "first",');
  await expect.poll(() => rows()[2]).toBe('    "a": 1,');
  await press(page, 'One line');
  await expect.poll(() => rows()[0]).toMatch(/^\[\{"a":1,"b":"first"\},/);
  await press(page, 'Wrap lines');
  expect(asked.map(({ layout }) => [layout.sorted, layout.compact, layout.columns > 1_000])).toEqual([
    ...[
      [false, false, true],
      [true, false, true],
    ],
    [true, true, false],
  ]);
});

test('Messages that do not stay are not laid out: only the one that does.', async () => {
  const asked = watch(of.engine, 'openLines');
  const page = await open();
  for (const first of ['second', 'third', 'fourth']) of.topics.arrive('a', long(first));
  await expect.poll(rows).toContain('    "b": "fourth",');
  expect(asked.map(({ source }) => (source.kind === 'message' ? source.which : null))).toEqual([1, 4]);
  expect(page.getByText('All of it laid out in 8,106 lines')).toBeTruthy();
});

test('What comes late for a message that is not shown any more is not shown.', async () => {
  const goes: (() => void)[] = [];
  const known = of.engine.handlers.openLines;
  answer(of.engine, 'openLines', async (params, signal) => {
    await new Promise<void>((resolve) => goes.push(resolve));
    return known(params, signal);
  });
  of.topics.arrive('a', long('first'));
  of.topics.select('a');
  const page = of.open();
  await expect.poll(() => goes.length).toBe(1);
  of.topics.arrive('b', '"of b"');
  of.topics.select('b');
  await expect.poll(() => document.querySelector('[data-payload]')?.textContent).toBe('"of b"');
  goes[0]?.();
  await of.session.client.call('busiestTopic', { connection: of.session.connectionId, below: null });
  await act(settled);
  expect([rows(), page.queryByText(/laid out in/)]).toEqual([[], null]);
});

test('Everything in it is closed at once, and opened again, and found though it is closed.', async () => {
  const page = await open();
  await press(page, 'Collapse the value');
  await expect.poll(() => rows()[1]).toBe('  { 2 fields },');
  await page.user.type(page.getByRole('searchbox', { name: 'Find in value' }), 'first');
  await expect.poll(() => describedBy(page.getByRole('searchbox'))).toBe('1 of 1');
  await expect.poll(rows).toContain('    "b": "first",');
  expect(rows()).toContain('  { 1 field },');
  await press(page, 'Expand the value');
  expect(rows()).not.toContain('  { 1 field },');
});

test('Lines that cannot be read any more say so.', async () => {
  const page = await open();
  act(() => of.inspecting.inspector.hold());
  of.topics.evict('a', 1);
  answer(of.engine, 'findInLines', () => ({
    ...{ kind: 'failed', code: 'decoded-gone', message: 'This text is not laid out any more.', advice: '' },
  }));
  await page.user.type(page.getByRole('searchbox', { name: 'Find in value' }), 'first');
  expect(
    await page.findByText('Not all lines could be read: This message was dropped for newer ones.'),
  ).toBeTruthy();
  expect(describedBy(page.getByRole('searchbox'))).toBe('');
});

test('Of a long value nothing is left where another one is shown.', async () => {
  await open();
  of.topics.arrive('b', '"of b"');
  of.topics.select('b');
  await expect.poll(() => document.querySelector('[data-payload]')?.textContent).toBe('"of b"');
  expect(rows()).toEqual([]);
});
