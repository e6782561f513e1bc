import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConnectionOptions } from '../../../../../src-main/contract/model/model.ts';
import { generateClientId, probeClientId } from '../../../../../src-main/core/session/auth/client-id.ts';
import { buildConnect } from '../../../../../src-main/core/session/auth/connect.ts';
import { saslPrep } from '../../../../../src-main/core/session/auth/sasl-prep.ts';
import { webSocketHeaders } from '../../../../../src-main/core/session/auth/ws-headers.ts';

const NO_SECRETS = { password: null, authentication: null };
const options = (part: object) =>
  ConnectionOptions.parse({ name: 'n', protocol: 'mqtt', host: 'b', port: 1883, ...part });

describe('A client ID beside another', () => {
  test.each([
    ['', /^-[0-9a-z]{4}$/],
    ['me', /^me-[0-9a-z]{4}$/],
    ['x'.repeat(18), /^x{18}-[0-9a-z]{4}$/],
    ['x'.repeat(23), /^x{18}-[0-9a-z]{4}$/],
    ['x'.repeat(24), /^x{24}-[0-9a-z]{4}$/],
    [`${'x'.repeat(17)}😀yyy`, /^x{17}-[0-9a-z]{4}$/],
  ])('%j', (base, form) => {
    expect(probeClientId(base, () => 0.5)).toMatch(form);
  });

  test('can be sent wherever the first one can.', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.nat(99), (base, seed) => {
        fc.pre(!base.includes('\0'));
        const id = probeClientId(base, () => (seed % 100) / 100);
        expect(buildConnect(options({}), id, 5, NO_SECRETS).kind).toBe('connect');
        expect(id.length).toBeLessThanOrEqual(Math.max(23, base.length + 5));
      }),
    );
  });

  test('of our own has letters and digits at both ends of what is random.', () => {
    expect(generateClientId(() => 0)).toBe('topicscope-00000000');
    expect(generateClientId(() => 0.999_999)).toBe('topicscope-zzzzzzzz');
  });
});

describe('Halves of characters in CONNECT', () => {
  const kind = (part: object, clientId = 'me'): string => {
    const built = buildConnect(options(part), clientId, 5, NO_SECRETS);
    return built.kind === 'failed' ? built.code : built.kind;
  };
  const will = { topic: 'gone', payload: '', qos: 0, retain: false };

  test.each<[string, object]>([
    ['a name', { userProperties: [{ name: 'a\ud83d', value: 'b' }] }],
    ['a value', { userProperties: [{ name: 'a', value: '\ude00' }] }],
    [
      'a name and its value, which together are a character',
      { userProperties: [{ name: 'a\ud83d', value: '\ude00b' }] },
    ],
    [
      'two properties, likewise',
      {
        userProperties: [
          { name: 'a', value: '\ud83d' },
          { name: '\ude00', value: '' },
        ],
      },
    ],
    ['properties of the will', { will: { ...will, userProperties: [{ name: '\ud83d', value: '\ude00' }] } }],
    ['the content type of the will', { will: { ...will, contentType: '\ud83d' } }],
    ['the username', { username: '\ud83d' }],
  ])('are refused in %s.', (_, part) => {
    expect(kind(part)).toBe('connect-characters');
  });

  test('are refused in the topics of the will, and in the client ID; whole characters are not.', () => {
    expect(kind({ will: { ...will, topic: 'a\ud83d' } })).toBe('will-topic');
    expect(kind({ will: { ...will, responseTopic: 'a\ud83d' } })).toBe('will-response-topic');
    expect(kind({}, '\ude00')).toBe('connect-characters');
    expect(kind({ username: '😀', userProperties: [{ name: '😀', value: '😀' }] }, '😀')).toBe('connect');
  });
});

describe('SASLprep', () => {
  test.each([
    ['I\u00adX', 'IX'],
    ['user', 'user'],
    ['USER', 'USER'],
    ['\u00aa', 'a'],
    ['\u2168', 'IX'],
    ['\u0007', null],
    ['\u0627\u0031', null],
    // Beyond the examples of RFC 4013.
    ['a\u00a0b\u3000c', 'a b c'],
    ['\u200b\u2060\ufeff', ''],
    ['\u0627b\u0627', null],
    ['\u0627 \u0628', '\u0627 \u0628'],
    ['\ud800', null],
    ['\ue000', null],
    ['\u{e0041}', null],
    ['\ufdd0', null],
    ['\u202e', null],
    ['e\u0301', '\u00e9'],
  ])('of %j is %j', (text, prepared) => {
    expect(saslPrep(text)).toBe(prepared);
  });

  test('of what it prepared is the same, for any text.', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (text) => {
        const once = saslPrep(text);
        expect(once === null ? null : saslPrep(once)).toBe(once);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('Headers of a WebSocket', () => {
  test('are kept in order, several of one name together, whatever its case.', () => {
    const headers = webSocketHeaders([
      { name: 'X-A', value: '1' },
      { name: 'Cookie', value: 'c=1' },
      { name: 'x-a', value: 'ä\t2' },
      { name: 'Origin', value: '' },
    ]);
    expect(headers).toEqual(
      new Map([
        ['x-a', ['1', 'ä\t2']],
        ['cookie', ['c=1']],
        ['origin', ['']],
      ]),
    );
  });

  test.each([
    ['', 'x', 'header-name'],
    ['X A', 'x', 'header-name'],
    ['X:', 'x', 'header-name'],
    ['Ä', 'x', 'header-name'],
    ['X\r\nY', 'x', 'header-name'],
    ['HOST', 'x', 'header-forbidden'],
    ['sec-websocket-protocol', 'x', 'header-forbidden'],
    ['Proxy-Authorization', 'x', 'header-forbidden'],
    ['Transfer-Encoding', 'x', 'header-forbidden'],
    ['X', 'a\r\nY: b', 'header-value'],
    ['X', 'a\0', 'header-value'],
    ['X', '\u20ac', 'header-value'],
  ])('with the name %j and the value %j are refused, and the value is not shown.', (name, value, code) => {
    const read = webSocketHeaders([{ name, value }]);
    expect(read).toMatchObject({ kind: 'failed', code });
    if (value.length > 1) expect(JSON.stringify(read)).not.toContain(JSON.stringify(value).slice(1, -1));
  });
});
