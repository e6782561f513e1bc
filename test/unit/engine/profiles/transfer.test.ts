import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { ConnectionOptions, type Profile } from '../../../../src-main/contract/model/model.ts';
import {
  MAX_IMPORT_BYTES,
  transferCalls,
  type ConfirmedField,
} from '../../../../src-main/contract/profiles/transfer.ts';
import type { NativePrompt } from '../../../../src-main/engine/base/ports.ts';
import { SavedProfiles } from '../../../../src-main/engine/profiles/saved-profiles.ts';
import { readPasted, transferHandlers } from '../../../../src-main/engine/profiles/transfer-handlers.ts';
import { derive } from '../../../support/engine/derive.ts';

const NOW = Date.UTC(2026, 10, 20);
const KEY = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\n-----END PRIVATE KEY-----\n';
const PASSPHRASE = 'correct horse battery';
const VAULT = 'a vault of my own';
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'topicscope-transfer-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** A prompt that answers as the test says. */
function promptThat(answers: boolean) {
  const asked: (readonly string[])[] = [];
  return {
    asked,
    confirmFiles: () => Promise.resolve(false),
    confirmOpen: () => Promise.resolve(false),
    confirmExport: (names: readonly string[]) => {
      asked.push(names);
      return Promise.resolve(answers);
    },
  };
}

async function open(name = 'data', prompt: NativePrompt | null = null) {
  const ports = {
    dataDir: join(dir, name),
    keychain: null,
    clock: { now: () => NOW },
    log: () => undefined,
    derive,
  };
  await mkdir(ports.dataDir, { recursive: true });
  const saved = new SavedProfiles(ports, { N: 2 ** 10, r: 8, p: 1 });
  onTestFinished(() => saved.close());
  await saved.load();
  return { saved, handlers: transferHandlers(saved, { clock: ports.clock, prompt, derive }) };
}

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** As a window asks. */
async function read(
  { handlers }: Awaited<ReturnType<typeof open>>,
  bytes: Uint8Array<ArrayBuffer>,
  passphrase: string | null = null,
) {
  const answer = await handlers.readImport({ bytes, fileName: null, passphrase });
  expect(transferCalls.readImport.result.safeParse(answer).success).toBe(true);
  return answer;
}

async function importAll(
  engine: Awaited<ReturnType<typeof open>>,
  bytes: Uint8Array<ArrayBuffer>,
  passphrase: string | null = null,
  confirmed: ConfirmedField[] = [],
): Promise<Profile[]> {
  const answer = await read(engine, bytes, passphrase);
  if (answer.kind !== 'import') throw new Error(JSON.stringify(answer));
  const entries = answer.entries.map(({ index, folder }) => ({ index, folder, confirmed }));
  const done = await engine.handlers.importProfiles({ id: answer.id, entries });
  if (done.kind !== 'imported') throw new Error(done.message);
  return done.ids.map((id) => {
    const profile = engine.saved.find(id);
    if (profile === undefined) throw new Error('not saved');
    return profile;
  });
}

const production = ConnectionOptions.parse({
  name: 'Production',
  protocol: 'mqtts',
  host: 'prod.example',
  port: 8883,
  username: 'ann',
  password: 'hunter2-password',
  tls: { ca: '/etc/ca.pem', key: KEY, passphrase: 'hunter2-passphrase' },
  levelSeparator: '.',
});

