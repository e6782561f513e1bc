import { Duplex } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { settledFacts } from '../../../../src-main/connection/doctor/session-facts.ts';
import { termsOf, type Agreement } from '../../../../src-main/connection/doctor/session-terms.ts';
import type { Connack } from '../../../../src-main/connection/link/link.ts';
import type { OnlineSession } from '../../../../src-main/connection/session/broker-session.ts';
import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import { SessionFacts } from '../../../../src-main/contract/model/session-facts.ts';

const optionsOf = (given: object = {}): ConnectionOptions =>
  ConnectionOptions.parse({ name: '', protocol: 'mqtt', host: 'h', port: 1883, ...given });
const connackOf = (properties: object = {}, sessionPresent = false): Connack =>
  ({ kind: 'connack', code: 0, sessionPresent, properties: { user: [], ...properties } }) as never;

function term(key: string, given: Partial<Agreement> & { asked?: object; said?: object } = {}) {
  const options = optionsOf(given.asked);
  const agreement: Agreement = {
    options,
    clientId: 'ours',
    version: '5',
    connack: connackOf(given.said),
    keepAlive: options.keepAlive,
    ...given,
  };
  const found = termsOf(agreement).find((one) => one.key === key);
  return found && [found.asked, found.granted, found.differs];
}

describe('what was asked and what was granted', () => {
  test.each<[string, object, object, Partial<Agreement>, readonly [string | null, string | null, boolean]]>([
    ['version', { version: 'auto' }, {}, {}, ['auto (5, then 3.1.1)', '5', false]],
    ['version', { version: '3.1.1' }, {}, { version: '3.1.1' }, ['3.1.1', '3.1.1', false]],
    ['client-id', {}, {}, {}, ['ours', 'ours', false]],
    ['client-id', {}, { assignedClientId: 'theirs' }, { clientId: '' }, ['(empty)', 'theirs', true]],
    ['client-id', {}, { assignedClientId: 'ours' }, {}, ['ours', 'ours', false]],
    ['session', { cleanStart: true }, {}, {}, ['yes', 'new session', false]],
    ['session', { cleanStart: false }, {}, {}, ['no', 'new session', true]],
    [
      'session',
      { cleanStart: false },
      {},
      { connack: connackOf({}, true) },
      ['no', 'session present', false],
    ],
    ['keep-alive', { keepAlive: 60 }, {}, { keepAlive: 5 }, ['60 s', '5 s', true]],
    ['keep-alive', { keepAlive: 60 }, {}, { keepAlive: 60 }, ['60 s', '60 s', false]],
    ['session-expiry', {}, {}, {}, ['not set (with the connection)', null, false]],
    ['session-expiry', { sessionExpiry: 0xffff_ffff }, {}, {}, ['never', null, false]],
    ['session-expiry', { sessionExpiry: 60 }, { sessionExpiryInterval: 60 }, {}, ['60 s', '60 s', false]],
    ['session-expiry', { sessionExpiry: 60 }, { sessionExpiryInterval: 0 }, {}, ['60 s', '0 s', true]],
    ['session-expiry', {}, { sessionExpiryInterval: 0 }, {}, ['not set (with the connection)', '0 s', false]],
    ['receive-maximum', {}, {}, {}, ['65535', null, false]],
    ['receive-maximum', { receiveMaximum: 10 }, { receiveMaximum: 20 }, {}, ['10', '20', true]],
    ['maximum-packet-size', {}, {}, {}, ['no limit', null, false]],
    [
      'maximum-packet-size',
      { maximumPacketSize: 1 },
      { maximumPacketSize: 2_000 },
      {},
      ['1 byte', '2,000 bytes', true],
    ],
    ['maximum-qos', {}, {}, {}, ['2', null, false]],
    ['maximum-qos', {}, { maximumQos: 0 }, {}, ['2', '0', true]],
    ['retain', {}, { retainAvailable: false }, {}, [null, 'not available', true]],
    ['retain', {}, { retainAvailable: true }, {}, [null, 'available', false]],
    ['wildcards', {}, {}, {}, [null, null, false]],
    ['shared', {}, { sharedSubscriptionAvailable: false }, {}, [null, 'not available', true]],
    ['identifiers', {}, { subscriptionIdentifiersAvailable: false }, {}, [null, 'not available', true]],
    ['topic-alias-maximum', {}, { topicAliasMaximum: 9 }, {}, ['0', '9', false]],
    ['response-information', { requestResponseInformation: true }, {}, {}, ['asked for', null, true]],
    ['response-information', {}, { responseInformation: 'r' }, {}, ['not asked for', 'r', false]],
    ['authentication', {}, {}, {}, [null, null, false]],
    [
      'authentication',
      { authentication: 'SCRAM-SHA-256' },
      { authenticationMethod: 'SCRAM-SHA-256' },
      {},
      ['SCRAM-SHA-256', 'SCRAM-SHA-256', false],
    ],
    ['authentication', { authentication: 'SCRAM-SHA-256' }, {}, {}, ['SCRAM-SHA-256', null, true]],
  ])('%s: %j, %j', (key, asked, said, more, wanted) => {
    expect(
      term(key, {
        asked,
        said,
        ...(Object.keys(said).length > 0 ? { connack: connackOf(said) } : {}),
        ...more,
      }),
    ).toEqual(wanted);
  });

  test('has terms of MQTT 5 only where MQTT 5 was used', () => {
    const keys = (version: '5' | '3.1.1' | '3.1') =>
      termsOf({ options: optionsOf(), clientId: '', version, connack: connackOf(), keepAlive: 60 }).map(
        ({ key }) => key,
      );
    expect(keys('3.1.1')).toEqual(['version', 'client-id', 'session', 'keep-alive']);
    expect(keys('3.1')).toEqual(keys('3.1.1'));
    expect(new Set(keys('5')).size).toBe(16);
  });

  test('names what MQTT 5 calls otherwise', () => {
    const label = (version: '5' | '3.1.1') =>
      termsOf({ options: optionsOf(), clientId: '', version, connack: connackOf(), keepAlive: 60 })[2]?.label;
    expect([label('5'), label('3.1.1')]).toEqual(['Clean start', 'Clean session']);
  });
});

