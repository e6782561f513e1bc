import { afterEach, expect, test, vi } from 'vitest';
import { createKeptDrafts, type KeptDrafts } from '../../../../../src-renderer/state/engine/kept-drafts.ts';
import { createEngine } from '../../../../../src-renderer/state/engine/engine.ts';
import { FakeEngine, FakeLink } from '../../../../support/engine/fake-engine.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** A window on the engine; another one later is what a reload is. */
function page(engine: FakeEngine): KeptDrafts {
  const link = new FakeLink(engine);
  const drafts = createKeptDrafts(createEngine(link));
  open.push(() => {
    drafts.dispose();
    link.close();
  });
  return drafts;
}

/** Waits until the engine keeps this and nothing else. */
function reported(engine: FakeEngine, expected: Readonly<Record<string, string>>): Promise<void> {
  return vi.waitFor(async () => {
    const { keys } = await engine.handlers.keptDrafts({});
    const texts = await Promise.all(keys.map(async (key) => engine.handlers.readDraft({ key })));
    const read = texts.map((draft) =>
      draft.kind === 'draft' ? JSON.parse(new TextDecoder().decode(draft.text)) : null,
    );
    expect(Object.fromEntries(keys.map((key, at) => [key, read[at]]))).toEqual(expected);
  });
}

test('what was typed last is there after a reload', async () => {
  const engine = new FakeEngine();
  const before = page(engine);
  for (const text of ['h', 'ho', 'hos', 'host']) before.keep('new', text);
  before.keep('p1', 'other');
  expect(before.get('new')).toBe('host');
  await reported(engine, { new: 'host', p1: 'other' });
  const after = page(engine);
  await vi.waitFor(() => expect([after.get('new'), after.get('p1')]).toEqual(['host', 'other']));
});

test('what was saved or discarded does not come back', async () => {
  const engine = new FakeEngine();
  const before = page(engine);
  before.keep('new', 'text');
  before.keep('p1', 'other');
  before.forget('new');
  expect(before.get('new')).toBeNull();
  await reported(engine, { p1: 'other' });
  const after = page(engine);
  await vi.waitFor(() => expect(after.get('p1')).toBe('other'));
  expect(after.get('new')).toBeNull();
});

test('what is typed while the engine is away stays here, and is newer than what it kept', async () => {
  const engine = new FakeEngine();
  const first = page(engine);
  first.keep('new', 'old');
  const link = new FakeLink(engine);
  link.cut();
  const drafts = createKeptDrafts(createEngine(link));
  open.push(() => {
    drafts.dispose();
    link.close();
  });
  drafts.keep('new', 'newer');
  link.restore();
  await new Promise((resolve) => setImmediate(resolve));
  expect(drafts.get('new')).toBe('newer');
});

test('what was typed while an answer is awaited is sent at once when the page closes', async () => {
  const engine = new FakeEngine();
  const drafts = page(engine);
  await drafts.whenLoaded();
  const { keepDraft } = engine.handlers;
  let answer: () => void = () => undefined;
  const reported: string[] = [];
  vi.spyOn(engine.handlers, 'keepDraft').mockImplementation(async (draft) => {
    reported.push(`${draft.key} ${JSON.parse(new TextDecoder().decode(draft.text)).slice(0, 3)}`);
    await new Promise<void>((resolve) => (answer = resolve));
    return keepDraft(draft);
  });
  const rest = 'x'.repeat(2 ** 20);
  // A large text waits until the one before was taken; the small one of a form waits for nothing.
  for (const text of ['h--', 'ho-', 'hos']) drafts.keep('large', text + rest);
  for (const text of ['p', 'po']) drafts.keep('form', text);
  await vi.waitFor(() => expect(reported).toEqual(['large h--', 'form p', 'form po']));
  drafts.flush();
  await vi.waitFor(() => expect(reported.slice(3)).toEqual(['large hos']));
  answer();
});

test('what was typed or discarded while the engine was away is sent once it is there again', async () => {
  const engine = new FakeEngine();
  const link = new FakeLink(engine);
  const drafts = createKeptDrafts(createEngine(link));
  open.push(() => {
    drafts.dispose();
    link.close();
  });
  await drafts.whenLoaded();
  drafts.keep('p1', 'saved meanwhile');
  await reported(engine, { p1: 'saved meanwhile' });
  link.cut();
  drafts.keep('new', 'host');
  drafts.forget('p1');
  await new Promise((resolve) => setImmediate(resolve));
  drafts.keep('new', 'host.example');
  await new Promise((resolve) => setImmediate(resolve));
  link.restore();
  await reported(engine, { new: 'host.example' });
  expect([drafts.get('new'), drafts.get('p1')]).toEqual(['host.example', null]);
});

test('a text of many megabytes, and one with half a character in it, survive a reload', async () => {
  const engine = new FakeEngine();
  const before = page(engine);
  expect(before.loaded).toBe(false);
  await before.whenLoaded();
  expect(before.loaded).toBe(true);
  const large = '\r\n"ä"'.repeat(1_200_000);
  before.keep('large', large);
  before.keep('half', 'a\ud800');
  await reported(engine, { large, half: 'a\ud800' });
  const after = page(engine);
  await after.whenLoaded();
  expect(after.get('large') === large).toBe(true);
  expect(after.get('half')).toBe('a\ud800');
});

test('the oldest drafts make room, and a single one of any size stays', () => {
  const drafts = page(new FakeEngine());
  for (let n = 0; n < 105; n++) drafts.keep(`p${n}`, 'x');
  expect([drafts.get('p4'), drafts.get('p5')]).toEqual([null, 'x']);
  drafts.keep('huge', 'x'.repeat(33 * 2 ** 20));
  expect([drafts.get('p104'), drafts.get('huge')?.length]).toEqual([null, 33 * 2 ** 20]);
});
