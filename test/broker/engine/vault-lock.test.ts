import { afterEach, expect, test } from 'vitest';
import { ConnectionOptions } from '../../../src-main/contract/model/model.ts';
import { startFakeBroker } from '../../support/brokers/fake-broker.ts';
import { newFolder, openEngine, saveProfile, until, untilState } from '../../support/engine/open-engine.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { teardown } from '../../support/teardown.ts';

afterEach(teardown);

test('The vault locks itself after the time that was set, and connections that are open go on', async () => {
  const fake = await startFakeBroker();
  const clock = new ManualClock();
  const opened = await openEngine(newFolder(), null, { clock });
  const { client, engine } = opened;
  const kind = async (wanted: string): Promise<unknown> =>
    until(client.stream('secrets', {}), (state) => state.kind === wanted);
  expect(await client.call('createVault', { passphrase: 'correct horse battery' })).toEqual({ kind: 'done' });
  const options = ConnectionOptions.parse({
    name: 'Plant',
    protocol: 'mqtt',
    host: '127.0.0.1',
    port: fake.port,
    username: 'ann',
    password: 'hunter2',
  });
  const id = await saveProfile(opened, options);
  expect(await client.call('writeSettings', { vaultLockMinutes: 5 })).toMatchObject({ kind: 'saved' });
  clock.advance(4 * 60_000);
  // Using it counts: the password is read.
  const profile = (await until(client.stream('profiles', {}), () => true)).profiles[0];
  if (profile === undefined) throw new Error('no profile');
  const made = await client.call('openConnection', { options: profile.options, profileId: id });
  if (made.kind !== 'opened') throw new Error(made.message);
  await untilState(opened, id, 'online');
  clock.advance(4 * 60_000);
  await kind('vault-open');
  clock.advance(60_000);
  await kind('vault-locked');
  expect(await client.call('openConnection', { options: profile.options, profileId: id })).toMatchObject({
    code: 'secrets-locked',
  });
  // The worker has what it needs, also for the next attempt.
  await client.call('disconnect', { connection: made.id });
  await untilState(opened, id, 'stopped');
  await client.call('connect', { connection: made.id });
  await untilState(opened, id, 'online');
  expect(fake.all('connect').map(({ packet }) => packet.password?.toString())).toEqual([
    'hunter2',
    'hunter2',
  ]);

  // As a computer that goes to sleep asks for it.
  await client.call('unlockVault', { passphrase: 'correct horse battery' });
  await kind('vault-open');
  await engine.lockVault();
  await kind('vault-locked');
});
