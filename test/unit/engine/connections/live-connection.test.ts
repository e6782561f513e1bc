import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConnectionId, ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import type { EnginePorts } from '../../../../src-main/engine/base/ports.ts';
import { LiveConnection } from '../../../../src-main/engine/connections/live-connection.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';

const SECRET = 'correct-horse-battery';
const script = (text: string) => new URL(`data:text/javascript,${encodeURIComponent(text)}`);
/** A thread that lives and never answers, and one that dies and quotes what it should not. */
const LIVES = script('setInterval(() => undefined, 1e9);');
const QUOTES = script(`throw new Error('bad password ${SECRET}, of the client');`);

let logged: string[] = [];

beforeEach(() => {
  logged = [];
});
afterEach(teardown);

function live(workerUrl: URL, given: object = {}): LiveConnection {
  const options = ConnectionOptions.parse({
    name: 'Plant',
    protocol: 'mqtt',
    host: 'h',
    port: 1883,
    ...given,
  });
  const ports: EnginePorts = {
    ...{
      host: 'server',
      version: '',
      platform: 'test',
      dataDir: '/nowhere',
      keychain: null,
      prompt: null,
      opener: null,
    },
    ...{ workerUrl, decoderUrl: workerUrl, readable: false, files: { kind: 'none' }, totalMemory: 2 ** 33 },
    startDemo: () => Promise.reject(new Error('There is none.')),
    checkForUpdates: null,
    clock: { now: () => 5_000, after: () => () => undefined },
    random: () => 0.5,
    log: (line) => logged.push(line),
  };
  const request = { id: ConnectionId.parse('c'), profileId: 'p', options, demo: false };
  const limits = { memoryBytes: 1, topicCap: 1, maxPayloadBytes: 1 };
  const made = new LiveConnection({ ...request, filesFor: () => ({ kind: 'none' }) }, limits, ports);
  onTeardown(() => made.stop(1));
  return made;
}

/** The next summary that fits. */
async function summaryOf(of: LiveConnection, fits: (kind: string) => boolean) {
  const end = new AbortController();
  try {
    for await (const summary of of.summary.follow(end.signal)) if (fits(summary.state.kind)) return summary;
  } finally {
    end.abort();
  }
  throw new Error('It ended.');
}

describe('a connection whose thread dies', () => {
  test('says that it stopped and what is lost, and quotes no secret, nor does the log', async () => {
    const one = live(QUOTES, { username: 'ops', password: SECRET });
    const summary = await summaryOf(one, (kind) => kind === 'stopped');
    expect(summary).toMatchObject({
      ...{ historyLostAt: 5_000, rate: 0, verdict: null },
      state: { kind: 'stopped', since: 5_000, why: { code: 'worker-died' } },
    });
    const reported = JSON.stringify([summary, logged]);
    expect(reported).toContain('bad password');
    expect(reported).not.toContain(SECRET);
    expect(() => one.worker).toThrow('had to be restarted');
  });
});

describe('a connection as it is listed', () => {
  const listed = (options: object) => live(LIVES, options).summary.value;

  test('is called as its profile, with nothing that deceives the eye', () => {
    expect(listed({ name: '\u202egnp\x1b[31m' }).name).toBe('\\u{202e}gnp\\u{1b}[31m');
  });

  test('has an address without what lets somebody in', () => {
    const web = { protocol: 'wss', port: 443, path: `/mqtt?token=${SECRET}` };
    expect(listed({ ...web, username: 'ops', password: SECRET }).address).toBe('wss://h:443/mqtt');
    expect(listed({ host: '::1' }).address).toBe('mqtt://[::1]:1883');
    expect(listed({ path: '/ignored' }).address).toBe('mqtt://h:1883');
  });

  test('reports a profile that was changed, and an unchanged one only once', async () => {
    const one = live(LIVES);
    const end = new AbortController();
    const reported: string[] = [];
    const following = (async () => {
      for await (const { name, profileChanged } of one.summary.follow(end.signal))
        reported.push(`${name} ${String(profileChanged)}`);
    })();
    const heard = async (count: number) => {
      await expect.poll(() => reported.length).toBe(count);
    };
    await heard(1);
    one.noteProfile('Plant', false);
    one.noteProfile('Plant\u200b', true);
    await heard(2);
    one.noteProfile('Plant\u200b', true);
    one.noteProfile('Plant', false);
    await heard(3);
    end.abort();
    await following;
    expect(reported).toEqual(['Plant false', 'Plant\\u{200b} true', 'Plant false']);
  });
});

test('A connection that starts over with other options is the same one, with nothing of before.', async () => {
  const one = live(LIVES, { password: SECRET });
  const other = ConnectionOptions.parse({ name: 'Other', protocol: 'mqtts', host: 'o', port: 8883 });
  await one.restartWith(other, 1);
  expect(one.options).toEqual(other);
  expect(one.summary.value).toMatchObject({
    ...{ id: 'c', profileId: 'p', name: 'Other', address: 'mqtts://o:8883', received: 0 },
  });
  await one.stop(1);
  expect(() => one.worker).toThrow('had to be restarted');
});