describe('an export', () => {
  async function exported(passphrase: string | null) {
    const engine = await open('first');
    await engine.saved.secrets.createVault(VAULT, false);
    await engine.saved.save({
      id: null,
      options: production,
      folder: 'Sites',
      colour: 'red',
      autoConnect: true,
      watched: [{ key: 'plant/a', path: null }],
    });
    const answer = await engine.handlers.exportProfiles({ ids: null, passphrase, vaultPassphrase: VAULT });
    if (answer.kind !== 'export') throw new Error(answer.message);
    return { answer, text: Buffer.from(answer.bytes).toString('utf8') };
  }

  test('without a passphrase holds no secret, and comes back on another machine', async () => {
    const { answer, text } = await exported(null);
    expect(answer).toMatchObject({ fileName: 'topicscope-profiles-2026-11-20.json', profiles: 1, notes: [] });
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain('PRIVATE KEY');
    expect(text).not.toContain('kept:');
    const [profile] = await importAll(await open('second'), answer.bytes);
    expect(profile).toMatchObject({ folder: 'Sites', colour: 'red', autoConnect: false });
    expect(profile?.watched).toEqual([{ key: 'plant/a', path: null }]);
    expect(profile?.options).toMatchObject({ name: 'Production', password: null, levelSeparator: '.' });
    expect(text).toContain('"username": "ann"');
  });

  test('under a passphrase comes back with its secrets, and shows nothing without', async () => {
    const { answer, text } = await exported(PASSPHRASE);
    expect(answer.fileName).toBe('topicscope-profiles-2026-11-20-encrypted.json');
    expect(text).not.toMatch(/hunter2|prod\.example|Production|"ann"/);
    const second = await open('second');
    expect(await read(second, answer.bytes)).toEqual({ kind: 'needs-passphrase' });
    expect(await read(second, answer.bytes, 'wrong')).toMatchObject({
      kind: 'failed',
      code: 'wrong-passphrase',
    });
    const [profile] = await importAll(second, answer.bytes, PASSPHRASE, ['ca']);
    if (profile === undefined) throw new Error('nothing');
    expect(await second.saved.open(profile.id)).toEqual(production);
    // The window never gets them.
    expect(JSON.stringify(second.saved.item.value)).not.toContain('hunter2');
  });

  test('is refused once a byte of it is changed', async () => {
    const { text } = await exported(PASSPHRASE);
    const second = await open('second');
    const file = JSON.parse(text) as { sealed: { sealed: string } };
    const { sealed } = file.sealed;
    file.sealed.sealed = `${sealed.startsWith('A') ? 'B' : 'A'}${sealed.slice(1)}`;
    expect(await read(second, bytesOf(JSON.stringify(file)), PASSPHRASE)).toMatchObject({
      code: 'wrong-passphrase',
    });
    expect(
      await read(second, bytesOf('{"format":"topicscope-profiles","version":1,"sealed":7}'), PASSPHRASE),
    ).toMatchObject({
      code: 'bad-sealed',
    });
  });

  test('asks for a passphrase that is worth it, and for profiles that are there', async () => {
    const engine = await open();
    expect(
      await engine.handlers.exportProfiles({ ids: null, passphrase: null, vaultPassphrase: null }),
    ).toMatchObject({
      code: 'nothing-to-export',
    });
    await engine.saved.save({ id: null, options: production });
    expect(
      await engine.handlers.exportProfiles({ ids: null, passphrase: 'short', vaultPassphrase: null }),
    ).toMatchObject({
      code: 'passphrase-short',
    });
    expect(
      await engine.handlers.exportProfiles({ ids: ['other'], passphrase: null, vaultPassphrase: null }),
    ).toMatchObject({
      code: 'nothing-to-export',
    });
  });
});

