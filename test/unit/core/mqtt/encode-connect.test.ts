import fc from 'fast-check';
import { parser as makeParser, type IConnectPacket, type Packet } from 'mqtt-packet';
import { describe, expect, test } from 'vitest';
import {
  encodeAuth,
  encodeConnect,
  type ConnectFields,
  type WillFields,
} from '../../../../src-main/core/mqtt/encode-connect.ts';
import {
  encodeDisconnect,
  encodeSubscribe,
  encodeUnsubscribe,
  encodeVarint,
  textField,
} from '../../../../src-main/core/mqtt/encode.ts';
import { varintEnd, varintValue } from '../../../../src-main/core/mqtt/properties.ts';
import { BARE_CONNECT } from '../../../support/connect-fields.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function parsed(bytes: Uint8Array, protocolVersion: number): Packet {
  let found: Packet | null = null;
  const parser = makeParser({ protocolVersion });
  parser.on('packet', (packet) => (found = packet));
  parser.on('error', (error) => {
    throw error;
  });
  expect(parser.parse(Buffer.from(bytes))).toBe(0);
  if (found === null) throw new Error('no packet');
  return found;
}

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const bytes = fc.uint8Array({ maxLength: 12 });
const long = fc.oneof(fc.constantFrom(0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff), fc.nat(0xffff_ffff));
const pairs = fc.uniqueArray(fc.record({ name: text, value: text }), {
  selector: ({ name }) => name,
  maxLength: 3,
});
const will: fc.Arbitrary<WillFields> = fc.record({
  topic: text.filter((one) => one !== ''),
  payload: bytes,
  qos: fc.constantFrom<0 | 1 | 2>(0, 1, 2),
  retain: fc.boolean(),
  delayInterval: fc.option(long),
  messageExpiry: fc.option(long),
  utf8: fc.boolean(),
  contentType: fc.option(text),
  responseTopic: fc.option(text),
  correlationData: fc.option(bytes),
  userProperties: pairs,
});
const connect: fc.Arbitrary<ConnectFields> = fc.record({
  level: fc.constantFrom<3 | 4 | 5>(3, 4, 5),
  clientId: text,
  cleanStart: fc.boolean(),
  keepAlive: fc.oneof(fc.constantFrom(0, 255, 256, 65_535), fc.nat(65_535)),
  username: fc.option(text),
  password: fc.option(bytes),
  will: fc.option(will),
  sessionExpiry: fc.option(long),
  receiveMaximum: fc.option(fc.integer({ min: 1, max: 65_535 })),
  maximumPacketSize: fc.option(fc.integer({ min: 1, max: 0xffff_ffff })),
  requestProblemInformation: fc.boolean(),
  requestResponseInformation: fc.boolean(),
  userProperties: pairs,
  authentication: fc.option(fc.record({ method: text.filter((one) => one !== ''), data: bytes })),
});

/** Without what is undefined, so that "not sent" and "not there" are the same. */
const defined = (of: object): object =>
  Object.fromEntries(Object.entries(of).filter(([, one]) => one !== undefined));
const or = <T>(value: T | null): T | undefined => value ?? undefined;
const users = (all: WillFields['userProperties']) =>
  all.length === 0 ? undefined : Object.fromEntries(all.map(({ name, value }) => [name, value]));

