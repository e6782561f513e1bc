import { afterEach, describe, expect, test } from 'vitest';
import { systemPorts } from '../../../../src-main/connection/base/ports.ts';
import { SecondLink } from '../../../../src-main/connection/second-link/second-link.ts';
import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import {
  refuseConnect,
  startFakeBroker,
  type FakeBrokerOptions,
} from '../../../support/brokers/fake-broker.ts';
import { deferred } from '../../../support/deferred.ts';
import { SkippingClock } from '../../../support/skipping-clock.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';

afterEach(teardown);

/** The second connection beside one that is online, or is not. */
async function open(options: FakeBrokerOptions = {}, version: '5' | '3.1.1' = '5') {
  const broker = await startFakeBroker(options);
  const clock = new SkippingClock();
  const proper = { isOnline: true };
  const faults: unknown[] = [];
  const second = new SecondLink({
    options: ConnectionOptions.parse({
      name: 'x',
      protocol: 'mqtt',
      host: broker.host,
      port: broker.port,
      clientId: 'ours',
      cleanStart: false,
      sessionExpiry: 600,
      will: { topic: 'gone', payload: '1' },
    }),
    ports: { ...systemPorts(Math.random), clock },
    clock,
    intake: { message: () => undefined },
    online: () => (proper.isOnline ? { version, clientId: 'ours' } : null),
    maxPayloadBytes: () => 1_000,
    fault: (error) => faults.push(error),
  });
  onTeardown(() => second.close());
  return { broker, clock, second, proper, faults };
}

describe('the second connection', () => {
  test.each(['5', '3.1.1'] as const)('touches no session of ours, on %s', async (version) => {
    const { broker, second, faults } = await open({}, version);
    const opened = await second.open();
    expect(opened).toMatchObject({ kind: 'online' });
    const packet = broker.all('connect')[0]?.packet;
    expect(packet).toMatchObject({ clean: true, protocolVersion: version === '5' ? 5 : 4 });
    expect(packet?.clientId).not.toBe('ours');
    expect(packet?.will).toBeUndefined();
    expect(packet?.properties?.sessionExpiryInterval).toBeUndefined();
    expect(broker.all('subscribe')).toEqual([]);
    expect(faults).toEqual([]);
  });

  test('is one for all who use it, also while it is still being opened', async () => {
    const { broker, second } = await open({ connackProperties: { receiveMaximum: 7 } });
    const [first, other] = await Promise.all([second.open(), second.open()]);
    expect(first).toBe(other);
    expect(first).toMatchObject({ limits: { receiveMaximum: 7 } });
    expect(await second.open()).toBe(first);
    expect(broker.all('connect')).toHaveLength(1);
  });

  test('stays for 5 s after the last who used it, and then says DISCONNECT', async () => {
    const { broker, second, clock } = await open();
    const [one, other] = [deferred<void>(), deferred<void>()];
    const uses = [one, other].map(({ promise }) =>
      second.use(async () => {
        await second.open();
        await promise;
      }),
    );
    one.resolve();
    await uses[0];
    clock.skip(20_000);
    other.resolve();
    await uses[1];
    clock.skip(4_000);
    expect(broker.all('disconnect')).toHaveLength(0);
    // Used again meanwhile, it stays for as long once more.
    await second.use(() => second.open());
    clock.skip(4_000);
    expect(broker.links).toHaveLength(1);
    const left = broker.once('disconnect');
    clock.skip(1_000);
    await left;
    expect(broker.all('connect')).toHaveLength(1);
  });

  test('lets go of it also where its use fails', async () => {
    const { second, clock, broker } = await open();
    const failing = second.use(async () => {
      await second.open();
      throw new Error('it failed');
    });
    await expect(failing).rejects.toThrow('it failed');
    const left = broker.once('disconnect');
    clock.skip(5_000);
    await left;
  });

  test('is not opened while the connection proper is not online', async () => {
    const { second, proper, broker } = await open();
    proper.isOnline = false;
    expect(await second.open()).toMatchObject({ kind: 'failed', code: 'probe-closed' });
    expect(broker.all('connect')).toHaveLength(0);
  });

  test('that is refused says why, and is tried again by who asks next', async () => {
    const { second, broker } = await open({ hooks: { connect: refuseConnect(151) } });
    const refused = await second.open();
    expect(refused).toMatchObject({ kind: 'failed', code: 'probe-refused' });
    if (refused.kind === 'failed') expect(refused.message).toContain('quota');
    delete broker.on.connect;
    expect(await second.open()).toMatchObject({ kind: 'online' });
  });

  test('that is closed while it is being opened leaves nobody waiting', async () => {
    const { second, broker } = await open({ hooks: { connect: () => 'ignore' } });
    const asked = broker.once('connect');
    const opening = second.open();
    await asked;
    second.close();
    expect(await opening).toMatchObject({ kind: 'failed', code: 'probe-closed' });
    delete broker.on.connect;
    expect(await second.open()).toMatchObject({ kind: 'online' });
  });

  test('that the broker ended is opened anew', async () => {
    const { second, broker } = await open();
    const first = await second.open();
    if (first.kind !== 'online') throw new Error(first.message);
    for (const link of broker.links) link.destroy();
    await expect.poll(() => first.link.online).toBe(false);
    const again = await second.open();
    expect(again).toMatchObject({ kind: 'online' });
    expect(again).not.toBe(first);
    expect(broker.all('connect')).toHaveLength(2);
  });
});
