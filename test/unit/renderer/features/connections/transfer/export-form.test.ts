import { describe, expect, test } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import { Profile } from '../../../../../../src-main/contract/model/model.ts';
import { ExportForm } from '../../../../../../src-renderer/features/connections/transfer/export-form.ts';
import type { Engine } from '../../../../../../src-renderer/state/engine/engine.ts';

const profile = (id: string) =>
  Profile.parse({ id, options: { name: id, protocol: 'mqtt', host: `${id}.example`, port: 1883 } });
const PROFILES = ['a', 'b', 'c'].map(profile);
const GOOD = { first: 'correct horse battery', second: 'correct horse battery' };

const file = (profiles: number, notes: string[] = []) => ({
  kind: 'exported',
  fileName: 'topicscope.json',
  bytes: Uint8Array.of(1, 2),
  profiles,
  notes,
});

/** The engine answers when the test says so; files that were saved are written down. */
function exporting(ids: readonly string[] | null = null) {
  const asked: Readonly<Record<string, unknown>>[] = [];
  const answers: ((answer: unknown) => void)[] = [];
  const files: string[] = [];
  const call = (_: string, params: Readonly<Record<string, unknown>>) => {
    asked.push(params);
    return new Promise((resolve) => answers.push(resolve));
  };
  const form = new ExportForm({ call } as unknown as Pick<Engine, 'call'>, PROFILES, ids, (name) => {
    files.push(name);
  });
  return { asked, answers, files, form, state: () => form.store.getState() };
}

describe('what is exported', () => {
  test('is everything, by no name, where nothing is left out', () => {
    const { asked, form } = exporting();
    void form.save(PROFILES);
    expect(asked).toEqual([{ ids: null, passphrase: null, vaultPassphrase: null }]);
  });

  test('is what was chosen to begin with, and what is ticked since', () => {
    const { asked, form } = exporting(['b', 'gone']);
    expect(form.chosen(PROFILES).map(({ id }) => id)).toEqual(['b']);
    form.change({ left: new Set(['b']) });
    void form.save(PROFILES);
    expect(asked[0]?.['ids']).toEqual(['a', 'c']);
  });

  test('leaves out a profile that was removed meanwhile', () => {
    const { asked, form } = exporting(['b', 'c']);
    void form.save(PROFILES.slice(0, 2));
    expect(asked[0]?.['ids']).toEqual(['b']);
  });
});

describe('secrets of an export', () => {
  test('go only under a passphrase that can be used, and it is said then what is wrong', async () => {
    const { asked, form, state } = exporting();
    form.change({ secrets: true, passphrase: { first: 'short', second: 'short' } });
    expect(state().judged).toBe(false);
    await form.save(PROFILES);
    form.change({ passphrase: { ...GOOD, second: 'another' } });
    await form.save(PROFILES);
    expect([asked, state().judged, state().busy]).toEqual([[], true, false]);
    form.change({ passphrase: GOOD });
    void form.save(PROFILES);
    expect(asked[0]).toMatchObject({ passphrase: GOOD.first, vaultPassphrase: null });
  });

  test('stay where they are once they are not wanted any more, whatever was typed', () => {
    const { asked, form } = exporting();
    form.change({ secrets: true, passphrase: GOOD, vaultPassphrase: 'of the vault' });
    form.change({ secrets: false });
    void form.save(PROFILES);
    expect(asked[0]).toMatchObject({ passphrase: null, vaultPassphrase: null });
  });

  test('are taken out of the vault by its passphrase', () => {
    const { asked, form } = exporting();
    form.change({ secrets: true, passphrase: GOOD, vaultPassphrase: 'of the vault' });
    void form.save(PROFILES);
    expect(asked[0]).toMatchObject({ passphrase: GOOD.first, vaultPassphrase: 'of the vault' });
  });
});

describe('the file of an export', () => {
  test('is saved once, with what is to be known of it', async () => {
    const { asked, answers, files, form, state } = exporting();
    const twice = [form.save(PROFILES), form.save(PROFILES)];
    answers[0]?.(file(3, ['Two were in the vault.']));
    await Promise.all(twice);
    expect([asked.length, files, state().busy]).toEqual([1, ['topicscope.json'], false]);
    expect(state().saved).toEqual([
      '3 profiles saved as topicscope.json, without secrets.',
      'Two were in the vault.',
    ]);
  });

  test('is not saved where the dialog was left before the engine had it', async () => {
    const { answers, files, form } = exporting();
    const saving = form.save(PROFILES);
    form.closed();
    answers[0]?.(file(3));
    await saving;
    expect(files).toEqual([]);
  });

  test('that failed says why, and nothing of the one that was saved before', async () => {
    const { answers, files, form, state } = exporting();
    const first = form.save(PROFILES);
    answers[0]?.(file(1));
    await first;
    expect(state().saved).toEqual(['1 profile saved as topicscope.json, without secrets.']);
    const second = form.save(PROFILES);
    expect(state().saved).toBeNull();
    answers[1]?.(failed('wrong-passphrase', 'It is not that of the vault.', 'Try again.'));
    await second;
    expect(state()).toMatchObject({ saved: null, busy: false, problem: { code: 'wrong-passphrase' } });
    const third = form.save(PROFILES);
    expect(state().problem).toBeNull();
    answers[2]?.(file(3));
    await third;
    expect(files).toHaveLength(2);
  });

  test('says that the engine is gone instead of waiting for it', async () => {
    const call = () => Promise.reject(new Error('closed'));
    const form = new ExportForm({ call } as unknown as Pick<Engine, 'call'>, PROFILES, null, () => undefined);
    await form.save(PROFILES);
    expect(form.store.getState()).toMatchObject({ busy: false, problem: { code: 'engine-unreachable' } });
  });
});