describe('CONNECT as another implementation reads it', () => {
  test('says what was asked for, whatever that is; before MQTT 5 nothing of MQTT 5.', () => {
    fc.assert(
      fc.property(connect, (fields) => {
        // The standard has no password without a username before 5, and the other one reads none.
        fc.pre(fields.level === 5 ? fields.username !== null || fields.password === null : true);
        fc.pre(fields.level === 5 || fields.username !== null || fields.password === null);
        const is5 = fields.level === 5;
        const packet = parsed(encodeConnect(fields), fields.level) as IConnectPacket;
        expect(packet).toMatchObject({
          protocolId: fields.level === 3 ? 'MQIsdp' : 'MQTT',
          protocolVersion: fields.level,
          clientId: fields.clientId,
          clean: fields.cleanStart,
          keepalive: fields.keepAlive,
        });
        expect(packet.username).toBe(or(fields.username));
        expect(packet.password && new Uint8Array(packet.password)).toEqual(or(fields.password));
        const { authentication } = fields;
        // An empty list is none to the other one.
        const read = packet.properties ?? (is5 ? {} : undefined);
        expect(read && JSON.parse(JSON.stringify(read))).toEqual(
          is5
            ? JSON.parse(
                JSON.stringify(
                  defined({
                    sessionExpiryInterval: or(fields.sessionExpiry),
                    receiveMaximum: or(fields.receiveMaximum),
                    maximumPacketSize: or(fields.maximumPacketSize),
                    requestProblemInformation: fields.requestProblemInformation ? undefined : false,
                    requestResponseInformation: fields.requestResponseInformation ? true : undefined,
                    userProperties: users(fields.userProperties),
                    authenticationMethod: authentication?.method,
                    authenticationData: authentication ? Buffer.from(authentication.data) : undefined,
                  }),
                ),
              )
            : undefined,
        );
        expectWill(packet.will, fields.will, is5);
      }),
      { numRuns: 400 },
    );
  });

  function expectWill(read: IConnectPacket['will'], sent: WillFields | null, is5: boolean): void {
    if (sent === null) {
      expect(read).toBeUndefined();
      return;
    }
    expect(read).toMatchObject({ topic: sent.topic, qos: sent.qos, retain: sent.retain });
    expect(new Uint8Array(read?.payload as Buffer)).toEqual(sent.payload);
    if (!is5) return expect(read?.properties).toBeUndefined();
    expect(JSON.parse(JSON.stringify(read?.properties ?? {}))).toEqual(
      JSON.parse(
        JSON.stringify(
          defined({
            willDelayInterval: or(sent.delayInterval),
            messageExpiryInterval: or(sent.messageExpiry),
            payloadFormatIndicator: sent.utf8 ? true : undefined,
            contentType: or(sent.contentType),
            responseTopic: or(sent.responseTopic),
            correlationData: sent.correlationData ? Buffer.from(sent.correlationData) : undefined,
            userProperties: users(sent.userProperties),
          }),
        ),
      ),
    );
  }

  test.each([
    [3, '100e00064d5149736470030200000000'],
    [4, '100c00044d515454040200000000'],
    [5, '100d00044d51545405020000000000'],
  ] as const)('with nothing set on level %i is as short as it can be.', (level, hex) => {
    expect(Buffer.from(encodeConnect({ ...BARE_CONNECT, level })).toString('hex')).toBe(hex);
  });

  test('with an empty password and an empty username has the flags of both.', () => {
    const flags = (part: Partial<ConnectFields>) => encodeConnect({ ...BARE_CONNECT, ...part })[9];
    expect(flags({})).toBe(0x02);
    expect(flags({ cleanStart: false })).toBe(0x00);
    expect(flags({ username: '' })).toBe(0x82);
    expect(flags({ password: new Uint8Array(0) })).toBe(0x42);
    expect(flags({ username: '', password: new Uint8Array(0) })).toBe(0xc2);
  });

  test.each<[string, Partial<ConnectFields>]>([
    ['client ID', { clientId: 'x'.repeat(65_536) }],
    ['username', { username: '€'.repeat(21_846) }],
    ['password', { password: new Uint8Array(65_536) }],
    ['user property', { userProperties: [{ name: '', value: 'x'.repeat(65_536) }] }],
    ['data of an authentication', { authentication: { method: 'm', data: new Uint8Array(65_536) } }],
  ])('with a %s over 65,535 bytes is an error, and with one of 65,535 is none.', (_, part) => {
    expect(() => encodeConnect({ ...BARE_CONNECT, ...part })).toThrow(RangeError);
    const shorter = JSON.parse(JSON.stringify(part), (_key, value: unknown) =>
      typeof value === 'string' && value.length > 9 ? value.slice(1) : value,
    ) as Partial<ConnectFields>;
    if (typeof Object.values(part)[0] === 'string' || 'userProperties' in part)
      expect(encodeConnect({ ...BARE_CONNECT, ...shorter }).length).toBeGreaterThan(65_500);
  });
});

