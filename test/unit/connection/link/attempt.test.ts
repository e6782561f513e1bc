import { afterEach, describe, expect, test } from 'vitest';
import { Attempt, chooseClientId } from '../../../../src-main/connection/link/attempt.ts';
import type { LinkEnd } from '../../../../src-main/connection/link/link.ts';
import { MqttJsStores } from '../../../../src-main/connection/link/mqttjs.ts';
import { SessionMemory } from '../../../../src-main/connection/link/session-memory.ts';
import { systemPorts, type ConnectionPorts } from '../../../../src-main/connection/base/ports.ts';
import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import { startFakeBroker } from '../../../support/brokers/fake-broker.ts';
import { deferred } from '../../../support/deferred.ts';
import { SkippingClock } from '../../../support/skipping-clock.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';

afterEach(teardown);

const optionsOf = (given: object): ConnectionOptions =>
  ConnectionOptions.parse({ name: 'x', protocol: 'mqtt', host: '127.0.0.1', port: 1883, ...given });

/** One attempt, and all that it reports. */
function attempt(given: object, ports: Partial<ConnectionPorts> = {}) {
  const clock = new SkippingClock();
  const reported: string[] = [];
  const over = deferred<LinkEnd>();
  const one = new Attempt(
    {
      options: optionsOf(given),
      clientId: 'ours',
      version: '5',
      memory: new SessionMemory(0),
      intake: { message: () => undefined },
      maxPayloadBytes: 1_000,
      ports: { ...systemPorts(Math.random), clock, ...ports },
    },
    {
      phase: (phase) => reported.push(phase),
      notes: () => reported.push('notes'),
      accepted: () => reported.push('accepted'),
      ready: () => reported.push('ready'),
      pinged: () => undefined,
      fault: () => reported.push('fault'),
      ended: (end) => {
        reported.push('ended');
        over.resolve(end);
      },
    },
  );
  onTeardown(() => one.close(100));
  return { one, clock, reported, ended: over.promise };
}

describe('a try to connect', () => {
  test('reports nothing before its caller has it, and its phases with their times then', async () => {
    const broker = await startFakeBroker();
    const { one, reported } = attempt({ port: broker.port });
    expect([reported, one.link, one.phases()]).toEqual([[], null, []]);
    await expect.poll(() => reported.at(-1)).toBe('ready');
    expect(reported).toEqual(['resolving', 'connecting', 'handshaking', 'accepted', 'ready']);
    const phases = one.phases();
    expect(phases.map(({ phase }) => phase)).toEqual(['resolving', 'connecting', 'handshaking']);
    for (const { ms } of phases) expect(ms).toBeGreaterThanOrEqual(0);
    // The session is no phase: times stand still from CONNACK on.
    expect(one.phases()).toEqual(phases);
  });

  test('says in words where it cannot begin, and asks nobody', async () => {
    const { ended, reported } = attempt({ passwordFrom: { kind: 'file', path: '/no/such/file' } });
    const { ending, by } = await ended;
    expect([ending.retry, by, reported]).toEqual(['never', 'remote', ['ended']]);
    expect(ending.failure.message).toContain('/no/such/file');
  });

  test.each([
    ['the name is looked up', 'resolving', 'timeout-resolving'],
    ['the address is silent', 'handshaking', 'silent'],
  ])('ends where %s when its time is over', async (_, phase, code) => {
    const broker = await startFakeBroker({ hooks: { connect: () => 'ignore' } });
    const ports = phase === 'resolving' ? { lookup: () => new Promise<never>(() => undefined) } : {};
    const { ended, reported, clock } = attempt({ port: broker.port, connectTimeoutMs: 4_000 }, ports);
    await expect.poll(() => reported.at(-1)).toBe(phase);
    clock.skip(4_000);
    const { ending, by } = await ended;
    expect([ending.failure.code, by]).toEqual([code, 'silence']);
  });

  test('that is closed by us reports no end, in whatever phase it is', async () => {
    const asked = deferred<readonly { address: string; family: 4 }[]>();
    const early = attempt({}, { lookup: () => asked.promise });
    await early.one.close(100);
    asked.resolve([{ address: '127.0.0.1', family: 4 }]);
    const broker = await startFakeBroker();
    const late = attempt({ port: broker.port });
    await expect.poll(() => late.reported.at(-1)).toBe('ready');
    const left = broker.once('disconnect');
    await Promise.all([late.one.close(1_000), left]);
    expect([early.reported, late.reported.includes('ended')]).toEqual([[], false]);
    await late.one.close(100);
  });

  test('leaves no connection where it was given up while it was made', async () => {
    const broker = await startFakeBroker();
    const asked = deferred<readonly { address: string; family: 4 }[]>();
    const { one, reported } = attempt({ port: broker.port }, { lookup: () => asked.promise });
    await expect.poll(() => reported.at(-1)).toBe('resolving');
    void one.close(100);
    asked.resolve([{ address: broker.host, family: 4 }]);
    const probe = attempt({ port: broker.port });
    await expect.poll(() => probe.reported.at(-1)).toBe('ready');
    expect(broker.links).toHaveLength(1);
  });
});

test('A client ID is the user’s, or one that is made up.', () => {
  expect(chooseClientId(optionsOf({ clientId: 'mine' }), () => 0.5)).toBe('mine');
  const made = chooseClientId(optionsOf({}), Math.random);
  expect(made).toMatch(/^topicscope-/);
  expect(chooseClientId(optionsOf({}), Math.random)).not.toBe(made);
});

describe('what mqtt.js keeps of a session', () => {
  const message = { topic: 'a', payload: Uint8Array.of(1), qos: 2 as const, retain: false };

  test('is a message until it was received, then its release, and nothing once that is done', () => {
    const stores = new MqttJsStores();
    stores.sent(7, message);
    expect(stores.underWay()).toEqual([[7, message]]);
    stores.outgoing.put({ cmd: 'pubrel', messageId: 7 } as never, () => undefined);
    expect(stores.underWay()).toEqual([[7, null]]);
    let found: unknown;
    stores.outgoing.del({ messageId: 7 }, (_, packet) => (found = packet));
    expect([stores.underWay(), found]).toMatchObject([[], { cmd: 'pubrel' }]);
  });

  test('is reported as missing where it is not there, and forgotten with the session', () => {
    const stores = new MqttJsStores();
    const reported: unknown[] = [];
    stores.outgoing.get({ messageId: 1 }, (error) => reported.push(error?.message));
    stores.outgoing.del({ messageId: 1 }, (error) => reported.push(error?.message));
    expect(reported).toEqual(['missing packet', 'missing packet']);
    stores.sent(1, message);
    stores.sent(2, message);
    stores.forget(1);
    expect(stores.underWay().map(([id]) => id)).toEqual([2]);
    stores.clear();
    expect(stores.underWay()).toEqual([]);
  });

  test('is no payload of what came in', () => {
    const { incoming } = new MqttJsStores();
    const packet = {
      cmd: 'publish',
      messageId: 3,
      topic: 'a',
      payload: Buffer.alloc(1_000),
      properties: { a: 1 },
    };
    incoming.put(packet as never, () => undefined);
    expect(incoming.packets.get(3)).toMatchObject({ topic: '', payload: Buffer.alloc(0), properties: {} });
  });
});
