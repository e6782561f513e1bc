import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { api } from '../../../../../../src-main/contract/api.ts';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import type { ImportEntry } from '../../../../../../src-main/contract/profiles/transfer.ts';
import { ImportForm } from '../../../../../../src-renderer/features/connections/transfer/import-form.ts';
import type { Engine } from '../../../../../../src-renderer/state/engine/engine.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Call {
  readonly name: 'readImport' | 'importProfiles';
  readonly params: Readonly<Record<string, unknown>>;
  readonly give: (answer: unknown) => void;
  readonly break: (why: Error) => void;
}
type Read = { readonly kind: 'bytes'; readonly bytes: Uint8Array<ArrayBuffer> };

/** The engine and the disk answer when the test says so. */
function importing() {
  const calls: Call[] = [];
  const call = (name: Call['name'], params: Call['params']) =>
    new Promise((give, broken) => calls.push({ name, params, give, break: broken }));
  const files: ((read: unknown) => void)[] = [];
  const form = new ImportForm(
    { call } as unknown as Pick<Engine, 'call'>,
    () => new Promise<Read>((give) => files.push(give as (read: unknown) => void)),
  );
  return { calls, files, form, state: () => form.store.getState() };
}
const entry = (index: number, more: Partial<ImportEntry> = {}) =>
  ({ index, name: `p${index}`, folder: '', same: null, hasPassword: false, ...more }) as ImportEntry;
const found = (id: string, ...entries: ImportEntry[]) => ({
  kind: 'import',
  id,
  format: 'addresses',
  entries,
  notes: [],
});
const file = (name: string) => ({ name, size: 3 }) as File;
const bytes = (...some: number[]): Read => ({ kind: 'bytes', bytes: Uint8Array.of(...some) });
const textOf = (call: Call | undefined) => new TextDecoder().decode(call?.params['bytes'] as Uint8Array);
const rested = () => vi.advanceTimersByTimeAsync(150);
const turn = () => vi.advanceTimersByTimeAsync(0);

/** With these entries read and on screen. */
async function listed(...entries: ImportEntry[]) {
  const all = importing();
  all.form.type('mqtt://a');
  await rested();
  all.calls[0]?.give(found('i1', ...entries));
  await turn();
  return all;
}

describe('what is typed', () => {
  test('is read once nothing was typed for a moment', async () => {
    const { calls, form, state } = importing();
    for (const text of ['m', 'mq', 'mqtt://ä']) form.type(text);
    await vi.advanceTimersByTimeAsync(149);
    expect([calls.length, state().reading]).toEqual([0, { kind: 'reading' }]);
    await vi.advanceTimersByTimeAsync(1);
    expect([calls.length, textOf(calls[0])]).toEqual([1, 'mqtt://ä']);
    expect(calls[0]?.params).toMatchObject({ fileName: null, passphrase: null });
  });

  test('counts as it is now, whichever answer comes last; blanks are nothing', async () => {
    const { calls, form, state } = importing();
    form.type('a');
    await rested();
    form.type('b');
    await rested();
    calls[1]?.give(found('of b', entry(0)));
    calls[0]?.give(found('of a', entry(0), entry(1)));
    await turn();
    expect(form.found()?.id).toBe('of b');
    form.type(' \n ');
    await rested();
    expect([state().reading, form.found(), form.chosen(), calls.length]).toEqual([
      { kind: 'nothing' },
      null,
      [],
      2,
    ]);
  });

  test('is not shown as read while what takes its place is read', async () => {
    const { form, state } = await listed(entry(0));
    form.type('mqtt://b');
    expect([form.found(), state().reading, state().choices.size]).toEqual([null, { kind: 'reading' }, 0]);
  });

  test('that the engine cannot read, or is not there to read, says so', async () => {
    const { calls, form, state } = importing();
    form.type('x');
    await rested();
    calls[0]?.give(failed('not-known', 'Nothing was recognised.', ''));
    await turn();
    expect(state().reading).toMatchObject({ kind: 'unreadable', problem: { code: 'not-known' } });
    form.type('xy');
    await rested();
    calls[1]?.break(new Error('The pipe is closed.'));
    await turn();
    expect(state().reading).toMatchObject({ kind: 'unreadable', problem: { code: 'engine-unreachable' } });
  });
});

