import { afterEach, describe, expect, test } from 'vitest';
import { systemPorts } from '../../../../src-main/connection/base/ports.ts';
import { answersElsewhere, asStranger } from '../../../../src-main/connection/liveness/elsewhere.ts';
import { isLocalAddress } from '../../../../src-main/connection/liveness/watch-link.ts';
import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import { refuseConnect, startFakeBroker, type Hooks } from '../../../support/brokers/fake-broker.ts';
import { freePort } from '../../../support/net/ports.ts';
import { SkippingClock } from '../../../support/skipping-clock.ts';
import { teardown } from '../../../support/teardown.ts';

afterEach(teardown);

const optionsOf = (given: object): ConnectionOptions =>
  ConnectionOptions.parse({ name: 'x', protocol: 'mqtt', host: '127.0.0.1', port: 1883, ...given });

describe('whether a broker lives', () => {
  test('is asked without a will and without a session', () => {
    const will = { topic: 'gone', payload: '' };
    const given = optionsOf({ clientId: 'mine', cleanStart: false, sessionExpiry: 60, will });
    const stranger = asStranger(given, Math.random);
    expect(stranger).toMatchObject({ cleanStart: true, sessionExpiry: null, will: null });
    expect(stranger.clientId).not.toBe('mine');
    expect({ ...stranger, ...given }).toEqual(given);
  });

  test.each<[string, Hooks, boolean]>([
    ['an acceptance', {}, true],
    ['a refusal', { connect: refuseConnect(135) }, true],
    ['a close without a word', { connect: () => 'close' }, false],
  ])('is proven by %s', async (_, hooks, lives) => {
    const broker = await startFakeBroker({ hooks });
    const ports = { ...systemPorts(Math.random), clock: new SkippingClock() };
    expect(await answersElsewhere(optionsOf({ port: broker.port }), '5', ports)).toBe(lives);
    expect(broker.all('connect')).toHaveLength(1);
    await expect.poll(() => broker.links.length).toBe(0);
  });

  test('is not proven by silence, nor where nobody listens', async () => {
    const broker = await startFakeBroker({ hooks: { connect: () => 'ignore' } });
    const clock = new SkippingClock();
    const ports = { ...systemPorts(Math.random), clock };
    const connect = broker.once('connect');
    const asking = answersElsewhere(optionsOf({ port: broker.port }), '5', ports);
    await connect;
    clock.skip(3_000);
    expect(await asking).toBe(false);
    expect(await answersElsewhere(optionsOf({ port: await freePort() }), '5', ports)).toBe(false);
  });

  test.each([
    ['127.0.0.1:1883', true],
    ['127.9.9.9:1883', true],
    ['[::1]:1883', true],
    ['[::ffff:127.0.0.1]:1883', true],
    ['/run/mosquitto.sock', true],
    ['\\\\.\\pipe\\mosquitto', true],
    ['\\\\?\\pipe\\mosquitto', true],
    ['128.0.0.1:1883', false],
    ['[::10]:1883', false],
    ['10.127.0.1:1883', false],
    ['localhost.example:1883', false],
  ])('is asked sooner of this computer: %s is, %s', (address, isLocal) => {
    expect(isLocalAddress(address)).toBe(isLocal);
  });
});
