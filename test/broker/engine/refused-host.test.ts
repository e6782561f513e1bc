import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { ConnectionOptions } from '../../../src-main/contract/model/model.ts';
import { FakeKeychain } from '../../support/engine/keychain.ts';
import { newFolder, openEngine, until, type Opened } from '../../support/engine/open-engine.ts';
import { teardown } from '../../support/teardown.ts';

afterEach(teardown);

const KEY = 'c2VjcmV0LWtleS1vZi1wcmVzcy0wNw==';
const REFUSED: readonly (readonly [string, object])[] = [
  ['a connection string', { host: `Endpoint=sb:;SharedAccessKeyName=x;SharedAccessKey=${KEY}` }],
  ['a whole address', { host: `mqtt://ops:${KEY}@broker` }],
  ['username and password', { host: `ops:${KEY}@broker` }],
  ['a key', { host: KEY }],
  ['two lines', { host: `broker\n${KEY}` }],
  ['a key as proxy', { proxy: { kind: 'http', host: KEY, port: 1 } }],
  ['a key as server name', { tls: { servername: KEY } }],
  ['a key as path of a socket', { protocol: 'unix', host: KEY }],
];

const optionsWith = (part: object): ConnectionOptions =>
  ConnectionOptions.parse({ name: 'Plant', protocol: 'mqtt', host: 'broker', port: 1883, ...part });

/** Everything below a folder as one text. */
function contentsOf(dir: string): string {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(dir, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n');
}

async function allThatIsShown({ client, log }: Opened): Promise<string> {
  const { connections } = await until(client.stream('connections', {}), () => true);
  const { profiles } = await until(client.stream('profiles', {}), () => true);
  const exported = await client.call('exportLog', { connection: null });
  return JSON.stringify([connections, profiles, exported, log]);
}

describe('What is no host', () => {
  test.each(REFUSED)('is neither saved nor connected with nor shown: %s', async (_, part) => {
    const dir = newFolder();
    const opened = await openEngine(dir);
    const { client } = opened;
    const options = optionsWith(part);
    const answers: unknown[] = [
      await client.call('saveProfile', { id: null, options }),
      await client.call('openConnection', { options, profileId: null }),
      await client.call('commandLine', { options, tool: 'mosquitto_sub' }),
      await until(client.stream('testConnection', { options, profileId: null }), () => true),
    ];
    for (const answer of answers) expect(answer).toMatchObject({ kind: 'failed' });
    expect(JSON.stringify(answers)).not.toContain(KEY);
    expect(await allThatIsShown(opened)).not.toContain(KEY);
    await opened.engine.shutdown(1_000);
    expect(contentsOf(dir)).not.toContain(KEY);
  });

  test('is not saved in place of what was there', async () => {
    const opened = await openEngine(newFolder());
    const saved = await opened.client.call('saveProfile', { id: null, options: optionsWith({}) });
    if (saved.kind !== 'saved') throw new Error(saved.message);
    const options = optionsWith({ host: 'broker 2' });
    expect(await opened.client.call('saveProfile', { id: saved.id, options })).toMatchObject({
      code: 'host-space',
    });
    const { profiles } = await until(opened.client.stream('profiles', {}), () => true);
    expect(profiles[0]?.options.host).toBe('broker');
  });
});

test('A host is saved without brackets, and with its port in its own field', async () => {
  const opened = await openEngine(newFolder());
  await opened.client.call('saveProfile', { id: null, options: optionsWith({ host: '[::1]:29840' }) });
  const { profiles } = await until(opened.client.stream('profiles', {}), (item) => item.profiles.length > 0);
  expect(profiles[0]?.options).toMatchObject({ host: '::1', port: 29_840 });
});

test('A connection string that is pasted becomes a profile whose key is on no disk in plain', async () => {
  const dir = newFolder();
  const opened = await openEngine(dir, new FakeKeychain());
  const text = `HostName=hub-x.azure-devices.net;DeviceId=press-07;SharedAccessKey=${KEY}`;
  const read = await opened.client.call('readAddress', { text });
  if (read.kind !== 'address') throw new Error(read.message);
  expect(read).toMatchObject({
    source: 'connection-string',
    options: {
      host: 'hub-x.azure-devices.net',
      clientId: 'press-07',
      signing: { kind: 'azure-sas', key: KEY },
    },
  });
  expect(await opened.client.call('saveProfile', { id: null, options: read.options })).toMatchObject({
    kind: 'saved',
  });
  expect(await allThatIsShown(opened)).not.toContain(KEY);
  await opened.engine.shutdown(1_000);
  expect(contentsOf(dir)).toContain('press-07');
  expect(contentsOf(dir)).not.toContain(KEY);
});