describe('a file', () => {
  test('is read at once, by a name that fits whatever it is called', async () => {
    const { calls, files, form, state } = importing();
    const name = `${'x'.repeat(1_023)}😀.json`;
    const opening = form.open(file(name));
    expect(state().opening).toBe(true);
    files[0]?.(bytes(1, 2, 3));
    await opening;
    await turn();
    expect([state().opening, calls.length]).toEqual([false, 1]);
    expect(api.readImport.params.safeParse(calls[0]?.params).success).toBe(true);
    expect(calls[0]?.params['fileName']).toBe('x'.repeat(1_023));
    expect(state().source).toMatchObject({ kind: 'file', name, size: 3 });
  });

  test('that was given last counts, whichever the disk gives last', async () => {
    const { calls, files, form, state } = importing();
    const both = [form.open(file('a')), form.open(file('b'))];
    files[1]?.(bytes(2));
    files[0]?.(bytes(1));
    await Promise.all(both);
    await turn();
    expect([state().source, calls.length]).toMatchObject([{ name: 'b' }, 1]);
  });

  test('that is still read gives way to what is typed', async () => {
    const { calls, files, form, state } = importing();
    const opening = form.open(file('a'));
    form.type('mqtt://b');
    files[0]?.(bytes(1));
    await opening;
    await rested();
    expect([state().source.kind, state().opening, calls.map(textOf)]).toEqual(['text', false, ['mqtt://b']]);
  });

  test('that cannot be read leaves what was there, and nothing of that is saved while it is read', async () => {
    const { calls, files, form, state } = await listed(entry(0));
    const opening = form.open(file('a'));
    expect([form.found(), form.chosen()]).toEqual([null, []]);
    await form.save();
    expect(calls).toHaveLength(1);
    files[0]?.(failed('file-unreadable', 'a could not be read.', ''));
    await opening;
    expect([state().problem?.code, form.chosen().length]).toEqual(['file-unreadable', 1]);
    form.type('x');
    expect(state().problem).toBeNull();
  });

  test('under a passphrase is opened with the one that is given, again where it was wrong', async () => {
    const { calls, files, form, state } = importing();
    const opening = form.open(file('a'));
    files[0]?.(bytes(7));
    await opening;
    await turn();
    calls[0]?.give({ kind: 'needs-passphrase' });
    await turn();
    expect(state().reading).toEqual({ kind: 'needs-passphrase', problem: null });
    form.unlock('wrong');
    await turn();
    calls[1]?.give(failed('wrong-passphrase', 'It does not open with it.', ''));
    await turn();
    expect(state().reading).toMatchObject({
      kind: 'needs-passphrase',
      problem: { code: 'wrong-passphrase' },
    });
    form.unlock('right');
    await turn();
    calls[2]?.give(found('i1', entry(0)));
    await turn();
    expect([form.found()?.id, calls.map(({ params }) => params['passphrase'])]).toEqual([
      'i1',
      [null, 'wrong', 'right'],
    ]);
    // What is chosen next is not opened with it.
    form.type('mqtt://b');
    await rested();
    expect(calls[3]?.params['passphrase']).toBeNull();
  });
});

describe('what is taken', () => {
  test('is everything but what is there already, and nothing is confirmed', async () => {
    const { form, state } = await listed(entry(0), entry(4, { same: 'p9' }), entry(7));
    expect(form.chosen().map(({ index }) => index)).toEqual([0, 7]);
    expect([...state().choices.values()].every(({ confirmed }) => confirmed.length === 0)).toBe(true);
    form.choose(7, { chosen: false, confirmed: ['ca'] });
    form.chooseAll(true);
    expect(form.chosen().map(({ index }) => index)).toEqual([0, 4, 7]);
    expect(state().choices.get(7)?.confirmed).toEqual(['ca']);
    form.chooseAll(false);
    expect(form.chosen()).toEqual([]);
  });

  test('is saved once, into the folder that was typed, and the outcome is shown', async () => {
    const { calls, form, state } = await listed(entry(0, { folder: 'Oslo', hasPassword: true }), entry(1));
    form.putInto(' Import ');
    form.choose(1, { chosen: false, confirmed: [] });
    const saving = [form.save(), form.save()];
    expect([state().saving, calls.length]).toEqual([true, 2]);
    expect(calls[1]?.params).toEqual({
      id: 'i1',
      entries: [{ index: 0, folder: 'Import/Oslo', confirmed: [] }],
    });
    calls[1]?.give({ kind: 'imported', ids: ['new'] });
    await Promise.all(saving);
    expect(state()).toMatchObject({
      saving: false,
      saved: { saved: 1, left: 1, secrets: true, first: 'new' },
    });
  });

  test('of which nothing was saved says why, until it is tried again', async () => {
    const { calls, form, state } = await listed(entry(0));
    const first = form.save();
    calls[1]?.give(failed('import-gone', 'It was read too long ago.', 'Read it again.'));
    await first;
    expect(state()).toMatchObject({ saving: false, saved: null, problem: { code: 'import-gone' } });
    const second = form.save();
    expect(state().problem).toBeNull();
    calls[2]?.break(new Error('The pipe is closed.'));
    await second;
    expect(state().problem?.code).toBe('engine-unreachable');
  });

  test('is nothing where nothing is chosen', async () => {
    const { calls, form } = await listed(entry(0));
    form.chooseAll(false);
    await form.save();
    expect(calls).toHaveLength(1);
  });
});

test('Nothing is read any more once the dialog is closed.', async () => {
  const { calls, files, form, state } = importing();
  form.type('mqtt://a');
  const opening = form.open(file('a'));
  form.closed();
  files[0]?.(bytes(1));
  await opening;
  await rested();
  expect([calls.length, state().source]).toEqual([0, { kind: 'text', text: 'mqtt://a' }]);
});
