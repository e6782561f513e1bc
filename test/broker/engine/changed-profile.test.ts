import { afterEach, describe, expect, test } from 'vitest';
import { ConnectionOptions, type Profile } from '../../../src-main/contract/model/model.ts';
import { FakeKeychain } from '../../support/engine/keychain.ts';
import { startMosquitto } from '../../support/brokers/mosquitto.ts';
import {
  newFolder,
  openEngine,
  saveProfile,
  until,
  untilConnection,
  untilState,
  type Opened,
} from '../../support/engine/open-engine.ts';
import { onTeardown, teardown } from '../../support/teardown.ts';

afterEach(teardown);

const users = { ann: 'hunter2-of-ann', bob: 'another-of-bob' };
const PASSPHRASE = 'correct horse battery';

const optionsFor = (port: number, more: Partial<ConnectionOptions> = {}): ConnectionOptions => ({
  ...ConnectionOptions.parse({ name: 'Plant', protocol: 'mqtt', host: '127.0.0.1', port }),
  username: 'ann',
  password: users.ann,
  ...more,
});

/** A profile as a window knows it, with marks in place of secrets. */
async function shownProfile({ client }: Opened, id: string): Promise<Profile> {
  const { profiles } = await until(client.stream('profiles', {}), (item) =>
    item.profiles.some((one) => one.id === id),
  );
  const found = profiles.find((one) => one.id === id);
  if (found === undefined) throw new Error('it was there a moment ago');
  return found;
}

/** Opens a saved profile as the window does. */
async function openProfile(opened: Opened, profileId: string) {
  const { options } = await shownProfile(opened, profileId);
  const answer = await opened.client.call('openConnection', { options, profileId });
  if (answer.kind !== 'opened') throw new Error(answer.message);
  return answer.id;
}

