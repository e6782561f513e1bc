// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import type { PublishMessage } from '../../../../../src-main/contract/model/publish-message.ts';
import { isSafeText } from '../../../../../src-main/core/payload/visible.ts';
import { NextLine } from '../../../../../src-renderer/features/publish/next-line.tsx';
import { linedText } from '../../../../../src-renderer/state/publish/line-ends.ts';
import { EMPTY_DRAFT, type PublishDraft } from '../../../../../src-renderer/state/publish/publish-draft.ts';
import { teardown } from '../../../../support/teardown.ts';
import { fakePublishing, type FakePublishing } from '../../../../support/window/fake-publishing.ts';
import { HOSTILE_TEXTS } from '../../../../support/window/hostile-texts.ts';
import { answer, isChecked, live, watch, type Live } from '../../../../support/window/live.ts';

let fake: FakePublishing;

beforeEach(async () => {
  fake = await fakePublishing();
});
afterEach(teardown);

const write = (text: string, more: Partial<PublishDraft> = {}) =>
  fake.publishing.load({
    ...EMPTY_DRAFT,
    topic: 'plant/a',
    topicIsOwn: true,
    payload: linedText(text),
    ...more,
  });
const open = () => live(<NextLine publishing={fake.publishing} />);
const next = (page: Live) => page.findByRole('note', { name: 'Next message' });
const message = (more: Partial<PublishMessage> = {}): PublishMessage => ({
  topic: 'plant/a',
  payload: new TextEncoder().encode('at 1'),
  qos: 0,
  retain: false,
  ...more,
});
const previews = (more: Partial<PublishMessage>) =>
  answer(fake.engine, 'previewMessage', () => ({ kind: 'preview', message: message(more) }));

describe('What will be sent next', () => {
  test('is not said where it is what is typed, nor asked for', () => {
    const asked = watch(fake.engine, 'previewMessage');
    write('on');
    expect(open().queryByText('Next')).toBeNull();
    expect(asked).toEqual([]);
  });

  test('is what the engine makes of the variables, with its size', async () => {
    const asked = previews({});
    write('at ${now}');
    const page = open();
    expect((await next(page)).textContent).toBe('at 1');
    expect(page.getByText('4 B')).toBeTruthy();
    expect(asked[0]).toMatchObject({ template: { topic: 'plant/a', variables: true } });
  });

  test('names its topic only where that becomes another one', async () => {
    previews({ topic: 'plant/7' });
    write('at ${now}', { topic: 'plant/${counter}' });
    expect((await next(open())).textContent).toBe('plant/7 at 1');
  });

  test('is one line, however many the payload has', async () => {
    previews({ payload: new TextEncoder().encode('{\n  "a": 1\n}') });
    write('{\n  "a": ${now}\n}');
    expect((await next(open())).textContent).toBe('{ "a": 1 }');
  });

  test('is made again for what is typed', async () => {
    answer(fake.engine, 'previewMessage', ({ template: { payload } }) => ({
      kind: 'preview',
      message: message({ payload }),
    }));
    write('${now} a');
    const page = open();
    expect((await next(page)).textContent).toBe('${now} a');
    fake.publishing.typePayload('${now} b', null, null);
    await expect.poll(async () => (await next(page)).textContent).toBe('${now} b');
  });

  test('says why there is none', async () => {
    answer(fake.engine, 'previewMessage', () => failed('no-value', 'No message of “x” is kept.', ''));
    write('${value x}');
    const page = open();
    expect(await page.findByText('No message of “x” is kept.')).toBeTruthy();
    expect(page.queryByRole('note')).toBeNull();
  });

  test('shows what is in a value that deceives', async () => {
    const text = HOSTILE_TEXTS.join(' ');
    previews({ topic: `t/${text}`, payload: new TextEncoder().encode(text) });
    write('${value x}');
    const note = await next(open());
    expect(isSafeText(note.textContent)).toBe(true);
    expect(note.querySelector('b')).toBeNull();
  });
});

test('An answer that comes after a newer one does not take its place.', async () => {
  const waiting: ((text: string) => void)[] = [];
  answer(
    fake.engine,
    'previewMessage',
    () =>
      new Promise((resolve) =>
        waiting.push((text) =>
          resolve({ kind: 'preview', message: message({ payload: new TextEncoder().encode(text) }) }),
        ),
      ),
  );
  write('${now} a');
  const page = open();
  await expect.poll(() => waiting.length).toBe(1);
  fake.publishing.typePayload('${now} b', null, null);
  await expect.poll(() => waiting.length).toBe(2);
  waiting[1]?.('newer');
  await expect.poll(async () => (await next(page)).textContent).toBe('newer');
  waiting[0]?.('older');
  fake.publishing.setRetain(true);
  await expect.poll(() => waiting.length).toBe(3);
  expect((await next(page)).textContent).toBe('newer');
});

describe('Variables', () => {
  test('are replaced until that is turned off, and then it says that nothing is', async () => {
    previews({});
    write('at ${now}');
    const page = open();
    const box = page.getByRole('checkbox', { name: 'Replace variables' });
    expect(isChecked(box)).toBe(true);
    await next(page);
    await page.user.click(box);
    expect(fake.publishing.store.getState().draft.variables).toBe(false);
    await page.findByText('exactly as it is typed');
    expect(page.queryByRole('note')).toBeNull();
  });

  test('are not offered to be replaced where there are none', () => {
    write('{"a":1}', { format: 'cbor' });
    expect(open().queryByRole('checkbox')).toBeNull();
  });
});

describe('A payload in another form', () => {
  test('is shown as bytes where it is binary', async () => {
    previews({ payload: Uint8Array.of(0xa1, 0x61, 0x61, 0x01) });
    write('{"a":1}', { format: 'cbor' });
    const page = open();
    expect((await next(page)).textContent).toBe('a1 61 61 01');
    expect(page.getByText('4 B')).toBeTruthy();
  });

  test('that is compressed says so, and how large it becomes', async () => {
    previews({ payload: new Uint8Array(1_204) });
    write('x'.repeat(5_000), { gzip: true });
    const page = open();
    expect((await next(page)).textContent).toBe('gzip');
    expect(page.getByText('1.2 kB')).toBeTruthy();
  });

  test('that is large is not made at each key press', async () => {
    const asked = previews({});
    write('x'.repeat(300_000), { gzip: true });
    const page = open();
    expect(page.getByText('exactly as it is typed')).toBeTruthy();
    fake.publishing.replacePayload('x');
    await next(page);
    expect(asked).toHaveLength(1);
  });
});