test('AUTH is read as it was meant, with and without data.', () => {
  for (const data of [new Uint8Array(0), utf8('n,,n=ann')])
    expect(parsed(encodeAuth(25, 'SCRAM-SHA-256', data), 5)).toMatchObject({
      cmd: 'auth',
      reasonCode: 25,
      properties: { authenticationMethod: 'SCRAM-SHA-256', authenticationData: Buffer.from(data) },
    });
});

describe('A variable byte integer', () => {
  test.each([
    [0, '00'],
    [127, '7f'],
    [128, '8001'],
    [16_383, 'ff7f'],
    [16_384, '808001'],
    [2_097_151, 'ffff7f'],
    [2_097_152, '80808001'],
    [268_435_455, 'ffffff7f'],
  ])('of %i is %s, as table 1-1 of MQTT 5 has it.', (value, hex) => {
    expect(Buffer.from(encodeVarint(value)).toString('hex')).toBe(hex);
  });

  test.each([-1, 0.5, 268_435_456, Number.NaN, Infinity])('cannot be %d.', (value) => {
    expect(() => encodeVarint(value)).toThrow(RangeError);
  });

  test('is read back for any value, at any place, and not beyond what is there.', () => {
    fc.assert(
      fc.property(fc.nat(268_435_455), fc.nat(3), (value, before) => {
        const encoded = encodeVarint(value);
        const around = Uint8Array.from([
          ...Array.from({ length: before }, () => 255),
          ...encoded,
          255,
          255,
          255,
          255,
        ]);
        const end = varintEnd(around, before, around.length);
        expect(end).toBe(before + encoded.length);
        expect(varintValue(around, before, end)).toBe(value);
        for (let cut = 0; cut < encoded.length; cut++)
          expect(varintEnd(around, before, before + cut)).toBe(-1);
      }),
    );
  });
});

describe('Our requests at their limits', () => {
  const filter = { qos: 2, noLocal: true, retainAsPublished: true, retainHandling: 2 } as const;

  test('SUBSCRIBE has a filter of 65,535 bytes, and none that is longer.', () => {
    const whole = encodeSubscribe(5, 1, [{ filter: 'x'.repeat(65_535), ...filter }], 268_435_455);
    expect(parsed(whole, 5)).toMatchObject({
      properties: { subscriptionIdentifier: 268_435_455 },
      subscriptions: [{ qos: 2, nl: true, rap: true, rh: 2 }],
    });
    expect(() => encodeSubscribe(5, 1, [{ filter: 'x'.repeat(65_536), ...filter }])).toThrow(RangeError);
    expect(() => encodeUnsubscribe(4, 1, ['ö'.repeat(32_768)])).toThrow(RangeError);
    expect(textField('ö'.repeat(32_767))).toHaveLength(2 + 65_534);
  });

  test('DISCONNECT has a reason of MQTT 5 where it is given one, and two bytes before 5.', () => {
    expect(parsed(encodeDisconnect(5, 130, 'größer'), 5)).toMatchObject({
      reasonCode: 130,
      properties: { reasonString: 'größer' },
    });
    expect([...encodeDisconnect(5, 0)]).toEqual([0xe0, 0]);
    expect([...encodeDisconnect(5, 4)]).toEqual([0xe0, 1, 4]);
    for (const version of [3, 4] as const)
      expect([...encodeDisconnect(version, 130, 'x')]).toEqual([0xe0, 0]);
  });
});
