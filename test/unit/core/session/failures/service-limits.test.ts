import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ServiceLimits } from '../../../../../src-main/contract/model/connect-fields.ts';
import { ConnectionOptions, SubscriptionRequest } from '../../../../../src-main/contract/model/model.ts';
import {
  checkServiceTopic,
  clampKeepAlive,
  withinService,
  withService,
} from '../../../../../src-main/core/session/failures/service-limits.ts';
import {
  allowedQos,
  cannotSubscribe,
  checkSubscription,
  subscriptionNotes,
} from '../../../../../src-main/core/session/failures/subscription-rules.ts';

const limits = (part: object = {}) => ServiceLimits.parse(part);
const request = (filter: string, part: object = {}) => SubscriptionRequest.parse({ filter, qos: 2, ...part });

describe('A keep-alive within the limits of a service', () => {
  test.each([
    [60, {}, 60],
    [0, {}, 0],
    [0, { keepAliveMax: 1_200 }, 1_200],
    [0, { keepAliveMin: 30 }, 0],
    [5, { keepAliveMin: 30 }, 30],
    [5_000, { keepAliveMax: 1_200 }, 1_200],
    [60, { keepAliveMin: 30, keepAliveMax: 1_200 }, 60],
    [1_200, { keepAliveMax: 1_200 }, 1_200],
    [65_535, { keepAliveMin: 30, keepAliveMax: 65_535 }, 65_535],
  ])('of %i s with %j is %i s.', (keepAlive, part, expected) => {
    expect(clampKeepAlive(keepAlive, limits(part))).toBe(expected);
  });

  test('is the nearest one allowed, for any limits that leave a choice.', () => {
    const range = fc.tuple(fc.integer({ min: 1, max: 500 }), fc.nat(500));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), range, (keepAlive, [least, more]) => {
        const allowed = Array.from({ length: more + 1 }, (_, i) => least + i);
        const nearest = allowed.reduce((best, one) =>
          Math.abs(one - keepAlive) < Math.abs(best - keepAlive) ? one : best,
        );
        const service = limits({ keepAliveMin: least, keepAliveMax: least + more });
        expect(clampKeepAlive(keepAlive, service)).toBe(nearest);
      }),
    );
  });
});

describe('What CONNECT asks of a service', () => {
  const will = { topic: 'gone', payload: '', qos: 2, retain: true };
  const asked = (service: object, part: object = {}) =>
    withinService(
      ConnectionOptions.parse({
        name: 'n',
        protocol: 'mqtt',
        host: 'b',
        port: 1883,
        keepAlive: 5,
        ...part,
        serviceLimits: service,
      }),
    );

  test('stays as it is where nothing is limited.', () => {
    const { options, notes } = asked({}, { will });
    expect(options).toMatchObject({ keepAlive: 5, will: { qos: 2, retain: true } });
    expect(notes).toEqual([]);
  });

  test('is brought within the limits, each change named in a sentence.', () => {
    const { options, notes } = asked({ keepAliveMin: 30, maximumQos: 1, retain: false }, { will });
    expect(options).toMatchObject({ keepAlive: 30, will: { qos: 1, retain: false } });
    expect(notes).toEqual([
      'The keep-alive is 30 s instead of 5 s, because this service allows no other.',
      'The will has QoS 1, because this service allows no higher one.',
      'The will is sent without Retain, because this service keeps no retained messages.',
    ]);
  });

  test('has no notes of a will that it does not have, nor of one that fits.', () => {
    expect(asked({ maximumQos: 0, retain: false }).notes).toEqual([]);
    expect(
      asked({ maximumQos: 1, retain: false }, { will: { ...will, qos: 1, retain: false } }).notes,
    ).toEqual([]);
    expect(asked({ retain: true }, { will }).options.will?.retain).toBe(true);
  });
});

test.each([
  [{}, {}, { maximumQos: undefined, retainAvailable: undefined }],
  [{ maximumQos: 1 }, {}, { maximumQos: 1 }],
  [{}, { maximumQos: 1 }, { maximumQos: 1 }],
  [{ maximumQos: 0 }, { maximumQos: 1 }, { maximumQos: 0 }],
  [{ maximumQos: 1 }, { maximumQos: 0 }, { maximumQos: 0 }],
  [{ retainAvailable: true }, { retain: false }, { retainAvailable: false }],
  [{ retainAvailable: false }, { retain: true }, { retainAvailable: false }],
] as const)(
  'Of what the broker announces (%j) and its service (%j) the narrower holds.',
  (announced, part, narrow) => {
    const { maximumQos, retainAvailable } = withService(announced, limits(part));
    expect({ maximumQos, retainAvailable }).toMatchObject(narrow);
  },
);

