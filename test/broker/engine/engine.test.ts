import { afterEach, describe, expect, test } from 'vitest';
import { ConnectionOptions } from '../../../src-main/contract/model/model.ts';
import {
  keptSecret,
  type ProfilesItem,
  type SecretsState,
} from '../../../src-main/contract/profiles/profiles.ts';
import { filesWith } from '../../support/in-folder.ts';
import { FakeKeychain } from '../../support/engine/keychain.ts';
import {
  newFolder,
  openEngine,
  saveProfile,
  until,
  untilState,
  type Opened,
} from '../../support/engine/open-engine.ts';
import { startMosquitto } from '../../support/brokers/mosquitto.ts';
import { teardown } from '../../support/teardown.ts';

afterEach(teardown);

const PASSPHRASE = 'correct horse battery';
const users = { ann: 'hunter2-of-ann' };

const optionsFor = (port: number, more: Partial<ConnectionOptions> = {}): ConnectionOptions => ({
  ...ConnectionOptions.parse({ name: 'Plant', protocol: 'mqtt', host: '127.0.0.1', port }),
  username: 'ann',
  password: users.ann,
  backOff: { minMs: 100, maxMs: 200 },
  ...more,
});

const untilProfiles = ({ client }: Opened, holds: (item: ProfilesItem) => boolean): Promise<ProfilesItem> =>
  until(client.stream('profiles', {}), holds);
const untilSecrets = ({ client }: Opened, holds: (item: SecretsState) => boolean): Promise<SecretsState> =>
  until(client.stream('secrets', {}), holds);

describe('An engine with a keychain', () => {
  test('connects a profile with the secret that the window never had, and with one that it just typed', async () => {
    const broker = await startMosquitto({ users });
    const dir = newFolder();
    const keychain = new FakeKeychain();
    const id = await saveProfile(await openEngine(dir, keychain), optionsFor(broker.port));

    const opened = await openEngine(dir, keychain);
    const item = await untilProfiles(opened, ({ profiles }) => profiles.length === 1);
    expect(JSON.stringify(item)).not.toContain('hunter2');
    const options = item.profiles[0]?.options ?? optionsFor(0);
    expect(options.password).toBe(keptSecret('password'));
    expect(await opened.client.call('openConnection', { options, profileId: id })).toMatchObject({
      kind: 'opened',
    });
    await untilState(opened, id, 'online');

    const typed = { ...options, password: 'wrong' };
    await opened.client.call('openConnection', { options: typed, profileId: 'typed' });
    const { why } = (await untilState(opened, 'typed', 'stopped')) as { why: { code: string } | null };
    expect(why?.code).toBe('connack-135');
    expect(await opened.client.call('openConnection', { options, profileId: null })).toMatchObject({
      kind: 'failed',
      code: 'secret-missing',
    });
    expect(await filesWith(dir, [users.ann])).toEqual([]);
    expect((await opened.client.call('appInfo', {})).secrets).toContain('keychain of this system');
  });

  test('tests a profile with its saved secret, and says so if there is none', async () => {
    const broker = await startMosquitto({ users });
    const opened = await openEngine(newFolder(), new FakeKeychain());
    const id = await saveProfile(opened, optionsFor(broker.port));
    const { profiles } = await untilProfiles(opened, (item) => item.profiles.length === 1);
    const options = profiles[0]?.options ?? optionsFor(0);
    const report = await until(
      opened.client.stream('testConnection', { options, profileId: id }),
      ({ verdict }) => verdict !== null,
    );
    expect(report).toMatchObject({ kind: 'passed', why: null });
    expect(report.asText).not.toContain('hunter2');
    const refused = await until(
      opened.client.stream('testConnection', { options, profileId: null }),
      ({ verdict }) => verdict !== null,
    );
    expect(refused).toMatchObject({ kind: 'failed', why: { code: 'secret-missing' } });
  });

  test('opens at the start what is to connect then, once, and nothing whose secret is lost', async () => {
    const broker = await startMosquitto({ users });
    const dir = newFolder();
    const keychain = new FakeKeychain();
    const first = await openEngine(dir, keychain);
    const good = await saveProfile(first, optionsFor(broker.port), { autoConnect: true });
    const other = await saveProfile(first, optionsFor(broker.port, { name: 'On demand' }));
    await first.engine.shutdown(500);

    const second = await openEngine(dir, keychain);
    await second.engine.connectProfiles();
    await untilState(second, good, 'online');
    await second.engine.connectProfiles();
    const { connections } = await until(second.client.stream('connections', {}), () => true);
    expect(connections.map(({ name }) => name)).toEqual(['Plant']);
    await second.engine.shutdown(500);

    keychain.key = 'somebody else';
    const third = await openEngine(dir, keychain);
    await third.engine.connectProfiles();
    const { missingSecrets } = await untilProfiles(third, (item) => other in item.missingSecrets);
    expect(missingSecrets).toEqual({ [good]: ['password'], [other]: ['password'] });
    expect((await until(third.client.stream('connections', {}), () => true)).connections).toEqual([]);
  });
});