describe('A saved profile that changes while its connection is open', () => {
  test('connects with the corrected password and under its new name', async () => {
    const broker = await startMosquitto({ users });
    const opened = await openEngine(newFolder(), new FakeKeychain());
    const options = optionsFor(broker.port, { password: 'mistyped' });
    const profile = await saveProfile(opened, options);
    const connection = await openProfile(opened, profile);
    expect(await untilState(opened, profile, 'stopped')).toMatchObject({ why: { code: 'connack-135' } });

    await saveProfile(opened, optionsFor(broker.port, { name: 'Plant north' }), { id: profile });
    const reported = await untilConnection(opened, profile, ({ profileChanged }) => profileChanged);
    expect(reported).toMatchObject({ id: connection, name: 'Plant north', state: { kind: 'stopped' } });

    expect(await opened.client.call('connect', { connection })).toEqual({ kind: 'done' });
    const online = await untilConnection(opened, profile, ({ state }) => state.kind === 'online');
    expect(online).toMatchObject({ id: connection, name: 'Plant north', profileChanged: false });
  });

  test('leaves a session that runs alone until it is asked to connect, and keeps its view', async () => {
    const broker = await startMosquitto({ users });
    const opened = await openEngine(newFolder());
    const { client } = opened;
    const profile = await saveProfile(opened, optionsFor(broker.port));
    const connection = await openProfile(opened, profile);
    await untilState(opened, profile, 'online');
    const frames = client.stream('view', {
      connection,
      view: 'main',
      spec: { anchor: null, offset: 0, rows: 20, filter: '', selected: null },
    });
    onTeardown(() => void frames.return?.());
    await frames.next();

    await saveProfile(opened, optionsFor(broker.port, { username: 'bob', password: users.bob }), {
      id: profile,
    });
    await untilConnection(opened, profile, (one) => one.profileChanged && one.state.kind === 'online');
    expect(broker.log()).not.toContain("u'bob'");

    expect(await client.call('retryNow', { connection })).toEqual({ kind: 'done' });
    await broker.waitForLog(/u'bob'/);
    await untilConnection(opened, profile, (one) => !one.profileChanged && one.state.kind === 'online');
    await client.call('publish', {
      connection,
      topic: 'a',
      payload: new Uint8Array(1),
      qos: 1,
      retain: false,
    });
    const frame = await until(frames, ({ rows }) => rows.some(({ key }) => key === 'a'));
    expect(frame.total).toBeGreaterThan(0);
  });

  test('is not called changed when it is saved as it was, or only renamed', async () => {
    const broker = await startMosquitto({ users });
    const opened = await openEngine(newFolder(), new FakeKeychain());
    const profile = await saveProfile(opened, optionsFor(broker.port));
    const connection = await openProfile(opened, profile);
    await untilState(opened, profile, 'online');
    const { options } = await shownProfile(opened, profile);
    await saveProfile(opened, { ...options, name: 'Other' }, { id: profile });
    const renamed = await untilConnection(opened, profile, ({ name }) => name === 'Other');
    expect(renamed.profileChanged).toBe(false);
    await opened.client.call('connect', { connection });
    expect(broker.log().match(/New client connected/g)).toHaveLength(1);
  });

  test('keeps subscriptions that were added meanwhile, unless its own were changed', async () => {
    const broker = await startMosquitto({ users });
    const opened = await openEngine(newFolder());
    const { client } = opened;
    const profile = await saveProfile(opened, optionsFor(broker.port));
    const connection = await openProfile(opened, profile);
    await untilState(opened, profile, 'online');
    await client.call('subscribe', { connection, filter: 'added/#', qos: 0 });
    const filters = async (holds: (filters: readonly string[]) => boolean): Promise<readonly string[]> => {
      const reported = (list: readonly { filter: string }[]): string[] => list.map(({ filter }) => filter);
      const found = await untilConnection(
        opened,
        profile,
        (one) => !one.profileChanged && one.state.kind === 'online' && holds(reported(one.subscriptions)),
      );
      return reported(found.subscriptions);
    };
    await filters((list) => list.includes('added/#'));

    await saveProfile(opened, optionsFor(broker.port, { keepAlive: 30 }), { id: profile });
    await untilConnection(opened, profile, ({ profileChanged }) => profileChanged);
    await client.call('connect', { connection });
    expect(await filters((list) => list.length > 0)).toContain('added/#');

    const narrow = [{ ...optionsFor(1).subscriptions[0]!, filter: 'plant/#' }];
    await saveProfile(opened, optionsFor(broker.port, { subscriptions: narrow }), { id: profile });
    await untilConnection(opened, profile, ({ profileChanged }) => profileChanged);
    await client.call('connect', { connection });
    expect(await filters((list) => !list.includes('#'))).toEqual(['plant/#']);
  });

  test('says that the vault is locked instead of connecting with the old password', async () => {
    const broker = await startMosquitto({ users });
    const dir = newFolder();
    const opened = await openEngine(dir);
    const { client } = opened;
    await client.call('createVault', { passphrase: PASSPHRASE, replace: false });
    const profile = await saveProfile(opened, optionsFor(broker.port));
    const connection = await openProfile(opened, profile);
    await untilState(opened, profile, 'online');
    await client.call('lockVault', {});
    const { options } = await shownProfile(opened, profile);
    await saveProfile(opened, { ...options, keepAlive: 30 }, { id: profile });
    await untilConnection(opened, profile, ({ profileChanged }) => profileChanged);

    expect(await client.call('connect', { connection })).toMatchObject({ code: 'secrets-locked' });
    await client.call('unlockVault', { passphrase: PASSPHRASE });
    expect(await client.call('connect', { connection })).toEqual({ kind: 'done' });
    await untilConnection(opened, profile, (one) => !one.profileChanged && one.state.kind === 'online');
    await broker.waitForLog(/\(p[245], c1, k30, u'ann'\)/);
  });

  test('is started over once where it is asked for twice', async () => {
    const broker = await startMosquitto({ users });
    const opened = await openEngine(newFolder());
    const { client } = opened;
    const profile = await saveProfile(opened, optionsFor(broker.port));
    const connection = await openProfile(opened, profile);
    await untilState(opened, profile, 'online');
    await saveProfile(opened, optionsFor(broker.port, { keepAlive: 30 }), { id: profile });
    await untilConnection(opened, profile, ({ profileChanged }) => profileChanged);
    await Promise.all([client.call('connect', { connection }), client.call('retryNow', { connection })]);
    await untilConnection(opened, profile, ({ state }) => state.kind === 'online');
    await client.call('pingNow', { connection });
    expect(broker.log().match(/New client connected/g)).toHaveLength(2);
  });
});