describe('an export with secrets', () => {
  const asks = { ids: null, passphrase: PASSPHRASE };

  test('needs the passphrase of the vault, also while it is unlocked', async () => {
    const { saved, handlers } = await open();
    await saved.secrets.createVault(VAULT, false);
    await saved.save({ id: null, options: production });
    const ask = (vaultPassphrase: string | null) => handlers.exportProfiles({ ...asks, vaultPassphrase });
    expect(await ask(null)).toMatchObject({ kind: 'failed', code: 'passphrase-needed' });
    expect(await ask(PASSPHRASE)).toMatchObject({ kind: 'failed', code: 'wrong-passphrase' });
    expect(await ask(VAULT)).toMatchObject({ kind: 'export', profiles: 1, notes: [] });
    // Without secrets nobody is asked.
    expect(
      await handlers.exportProfiles({ ids: null, passphrase: null, vaultPassphrase: null }),
    ).toMatchObject({
      kind: 'export',
    });
  });

  test('gives out nothing by way of another vault, of memory or of a keychain', async () => {
    const { saved, handlers } = await open();
    await saved.secrets.createVault(VAULT, false);
    await saved.save({ id: null, options: production });
    const mine = 'a vault of the attacker';
    for (const replace of [false, true])
      expect(await saved.secrets.createVault(mine, replace)).toMatchObject({ code: 'vault-exists' });
    for (const guess of [null, mine]) {
      expect(await saved.secrets.keepInMemory(guess)).toMatchObject({ kind: 'failed' });
      expect(await saved.secrets.acceptKeychain(guess)).toMatchObject({ kind: 'failed' });
    }
    expect(await saved.secrets.changePassphrase(mine, mine)).toMatchObject({ code: 'wrong-passphrase' });
    // A locked vault can be replaced, and what is in it is lost by that.
    await saved.secrets.lockVault();
    expect(await saved.secrets.createVault(mine, true)).toBeNull();
    const answer = await handlers.exportProfiles({ ...asks, vaultPassphrase: mine });
    if (answer.kind !== 'export') throw new Error(answer.message);
    expect(answer.notes).toHaveLength(1);
    const read = await open('reader');
    const [profile] = await importAll(read, new Uint8Array(answer.bytes), PASSPHRASE);
    expect(await read.saved.open(profile?.id ?? '')).toMatchObject({ password: null });
  });

  test('leaves out what is in memory only, where nobody can be asked', async () => {
    const { saved, handlers } = await open();
    await saved.save({ id: null, options: production });
    const answer = await handlers.exportProfiles({ ...asks, vaultPassphrase: null });
    if (answer.kind !== 'export') throw new Error(answer.message);
    expect(answer.notes.join()).toContain('create a vault');
    const read = await open('reader');
    const [profile] = await importAll(read, new Uint8Array(answer.bytes), PASSPHRASE);
    expect(await read.saved.open(profile?.id ?? '')).toMatchObject({ password: null, username: 'ann' });
  });

  test('asks by a dialog of the system where there is one, and names the profiles', async () => {
    for (const answers of [false, true]) {
      const prompt = promptThat(answers);
      const { saved, handlers } = await open(`desktop ${answers}`, prompt);
      await saved.save({ id: null, options: production });
      const answer = await handlers.exportProfiles({ ...asks, vaultPassphrase: null });
      expect(answer).toMatchObject(answers ? { kind: 'export', notes: [] } : { code: 'not-confirmed' });
      expect(prompt.asked).toEqual([['Production']]);
    }
  });

  test('asks nobody where there is no secret', async () => {
    const prompt = promptThat(false);
    const { saved, handlers } = await open('none', prompt);
    await saved.save({
      id: null,
      options: {
        ...production,
        username: null,
        password: null,
        tls: { ...production.tls, key: null, passphrase: null },
      },
    });
    expect(await handlers.exportProfiles({ ...asks, vaultPassphrase: null })).toMatchObject({
      kind: 'export',
    });
    expect(prompt.asked).toEqual([]);
  });
});