class Carrier extends Duplex {
  readonly localAddress: string | undefined;
  readonly localPort: number | undefined;
  constructor(address?: string, port?: number) {
    super();
    this.localAddress = address;
    this.localPort = port;
  }
}

function facts(
  given: object = {},
  properties: object = {},
  carrier: Duplex = new Carrier('::1', 5),
  tls: object | null = null,
) {
  const session = {
    clientId: 'ours',
    link: { version: '5', keepAliveMs: 60_000 },
    dialled: { carrier, socket: carrier, address: '[::1]:1883', tls },
    connack: connackOf(properties),
  };
  return settledFacts(optionsOf(given), session as unknown as OnlineSession);
}

describe('what is known of a session from its CONNACK on', () => {
  test('fits the contract, and names both ends', () => {
    const known = facts();
    expect(SessionFacts.partial().parse(known)).toEqual(known);
    expect([known.local, known.remote]).toEqual(['[::1]:5', '[::1]:1883']);
    expect(facts({}, {}, new Carrier()).local).toBeNull();
  });

  test('shows what a broker says so that it cannot act or hide', () => {
    const hostile = 'a\u001b[31m\u202eb';
    const known = facts(
      {},
      {
        user: [[hostile, hostile]],
        reason: hostile,
        serverReference: hostile,
        responseInformation: hostile,
      },
    );
    const { userProperties, reasonString, serverReference, responseInformation } = known;
    const texts = [
      userProperties[0]?.name,
      userProperties[0]?.value,
      reasonString,
      serverReference,
      responseInformation,
    ];
    for (const text of texts) expect(text).toBe('a\\u{1b}[31m\\u{202e}b');
  });

  test('shows no more properties than somebody can read', () => {
    const user = Array.from({ length: 5_000 }, (_, i) => [`n${i}`, 'v'] as const);
    expect(facts({}, { user }).userProperties).toHaveLength(200);
  });

  test.each([
    [null, null],
    [
      { topic: 'w', payload: 'grün', qos: 1, retain: true, delayInterval: 5 },
      { size: 5, delayInterval: 5, qos: 1 },
    ],
    [
      { topic: 'w', payload: '00 ff\n0A', encoding: 'hex' },
      { size: 3, retain: false },
    ],
    [
      { topic: 'w', payload: '' },
      { size: 0, delayInterval: null },
    ],
  ])('shows the will %j by its size', (will, wanted) => {
    const known = facts({ will }).will;
    if (wanted === null) expect(known).toBeNull();
    else expect(known).toMatchObject(wanted);
  });

  test('shows what TLS agreed on, also where no socket of TLS is left to ask', () => {
    const tls = {
      version: 'TLSv1.3',
      cipher: 'C',
      verified: true,
      mutual: false,
      alpn: 'mqtt',
      off: [],
      ignored: [],
    };
    expect(facts({}, {}, new Carrier(), tls).tls).toEqual({
      version: 'TLSv1.3',
      cipher: 'C',
      verified: true,
      mutual: false,
      alpn: 'mqtt',
      resumed: false,
      peer: null,
    });
    expect(facts().tls).toBeNull();
  });
});
