import { describe, expect, test } from 'vitest';
import type { Connack } from '../../../../src-main/connection/link/link.ts';
import {
  linkLimits,
  onlineState,
  serverLimits,
} from '../../../../src-main/connection/session/online-state.ts';
import {
  ConnectionOptions,
  ConnectionState,
  ServerLimits,
} from '../../../../src-main/contract/model/model.ts';

const connack = (properties: Partial<Connack['properties']> = {}, sessionPresent = false): Connack =>
  ({ kind: 'connack', code: 0, sessionPresent, properties }) as Connack;
const optionsOf = (given: object = {}): ConnectionOptions =>
  ConnectionOptions.parse({ name: '', protocol: 'mqtt', host: 'h', port: 1883, ...given });

const ALL = {
  receiveMaximum: 1,
  maximumPacketSize: 2,
  maximumQos: 0,
  retainAvailable: false,
  wildcardSubscriptionAvailable: false,
  subscriptionIdentifiersAvailable: false,
  sharedSubscriptionAvailable: false,
  topicAliasMaximum: 0,
  sessionExpiryInterval: 0,
} as const;

describe('what CONNACK announces', () => {
  test('is taken over whole, also where it is nothing or no', () => {
    expect(serverLimits(connack(ALL))).toEqual(ALL);
    expect(ServerLimits.parse(serverLimits(connack(ALL)))).toEqual(ALL);
  });

  test.each(Object.keys(ALL))('is left out where it says nothing of %s', (name) => {
    const limits = serverLimits(connack({ ...ALL, [name]: undefined }));
    expect(Object.keys(limits).toSorted()).toEqual(
      Object.keys(ALL)
        .filter((one) => one !== name)
        .toSorted(),
    );
  });

  test('is no place for what is shown elsewhere', () => {
    const limits = serverLimits(connack({ assignedClientId: 'x', serverKeepAlive: 5, reason: 'y' }));
    expect(limits).toEqual({});
  });

  test('goes before what a service is known for, and what it leaves out is known of the service', () => {
    const options = optionsOf({ serviceLimits: { maximumQos: 1, retain: false } });
    expect(linkLimits(connack(), options)).toMatchObject({ maximumQos: 1, retainAvailable: false });
    expect(linkLimits(connack({ maximumQos: 0 }), options)).toMatchObject({ maximumQos: 0 });
  });
});

describe('the state of a session that runs', () => {
  const state = (given: object, properties: Partial<Connack['properties']> = {}, present = false) => {
    const dialled = { address: '127.0.0.1:1883', tls: null };
    const reported = onlineState(
      optionsOf(given),
      { version: '5' } as never,
      dialled as never,
      connack(properties, present),
      'client',
      123,
    );
    return ConnectionState.parse(reported);
  };

  test.each([
    [{ keepAlive: 60 }, {}, 60, 'client'],
    [{ keepAlive: 0 }, {}, 0, 'client'],
    [{ keepAlive: 60 }, { serverKeepAlive: 5 }, 5, 'server'],
    [{ keepAlive: 60 }, { serverKeepAlive: 0 }, 0, 'server'],
    [{ keepAlive: 0 }, { serverKeepAlive: 65_535 }, 65_535, 'server'],
    [{ keepAlive: 60 }, { serverKeepAlive: 60 }, 60, 'server'],
    [{ keepAlive: 3_600, serviceLimits: { keepAliveMax: 1_200 } }, {}, 1_200, 'client'],
    [{ keepAlive: 5, serviceLimits: { keepAliveMin: 30 } }, {}, 30, 'client'],
  ] as const)('keeps alive as it was agreed: %j, %j', (given, properties, keepAlive, keepAliveBy) => {
    expect(state(given, properties)).toMatchObject({ keepAlive, keepAliveBy });
  });

  test('says whether the broker kept the session, and since when it runs', () => {
    expect(state({}, {}, true)).toMatchObject({ sessionPresent: true, since: 123, version: '5' });
    expect(state({}, { receiveMaximum: 9 })).toMatchObject({
      sessionPresent: false,
      clientId: 'client',
      address: '127.0.0.1:1883',
      limits: { receiveMaximum: 9 },
    });
  });
});