describe('an import', () => {
  const commands = bytesOf(
    'mosquitto_sub -h one -t a -u u -P "$PW" --cafile /etc/ca.crt --key /etc/k.pem --cert /etc/c.pem\nmqtt://u:hunter2@two\n',
  );

  test('shows a window what is in it, but no secret', async () => {
    const answer = await read(await open(), commands);
    expect(answer).toMatchObject({
      kind: 'import',
      format: 'command-line',
      entries: [
        {
          index: 0,
          address: 'one:8883',
          protocol: 'mqtts',
          username: 'u',
          hasPassword: false,
          subscriptions: 1,
          same: null,
        },
        { index: 1, address: 'two:1883', username: 'u', hasPassword: true },
      ],
    });
    if (answer.kind !== 'import') return;
    expect(JSON.stringify(answer)).not.toContain('hunter2');
    expect(answer.entries[0]?.confirmations.map(({ field, what, broker }) => [field, what, broker])).toEqual([
      ['password-environment', 'PW', 'one:8883'],
      ['ca', '/etc/ca.crt', 'one:8883'],
      ['certificate', '/etc/c.pem', 'one:8883'],
      ['key', '/etc/k.pem', 'one:8883'],
    ]);
    expect(answer.entries[0]?.confirmations[0]?.text).toBe(
      'Send the environment variable PW to one:8883 as the password?',
    );
  });

  test('keeps what was not confirmed inert, one by one', async () => {
    const engine = await open();
    const [none] = await importAll(engine, commands);
    expect(none?.options).toMatchObject({
      passwordFrom: { kind: 'text' },
      tls: { ca: null, cert: null, key: null },
    });
    const [some] = await importAll(engine, commands, null, ['ca', 'password-environment']);
    expect(some?.options).toMatchObject({
      passwordFrom: { kind: 'environment', name: 'PW' },
      tls: { ca: '/etc/ca.crt', cert: null, key: null },
    });
    expect(engine.saved.profiles.every(({ autoConnect }) => !autoConnect)).toBe(true);
  });

  test('recognises what is saved already, whatever its secrets', async () => {
    const engine = await open();
    const all: ConfirmedField[] = ['ca', 'key', 'certificate', 'password-environment'];
    const saved = await importAll(engine, commands, null, all);
    const again = await read(engine, commands);
    if (again.kind !== 'import') throw new Error('no import');
    expect(again.entries.map(({ same }) => same)).toEqual(saved.map(({ id }) => id));
    const other = await read(engine, bytesOf('mqtt://v:hunter2@two\n'));
    expect(other).toMatchObject({ entries: [{ same: null }] });
  });

  test('is forgotten after a few others, and knows its entries', async () => {
    const engine = await open();
    const first = await read(engine, commands);
    if (first.kind !== 'import') throw new Error('no import');
    const entry = { index: 0, folder: '', confirmed: [] };
    expect(
      await engine.handlers.importProfiles({ id: first.id, entries: [{ ...entry, index: 9 }] }),
    ).toMatchObject({
      code: 'no-such-entry',
    });
    for (let i = 0; i < 4; i++) await read(engine, commands);
    expect(await engine.handlers.importProfiles({ id: first.id, entries: [entry] })).toMatchObject({
      code: 'import-gone',
    });
  });

  test('of UTF-16 from Windows is read; bytes that are no text, and too many, are not', async () => {
    const engine = await open();
    const utf16 = new Uint8Array(Buffer.from('\uFEFFmqtt://h:1884\r\n', 'utf16le'));
    expect(await read(engine, utf16)).toMatchObject({
      format: 'addresses',
      entries: [{ address: 'h:1884' }],
    });
    expect(await read(engine, new Uint8Array([0xff, 0x00, 0xc3, 0x28]))).toMatchObject({ code: 'not-text' });
    expect(await read(engine, new Uint8Array(MAX_IMPORT_BYTES + 1))).toMatchObject({ code: 'too-large' });
  });
});

describe('what the editor asks', () => {
  test('a pasted command is options, with its files to be confirmed; an address is not one', () => {
    expect(readPasted('mqtt://h')).toBeNull();
    const pasted = readPasted('mosquitto_sub -h h -t a --cafile /etc/ca.crt --psk 00');
    expect(pasted).toMatchObject({
      kind: 'address',
      options: { host: 'h', tls: { ca: null } },
      notes: ['The option --psk has no counterpart here and was left out.'],
      confirmations: [{ field: 'ca', what: '/etc/ca.crt' }],
    });
    expect(readPasted("mosquitto_sub -t 'a")).toMatchObject({ kind: 'failed', code: 'bad-command' });
  });

  test('presets and commands answer as the contract says', async () => {
    const { handlers } = await open();
    expect(transferCalls.presets.result.safeParse(await handlers.presets({})).success).toBe(true);
    const applied = await handlers.applyPreset({
      options: production,
      preset: 'hivemq-cloud',
      answers: { host: 'abc.s1.eu.hivemq.cloud', transport: 'mqtts:8883', username: 'u', password: 'p' },
    });
    expect(applied).toMatchObject({
      kind: 'applied',
      options: { preset: 'hivemq-cloud', tls: { ca: null } },
    });
    const command = await handlers.commandLine({
      options: production,
      tool: 'mosquitto_sub',
      shell: 'sh',
      message: null,
    });
    expect(command).toMatchObject({ kind: 'command' });
    expect(JSON.stringify(command)).not.toContain('hunter2');
  });
});