describe('A topic for a service', () => {
  test.each([
    ['a/b/c', { topicLevels: 3 }, null],
    ['a/b/c/', { topicLevels: 3 }, 'service-levels'],
    ['/', { topicLevels: 1 }, 'service-levels'],
    ['$aws/rules/one/a/b/c', { topicLevels: 3 }, null],
    ['$aws/rules/one/a/b/c/d', { topicLevels: 3 }, 'service-levels'],
    ['a/$aws/rules/x', { topicLevels: 3 }, 'service-levels'],
    ['ö'.repeat(4), { topicBytes: 8 }, null],
    ['ö'.repeat(4), { topicBytes: 7 }, 'service-topic-length'],
    ['😀', { topicBytes: 4 }, null],
    ['x'.repeat(65_535), {}, null],
  ])('%j under %j', (topic, part, code) => {
    expect(checkServiceTopic(topic, limits(part))?.code ?? null).toBe(code);
  });

  test('that is one byte or level too many says so in the right number.', () => {
    expect(checkServiceTopic('a/b', limits({ topicLevels: 1 }))?.message).toBe(
      'The topic has 2 levels, and this service allows 1.',
    );
    expect(checkServiceTopic('a'.repeat(1_500), limits({ topicBytes: 1_024 }), 'filter')?.message).toBe(
      'The filter is 1,500 bytes long, and this service allows 1,024.',
    );
  });
});

describe('A subscription', () => {
  test.each([
    ['a/#', {}, {}, null],
    ['$share/g/a/b', {}, { topicLevels: 2 }, null],
    ['$share/g/a/b/c', {}, { topicLevels: 2 }, 'service-levels'],
    ['$share/g/a', { noLocal: true }, {}, 'shared-no-local'],
    ['$shared/g/a', { noLocal: true }, {}, null],
  ])('to %s with %j under %j', (filter, part, service, code) => {
    expect(checkSubscription(request(filter, part), limits(service))?.code ?? null).toBe(code);
  });

  test.each(['a/#/b', 'a#', 'a+/b', '$share/g', '$share//a', '$share/g+/a', 'a\0b', '\ud800'])(
    'to %j is refused before any broker is asked.',
    (filter) => {
      expect(checkSubscription(request(filter), limits())).not.toBeNull();
    },
  );

  test.each([
    ['$share/g/a', { sharedSubscriptionAvailable: false }, 158],
    ['$share/g/#', { sharedSubscriptionAvailable: false, wildcardSubscriptionAvailable: false }, 158],
    ['$share/g/#', { wildcardSubscriptionAvailable: false }, 162],
    ['a/+', { wildcardSubscriptionAvailable: false }, 162],
    ['a/b', { wildcardSubscriptionAvailable: false }, null],
    ['a', { sharedSubscriptionAvailable: false }, null],
    ['$share/g/a', {}, null],
    ['#', { wildcardSubscriptionAvailable: true }, null],
  ])('to %s is not asked for where the broker said that it cannot (%j).', (filter, announced, code) => {
    const refusal = cannotSubscribe(filter, announced);
    expect(refusal?.code ?? null).toBe(code);
    if (code === 162) expect(refusal?.failure.advice).toBe('Subscribe to each topic by its full name.');
  });

  test('asks for the highest QoS that the service allows.', () => {
    expect([0, 1, 2].map((qos) => allowedQos(qos as 0 | 1 | 2, limits({ maximumQos: 1 })))).toEqual([
      0, 1, 1,
    ]);
    expect(allowedQos(2, limits())).toBe(2);
  });
});

describe('The notes beside a subscription', () => {
  const link = { isMqtt5: true, identifiers: true };
  const notes = (filter: string, part: object, on: typeof link | null, others: string[] = [], shares = '') =>
    subscriptionNotes(request(filter, part), on, limits({ maximumQos: 2 }), shares || null, others);

  test('count a shared subscription as bringing $SYS only where it is shared from there.', () => {
    const leaves = (filter: string, others: string[]) =>
      notes(filter, {}, link, others).filter((note) => note.includes('leaves out')).length;
    expect(leaves('#', ['$share/g/plant/#'])).toBe(1);
    expect(leaves('#', ['$share/g/$SYS/#'])).toBe(0);
    expect(leaves('#', ['$SYS/#'])).toBe(0);
    expect(leaves('$share/g/#', [])).toBe(1);
    expect(leaves('$share/g/plant/#', [])).toBe(0);
  });

  test('name what MQTT 5 alone can do, where the version is older.', () => {
    const set = { noLocal: true, retainHandling: 1, identifier: 7 };
    expect(notes('a', set, { isMqtt5: false, identifiers: false })).toEqual([
      'Of MQTT 5, so not asked for on this connection: no local, retain handling, identifier.',
    ]);
    expect(notes('a', set, link)).toEqual([]);
    expect(notes('a', set, null)).toEqual([]);
    expect(notes('a', set, { isMqtt5: true, identifiers: false })).toEqual([
      'The broker does not support subscription identifiers, so none is sent.',
    ]);
  });

  test('name another filter as it may be shown.', () => {
    expect(notes('a', { identifier: 7 }, link, [], 'b\u202ec')).toEqual([
      '“b\\u{202e}c” has the same identifier: their messages are counted together.',
    ]);
  });
});
