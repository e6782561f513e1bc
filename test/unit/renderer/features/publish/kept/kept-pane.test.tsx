// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import type { SavedHead, SentMessage } from '../../../../../../src-main/contract/session/sending.ts';
import { KeptPane } from '../../../../../../src-renderer/features/publish/kept/kept-pane.tsx';
import { exactText } from '../../../../../../src-renderer/state/publish/line-ends.ts';
import type { PublishDraft } from '../../../../../../src-renderer/state/publish/publish-draft.ts';
import type { Observable } from '../../../../../support/engine/fake-engine.ts';
import { messageTemplate, savedHead, sentMessage } from '../../../../../support/session/sent-and-saved.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { fakePublishing, type FakePublishing } from '../../../../../support/window/fake-publishing.ts';
import { answer, live, press, emit, watch, type Live } from '../../../../../support/window/live.ts';

let fake: FakePublishing;
let saved: Observable<{ messages: SavedHead[]; problem: ReturnType<typeof failed> | null }>;
let sent: Observable<{ messages: SentMessage[] }>;
let published: PublishDraft[];
let shown: HTMLElement[];

beforeEach(async () => {
  fake = await fakePublishing();
  saved = emit(fake.engine, 'savedMessages', {
    messages: [savedHead('a', { name: 'Start' })],
    problem: null,
  });
  sent = emit(fake.engine, 'sentMessages', { messages: [sentMessage({ id: 'b' })] });
  published = [];
  shown = [];
});
afterEach(teardown);

const GONE = failed('message-gone', 'It is gone.', 'Save it again.');
const send = (draft: PublishDraft) => published.push(draft);
const onShown = (pane: HTMLElement) => shown.push(pane);
const open = async () => {
  const page = live(<KeptPane publishing={fake.publishing} profile={null} onSend={send} onShown={onShown} />);
  await page.findByRole('button', { name: 'Start' });
  await page.findByRole('grid', { name: 'Sent messages' });
  return page;
};
const draft = () => fake.publishing.store.getState().draft;
const typed = () => [draft().topic, exactText(draft().payload)];
const template = (topic: string, text: string) => ({
  kind: 'template' as const,
  template: messageTemplate(topic, text),
});
const savedRow = (page: Live) =>
  page.getByRole('button', { name: 'Start' }).closest<HTMLElement>('[role=row]')!;

describe('A saved message', () => {
  test('is loaded into the panel, and what stood there can be brought back', async () => {
    const asked = answer(fake.engine, 'readSaved', () => ({ ...template('plant/a', '{}'), format: 'json' }));
    fake.publishing.typeTopic('mine');
    const page = await open();
    await page.user.click(page.getByRole('button', { name: 'Start' }));
    await expect.poll(typed).toEqual(['plant/a', '{}']);
    expect(asked).toEqual([{ id: 'a' }]);
    expect(draft().format).toBe('json');
    fake.publishing.undoLoad();
    expect(typed()).toEqual(['mine', '']);
  });

  test('is published as it is kept, whatever the panel has', async () => {
    answer(fake.engine, 'readSaved', () => ({ ...template('plant/a', 'on'), format: 'text' }));
    fake.publishing.typeTopic('mine');
    const page = await open();
    savedRow(page).focus();
    await page.user.keyboard('{Control>}{Enter}{/Control}');
    await expect.poll(() => published.map(({ topic }) => topic)).toEqual(['plant/a']);
    expect(typed()).toEqual(['mine', '']);
  });

  test('that cannot be read says so until another can, and leaves the panel alone', async () => {
    fake.publishing.typeTopic('mine');
    answer(fake.engine, 'readSaved', () => GONE);
    const page = await open();
    await page.user.click(page.getByRole('button', { name: 'Start' }));
    expect((await page.findByRole('alert')).textContent).toBe('It is gone. Save it again.');
    expect(typed()).toEqual(['mine', '']);
    answer(fake.engine, 'readSaved', () => ({ ...template('plant/a', 'on'), format: 'text' }));
    await page.user.click(page.getByRole('button', { name: 'Start' }));
    await expect.poll(() => page.queryByRole('alert')).toBeNull();
  });

  test('is removed after a question; a failure is shown', async () => {
    const removed = answer(fake.engine, 'removeSaved', () => GONE);
    const page = await open();
    savedRow(page).focus();
    await page.user.keyboard('{Delete}');
    await page.findByRole('dialog');
    await press(page, 'Remove');
    await expect.poll(() => removed).toEqual([{ ids: ['a'] }]);
    expect((await page.findByRole('alert')).textContent).toContain('It is gone.');
  });
});

describe('A message that was sent', () => {
  test('is edited in the panel, and sent again beside it', async () => {
    const asked = answer(fake.engine, 'readSent', () => template('plant/b', 'off'));
    const page = await open();
    await press(page, 'Send again');
    await expect.poll(() => published.map(({ topic }) => topic)).toEqual(['plant/b']);
    await press(page, 'Edit');
    await expect.poll(typed).toEqual(['plant/b', 'off']);
    expect(asked[0]).toEqual({ connection: fake.session.connectionId, id: 'b' });
  });

  test('is not listed any more once the list is cleared', async () => {
    const cleared = watch(fake.engine, 'clearSent');
    const page = await open();
    await press(page, 'Clear list');
    await expect.poll(() => cleared.length).toBe(1);
    sent.set({ messages: [] });
    expect(await page.findByText('Nothing was sent yet.')).toBeTruthy();
  });
});

describe('The message in the panel', () => {
  const saving = async () => {
    fake.publishing.load({ ...draft(), topic: 'plant/press', topicIsOwn: true });
    const page = await open();
    await press(page, 'Save…');
    await page.findByRole('dialog', { name: 'Save message' });
    return page;
  };

  test('is saved as it stands, and the dialog closes once it is', async () => {
    const asked = watch(fake.engine, 'saveMessage');
    const page = await saving();
    await press(page, 'Save');
    await expect.poll(() => page.queryByRole('dialog')).toBeNull();
    expect(asked).toMatchObject([
      { id: null, place: { profile: null, folder: '', name: 'press' }, template: { topic: 'plant/press' } },
    ]);
  });

  test('stays in the dialog where it could not be saved', async () => {
    answer(fake.engine, 'saveMessage', () => failed('disk-full', 'The disk is full.', 'Make room.'));
    const page = await saving();
    await press(page, 'Save');
    expect(await page.findByText('The disk is full. Make room.')).toBeTruthy();
    expect(page.getByRole('dialog', { name: 'Save message' })).toBeTruthy();
  });

  test('gets a variable at its end by a press', async () => {
    fake.publishing.typePayload('at ', null, null);
    const page = await open();
    await page.user.click(page.getByRole('button', { name: '${now}' }));
    expect(typed()[1]).toBe('at ${now}');
  });
});

test('What keeps saved messages from being read is shown, and the pane says when it is there.', async () => {
  const page = await open();
  expect(shown).toHaveLength(1);
  expect(shown[0]?.querySelector('[role=treegrid]')).not.toBeNull();
  saved.set({ messages: [], problem: failed('broken', 'The file is broken.', 'It was put aside.') });
  expect((await page.findByRole('alert')).textContent).toBe('The file is broken. It was put aside.');
});