describe('An engine with a vault', () => {
  test('lets profiles whose secrets are locked wait for it, and opens the others', async () => {
    const broker = await startMosquitto({ users, config: ['allow_anonymous true'] });
    const dir = newFolder();
    const first = await openEngine(dir);
    expect(await first.client.call('createVault', { passphrase: PASSPHRASE })).toEqual({ kind: 'done' });
    const locked = await saveProfile(first, optionsFor(broker.port), { autoConnect: true });
    const free = await saveProfile(first, optionsFor(broker.port, { username: null, password: null }), {
      autoConnect: true,
    });
    await first.engine.shutdown(500);

    const second = await openEngine(dir);
    await second.engine.connectProfiles();
    await untilState(second, free, 'online');
    expect(await untilSecrets(second, ({ waiting }) => waiting.length > 0)).toMatchObject({
      kind: 'vault-locked',
      waiting: [locked],
    });
    expect(await second.client.call('unlockVault', { passphrase: 'something else' })).toMatchObject({
      code: 'wrong-passphrase',
    });
    expect(await second.client.call('unlockVault', { passphrase: PASSPHRASE })).toEqual({ kind: 'done' });
    await untilState(second, locked, 'online');
    expect(await untilSecrets(second, ({ waiting }) => waiting.length === 0)).toMatchObject({
      kind: 'vault-open',
    });
    // What is connected goes on with the vault locked.
    expect(await second.client.call('lockVault', {})).toEqual({ kind: 'done' });
    await untilState(second, locked, 'online');
    expect(await filesWith(dir, [users.ann, PASSPHRASE])).toEqual([]);
  });
});

describe('What an engine writes', () => {
  test('holds no secret, however the connection goes', async () => {
    const broker = await startMosquitto({ users });
    const dir = newFolder();
    const opened = await openEngine(dir, new FakeKeychain());
    const secrets = ['hunter2-proxy', 'hunter2-header', 'hunter2-key', 'hunter2-wrong', users.ann];
    const proxy = {
      kind: 'http' as const,
      host: '127.0.0.1',
      port: broker.port,
      username: 'p',
      password: 'hunter2-proxy',
    };
    const headers = [{ name: 'Authorization', value: 'Bearer hunter2-header' }];
    const tls = {
      ...optionsFor(1).tls,
      key: '-----BEGIN PRIVATE KEY-----\nhunter2-key',
      passphrase: 'hunter2-key',
    };
    const ways: Partial<ConnectionOptions>[] = [
      {},
      { password: 'hunter2-wrong' },
      { proxy },
      { protocol: 'ws', headers, path: '/mqtt?token=hunter2-header' },
      { protocol: 'mqtts', tls },
    ];
    const ids: string[] = [];
    for (const way of ways) {
      const id = await saveProfile(opened, optionsFor(broker.port, { ...way, connectTimeoutMs: 1_000 }));
      const { profiles } = await untilProfiles(opened, (item) => item.profiles.some((one) => one.id === id));
      const options = profiles.find((one) => one.id === id)?.options ?? optionsFor(0);
      await opened.client.call('openConnection', { options, profileId: id });
      ids.push(id);
    }
    await until(opened.client.stream('connections', {}), ({ connections }) =>
      connections.every(({ state }) => ['online', 'waiting', 'stopped'].includes(state.kind)),
    );
    const { connections } = await until(opened.client.stream('connections', {}), () => true);
    expect(connections.filter(({ state }) => state.kind === 'online')).toHaveLength(1);
    expect(connections).toHaveLength(ids.length);
    const shown = [connections];
    for (const { id } of connections) {
      shown.push((await until(opened.client.stream('diagnostics', { connection: id }), () => true)) as never);
    }
    await opened.engine.shutdown(500);
    expect(JSON.stringify([shown, opened.log])).not.toContain('hunter2');
    expect(await filesWith(dir, secrets)).toEqual([]);
  });
});

describe('Two engines on one folder', () => {
  test('see the profiles of each other, lose none, and undo what they removed themselves', async () => {
    const dir = newFolder();
    const [one, other] = [await openEngine(dir), await openEngine(dir)];
    const ids = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        saveProfile(i % 2 === 0 ? one : other, optionsFor(1_883, { name: `p${i}` })),
      ),
    );
    for (const engine of [one, other]) await untilProfiles(engine, ({ profiles }) => profiles.length === 10);
    const [first = '', second = ''] = ids;
    await Promise.all([
      one.client.call('removeProfile', { id: first }),
      other.client.call('moveProfile', { id: second, before: null, folder: 'Works' }),
    ]);
    for (const engine of [one, other]) {
      const { profiles } = await untilProfiles(
        engine,
        (item) => item.profiles.length === 9 && item.profiles.at(-1)?.id === second,
      );
      expect(profiles.at(-1)?.folder).toBe('Works');
    }
    expect(await one.client.call('restoreProfile', { id: first })).toEqual({ kind: 'done' });
    await untilProfiles(other, ({ profiles }) => profiles.length === 10);
    expect(await one.client.call('renameFolder', { from: 'Works', to: 'Plants' })).toEqual({ kind: 'done' });
    await untilProfiles(other, ({ profiles }) => profiles.at(-1)?.folder === 'Plants');
    const copy = await other.client.call('duplicateProfile', { id: first });
    expect(copy.kind).toBe('saved');
    await untilProfiles(one, ({ profiles }) => profiles.length === 11);
  });
});
