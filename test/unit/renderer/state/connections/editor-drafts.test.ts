import { afterEach, expect, test, vi } from 'vitest';
import {
  createEditorDrafts,
  type EditorDrafts,
} from '../../../../../src-renderer/state/connections/editor-drafts.ts';
import { createEngine } from '../../../../../src-renderer/state/engine/engine.ts';
import { FakeEngine, FakeLink } from '../../../../support/engine/fake-engine.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** A window on the engine; another one later is what a reload is. */
function page(engine: FakeEngine): EditorDrafts {
  const link = new FakeLink(engine);
  const drafts = createEditorDrafts(createEngine(link));
  open.push(() => {
    drafts.dispose();
    link.close();
  });
  return drafts;
}

/** Waits until the engine keeps this and nothing else. */
function told(engine: FakeEngine, expected: Readonly<Record<string, string>>): Promise<void> {
  return vi.waitFor(async () => {
    const { drafts } = await engine.handlers.keptDrafts({});
    expect(Object.fromEntries(drafts.map(({ key, text }) => [key, text]))).toEqual(expected);
  });
}

test('what was typed last is there after a reload', async () => {
  const engine = new FakeEngine();
  const before = page(engine);
  for (const text of ['h', 'ho', 'hos', 'host']) before.keep('new', text);
  before.keep('p1', 'other');
  expect(before.get('new')).toBe('host');
  await told(engine, { new: 'host', p1: 'other' });
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
  await told(engine, { p1: 'other' });
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
  const drafts = createEditorDrafts(createEngine(link));
  open.push(() => {
    drafts.dispose();
    link.close();
  });
  drafts.keep('new', 'newer');
  link.restore();
  await new Promise((resolve) => setImmediate(resolve));
  expect(drafts.get('new')).toBe('newer');
});
