import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { failed, type Failure } from '../../../../../../src-main/contract/base/errors.ts';
import { ConnectionOptions } from '../../../../../../src-main/contract/model/model.ts';
import { keptSecret } from '../../../../../../src-main/contract/profiles/profiles.ts';
import type { PastedAddress } from '../../../../../../src-main/contract/profiles/transfer.ts';
import { ProfileForm } from '../../../../../../src-renderer/features/connections/editor/profile-form.ts';
import type { AppState } from '../../../../../../src-renderer/state/app/app-state.ts';
import type { FakeEngine } from '../../../../../support/engine/fake-engine.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeApp } from '../../../../../support/window/fake-app.ts';

let engine: FakeEngine;
let app: AppState;

beforeEach(() => {
  ({ engine, app } = fakeApp());
  app.shell.open({ kind: 'editor', profileId: null, prefill: null });
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterEach(teardown);

const options = (host = 'a.example', more: object = {}) =>
  ConnectionOptions.parse({ name: host, protocol: 'mqtt', host, port: 1883, ...more });

const address = (host: string, more: Partial<PastedAddress> = {}): PastedAddress => ({
  kind: 'address',
  source: 'address',
  options: options(host),
  ...more,
});

/** Questions for an address wait here until they are answered, in any order. */
function held() {
  const answers: ((answer: PastedAddress | Failure) => void)[] = [];
  vi.spyOn(app.engine, 'call').mockImplementation(((name: string) => {
    if (name !== 'readAddress') return Promise.resolve({ kind: 'done' });
    return new Promise((resolve) => answers.push(resolve));
  }) as never);
  return answers;
}

const newForm = () => new ProfileForm(app, null, null);
const typed = (form: ProfileForm, host: string) =>
  form.change({ ...form.store.getState().draft, host, name: host });
const state = (form: ProfileForm) => form.store.getState();
const dialog = () => app.shell.store.getState().dialog?.kind ?? null;

async function savedProfile(host = 'a.example', more: object = {}): Promise<string> {
  const answer = await app.profiles.save(null, options(host, more));
  if (answer.kind !== 'saved') throw new Error(answer.message);
  await vi.waitFor(() => expect(app.profiles.find(answer.id)).not.toBeNull());
  return answer.id;
}

describe('what is typed into a profile', () => {
  test('is kept when the form is left, and there when it is opened again', () => {
    const form = newForm();
    typed(form, 'half.typed');
    form.closed();
    const again = newForm();
    expect(state(again)).toMatchObject({ wasKept: true, draft: { host: 'half.typed' } });
  });

  test('is forgotten when it is as it was at the start, and when it is discarded', () => {
    const form = newForm();
    typed(form, 'x');
    form.change({ ...state(form).draft, host: '', name: '' });
    expect(state(newForm()).wasKept).toBe(false);
    typed(form, 'x');
    form.discard();
    expect([state(newForm()).wasKept, dialog()]).toEqual([false, null]);
  });

  test('of one profile says nothing in the form of another, nor in that of a link', async () => {
    const [a, b] = [await savedProfile('a.example'), await savedProfile('b.example')];
    typed(new ProfileForm(app, a, null), 'changed');
    const of = (id: string | null, prefill: ConnectionOptions | null = null) =>
      state(new ProfileForm(app, id, prefill)).draft.host;
    expect([of(a), of(b), of(null), of(null, options('c.example'))]).toEqual([
      'changed',
      'b.example',
      '',
      'c.example',
    ]);
  });

  test('gives way to what was there at the start, with all that was said of it', async () => {
    const form = newForm();
    const answers = held();
    typed(form, 'x');
    form.check();
    form.leave('port');
    const reading = form.readAddress('nonsense://');
    answers[0]?.(failed('bad-address', 'It is no address.', 'Correct it.'));
    await reading;
    expect(form.errors()['host']).toBe('It is no address. Correct it.');
    form.startOver();
    expect(state(form)).toMatchObject({ wasKept: false, draft: { host: '' }, problem: null });
    expect(form.errors()).toEqual({});
    expect(state(newForm()).wasKept).toBe(false);
  });

  test('is judged where it was left, and as a whole once something was asked for', () => {
    const form = newForm();
    expect(form.errors()).toEqual({});
    form.leave('port');
    expect(form.errors()).toEqual({});
    form.leave('host');
    expect(Object.keys(form.errors())).toEqual(['host']);
    form.change({ ...state(form).draft, port: 'x' });
    expect(Object.keys(form.errors()).toSorted()).toEqual(['host', 'port']);
    expect(form.check()).toBeNull();
  });
});

describe('an address that is put in', () => {
  test('fills the form and leaves what was typed meanwhile', async () => {
    const form = newForm();
    const answers = held();
    const reading = form.readAddress('mqtt://b.example');
    form.change({ ...state(form).draft, name: 'My broker' });
    answers[0]?.(address('b.example'));
    await reading;
    expect(state(form).draft).toMatchObject({ host: 'b.example', name: 'My broker' });
  });

  test('counts as the last one, whichever is answered last', async () => {
    const form = newForm();
    const answers = held();
    const both = [form.readAddress('first'), form.readAddress('second')];
    answers[1]?.(address('second.example', { notes: ['Of the second.'] }));
    answers[0]?.(failed('bad-address', 'The first is none.', ''));
    await Promise.all(both);
    expect(state(form)).toMatchObject({
      draft: { host: 'second.example' },
      pasted: { notes: ['Of the second.'] },
      judged: { address: null },
    });
  });

  test('says nothing any more once the form starts over, is discarded or off the screen', async () => {
    for (const end of ['startOver', 'discard', 'closed'] as const) {
      const form = newForm();
      const answers = held();
      const reading = form.readAddress('late');
      form[end]();
      answers[0]?.(address('late.example', { notes: ['Late.'] }));
      await reading;
      expect([end, state(form).draft.host, state(form).pasted.notes]).toEqual([end, '', []]);
      expect(state(newForm()).wasKept).toBe(false);
      vi.restoreAllMocks();
    }
  });

  test('stays in its field with the reason where it cannot be read, until the next key', async () => {
    const form = newForm();
    const answers = held();
    const reading = form.readAddress('what is this?');
    answers[0]?.(failed('bad-address', 'No.', ''));
    await reading;
    expect([state(form).draft.host, form.errors()['host']?.trim()]).toEqual(['what is this?', 'No.']);
    typed(form, 'b.example');
    expect(form.errors()).toEqual({});
  });

  test('names files that are used one by one, and each answer counts once', async () => {
    const form = newForm();
    const answers = held();
    const ca = { field: 'ca' as const, what: '/ca.pem', broker: 'b', text: 'Use /ca.pem?' };
    const key = { field: 'key' as const, what: '/key.pem', broker: 'b', text: 'Use /key.pem?' };
    const reading = form.readAddress('mosquitto_sub --cafile /ca.pem --key /key.pem');
    answers[0]?.(address('b.example', { source: 'command', confirmations: [ca, key] }));
    await reading;
    expect(state(form).draft.tls).toMatchObject({ ca: '', key: '' });
    form.answer(key, false);
    form.answer(key, true);
    form.answer(ca, true);
    expect(state(form).draft.tls).toMatchObject({ ca: '/ca.pem', key: '' });
    expect(state(form).pasted.confirmations).toEqual([]);
  });
});

describe('a profile that is saved', () => {
  test('is selected where nothing was, and its form closes', async () => {
    const form = newForm();
    typed(form, 'b.example');
    await form.save(options('b.example'));
    expect([dialog(), app.connections.store.getState().selection?.kind]).toEqual([null, 'profile']);
    expect(state(newForm()).wasKept).toBe(false);
  });

  test('is saved once, however often the button is clicked', async () => {
    const form = newForm();
    const twice = [form.save(options()), form.save(options()), form.connect(options())];
    expect(state(form).busy).toBe(true);
    await Promise.all(twice);
    expect(state(form).busy).toBe(false);
    expect(engine.profiles.value).toHaveLength(1);
  });

  test('says why it was not, and keeps what was typed', async () => {
    const form = newForm();
    typed(form, 'b.example');
    Object.assign(engine.handlers, {
      saveProfile: () => failed('disk-full', 'The disk is full.', 'Make room.'),
    });
    await form.save(options());
    expect(state(form)).toMatchObject({ busy: false, problem: { code: 'disk-full' } });
    expect([dialog(), state(newForm()).wasKept]).toEqual(['editor', true]);
  });

  test('closes no other dialog that stands in its place by then', async () => {
    const form = newForm();
    const saving = form.save(options());
    form.discard();
    app.shell.open({ kind: 'settings' });
    await saving;
    expect(dialog()).toBe('settings');
  });

  test('is the same one when connecting is tried again after a failure', async () => {
    const form = newForm();
    const { openConnection } = engine.handlers;
    Object.assign(engine.handlers, {
      openConnection: () => failed('too-many', 'Too many are open.', 'Close one.'),
    });
    await form.connect(options());
    expect(state(form)).toMatchObject({ busy: false, problem: { code: 'too-many' } });
    expect([dialog(), state(form).profileId]).toEqual(['editor', engine.profiles.value[0]?.id]);
    Object.assign(engine.handlers, { openConnection });
    await form.connect(options('changed.example'));
    expect(engine.profiles.value.map(({ options: { host } }) => host)).toEqual(['changed.example']);
    expect(dialog()).toBeNull();
  });

  test('is connected with once the vault is open, and its form leaves nothing behind', async () => {
    const form = newForm();
    typed(form, 'b.example');
    const { openConnection } = engine.handlers;
    Object.assign(engine.handlers, {
      openConnection: () => failed('secrets-locked', 'The vault is locked.', 'Unlock it.'),
    });
    await form.connect(options('b.example'));
    const { over, problem } = app.shell.store.getState();
    expect([over?.kind, problem, state(form).problem]).toEqual(['secrets', null, null]);
    Object.assign(engine.handlers, { openConnection });
    await vi.waitFor(() => expect(app.profiles.find(state(form).profileId)).not.toBeNull());
    if (over?.kind === 'secrets') over.after?.();
    await vi.waitFor(() => expect(engine.connections.value).toHaveLength(1));
    expect([dialog(), state(newForm()).wasKept]).toEqual([null, false]);
  });

  test('is not sent to another broker with the password that was saved for this one', async () => {
    const id = await savedProfile('a.example', { username: 'ops', password: keptSecret('password') });
    const form = new ProfileForm(app, id, null);
    expect(form.check()).not.toBeNull();
    form.change({ ...state(form).draft, host: 'evil.example' });
    expect(form.check()).toBeNull();
    expect(form.errors()['password']).toContain('Enter it again.');
    form.change({ ...state(form).draft, host: 'a.example' });
    expect(form.check()).not.toBeNull();
  });
});

describe('what is asked for before the host was left', () => {
  test('waits until the address that stands there was read', async () => {
    const answers = held();
    const form = newForm();
    typed(form, 'mqtts://b.example:8884');
    const ready = form.ready();
    // Pressed twice: it is done once.
    expect(await form.ready()).toBeNull();
    answers[0]?.(address('b.example'));
    expect(await ready).toMatchObject({ host: 'b.example' });
    expect(answers).toHaveLength(1);
  });

  test('does not happen where the address means nothing, and says why', async () => {
    const answers = held();
    const form = newForm();
    typed(form, 'mqtt://:0:');
    const ready = form.ready();
    answers[0]?.(failed('bad-address', 'This is no address.', 'Write a host.'));
    expect(await ready).toBeNull();
    expect(form.errors()['host']).toContain('This is no address.');
    // It may be tried again.
    typed(form, 'c.example');
    expect(await form.ready()).toMatchObject({ host: 'c.example' });
  });

  test('does not happen before what a pasted command asks for is answered, or once the form is gone', async () => {
    const answers = held();
    const form = newForm();
    typed(form, 'mosquitto_sub -h d.example -P $SECRET');
    const ready = form.ready();
    answers[0]?.(address('d.example', { confirmations: [{ kind: 'environment', name: 'SECRET' } as never] }));
    expect(await ready).toBeNull();
    const other = newForm();
    typed(other, 'mqtt://e.example');
    const late = other.ready();
    other.closed();
    answers[1]?.(address('e.example'));
    expect(await late).toBeNull();
  });

  test('needs no question where a host stands there', async () => {
    const answers = held();
    const form = newForm();
    typed(form, 'f.example:1884');
    expect(await form.ready()).toMatchObject({ host: 'f.example', port: 1884 });
    expect(answers).toHaveLength(0);
  });
});
