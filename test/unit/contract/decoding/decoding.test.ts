import { describe, expect, test } from 'vitest';
import { api } from '../../../../src-main/contract/api.ts';
import { Decoded, DecodedNode } from '../../../../src-main/contract/decoding/decoded.ts';
import { MAX_NODES, MAX_PIECE } from '../../../../src-main/contract/decoding/decoder-calls.ts';
import { MAX_QUERY, MAX_ROWS } from '../../../../src-main/contract/decoding/lines.ts';
import { Payloads, PayloadsRequest } from '../../../../src-main/contract/decoding/payloads.ts';
import { bytesOf, decoded, step } from '../../../support/decoding.ts';
import { changed, expectRefused, expectTaken } from '../../../support/schema.ts';

const connection = 'c';
const message = { kind: 'message', key: 'a', which: 'latest' };
const layout = { sorted: false, compact: false, columns: 80 };
const json = { filter: 'a', chain: [{ decoder: 'json', option: '' }] };

test.each<[keyof typeof api, object, readonly (readonly [string, unknown])[]]>([
  [
    'decode',
    { connection, source: message, chain: null, nodes: MAX_NODES },
    [
      ['nodes', MAX_NODES + 1],
      ['nodes', -1],
      ['chain', []],
      ['chain', [{ decoder: 'exec' }]],
      ['source.which', 'first'],
      ['source.view', ''],
      ['source.kind', 'file'],
    ],
  ],
  [
    'decode',
    {
      connection,
      source: { kind: 'bytes', bytes: new Uint8Array(MAX_PIECE), cut: true, key: null },
      chain: json.chain,
      nodes: 0,
    },
    [
      ['source.bytes', new Uint8Array(MAX_PIECE + 1)],
      ['source.bytes', [1]],
      ['source.key', undefined],
    ],
  ],
  [
    'decodedNodes',
    { id: 'g-1', from: 0, count: 1 },
    [
      ['id', ''],
      ['id', 'i'.repeat(65)],
      ['from', -1],
      ['count', 0],
      ['count', MAX_NODES + 1],
    ],
  ],
  [
    'decodedText',
    { id: 'g-1', node: null, offset: 0, length: MAX_PIECE },
    [
      ['length', MAX_PIECE + 1],
      ['length', 0],
      ['node', -1],
      ['offset', 0.5],
    ],
  ],
  [
    'decodedBytes',
    { id: 'g-1', stage: 0, offset: 0, length: 1 },
    [
      ['stage', -1],
      ['stage', null],
      ['length', MAX_PIECE + 1],
    ],
  ],
  [
    'decodePreviews',
    { connection, messages: [{ key: 'a', which: 5 }] },
    [
      ['messages', []],
      ['messages', Array(201).fill({ key: 'a', which: 'latest' })],
      ['messages.0.which', 'retained'],
    ],
  ],
  [
    'setDecoderRule',
    { connection, ...json },
    [
      ['filter', 'f'.repeat(65_536)],
      ['chain', undefined],
      ['chain', Array(9).fill(json.chain[0])],
    ],
  ],
  [
    'saveSchema',
    { name: 'a.proto', text: '' },
    [
      ['name', ''],
      ['name', 'n'.repeat(256)],
      ['text', 't'.repeat(1_000_001)],
    ],
  ],
  ['removeSchema', { name: 'a.proto' }, [['name', '']]],
  [
    'openLines',
    { connection, source: { kind: 'message', key: 'a', which: 1 }, layout },
    [
      ['layout.columns', 19],
      ['layout.columns', 10_001],
      ['layout.sorted', null],
      ['source.which', 'latest'],
    ],
  ],
  ['openLines', { connection, source: { kind: 'decoded', id: 'g-1' }, layout }, [['source.id', '']]],
  [
    'readLines',
    { id: 'd-1', from: 0, count: MAX_ROWS },
    [
      ['count', MAX_ROWS + 1],
      ['from', -1],
    ],
  ],
  [
    'findInLines',
    { id: 'd-1', query: 'q'.repeat(MAX_QUERY) },
    [
      ['query', ''],
      ['query', 'q'.repeat(MAX_QUERY + 1)],
    ],
  ],
  ['lineValue', { id: 'd-1', row: 0 }, [['row', -1]]],
  [
    'openPayload',
    { connection, key: 'a', which: 'retained' },
    [
      ['which', null],
      ['view', 'v'.repeat(65)],
    ],
  ],
  [
    'decodedSeries',
    { connection, fields: [{ key: 'a', path: [] }], spanMs: null, points: 10 },
    [
      ['fields.0.chain', []],
      ['connection', undefined],
    ],
  ],
])('%s takes what is asked of a decoder, %j, and refuses what is out of bounds', (name, asked, wrong) => {
  const { params } = api[name];
  expectTaken(params, asked);
  for (const [way, to] of wrong) expectRefused(params, asked, way, to);
});

test('What is not said of a decoder is what a window means by it.', () => {
  const { params } = api.decode;
  expect(params.parse({ connection, source: message })).toMatchObject({ chain: null, nodes: 500 });
  const bytes = { kind: 'bytes', bytes: Uint8Array.of(1), key: 'a' };
  expect(params.parse({ connection, source: bytes })).toMatchObject({ source: { cut: false } });
  expect(params.parse({ connection, source: message, chain: [{ decoder: 'gzip' }] })).toMatchObject({
    chain: [{ decoder: 'gzip', option: '' }],
  });
});

describe('What a decoder answers', () => {
  const PNG = '89504e470d0a1a0a 0000000d 49484452 00000040 00000030 0806000000';

  test.each([
    ['values', decoded(bytesOf('a2 61 61 01 61 62 f97e00'))],
    ['text', decoded(bytesOf('text:hello'))],
    ['nothing', decoded(new Uint8Array())],
    ['bytes of which more fits', decoded(bytesOf('83 01 02 03'))],
    ['an image', decoded(bytesOf(PNG))],
    ['a drawing', decoded(bytesOf('text:<svg width="0.5" viewBox="0 0 -5 1e-9"/>'), [step('image')])],
    ['a failure', decoded(bytesOf('ff'), [step('cbor')])],
    ['a number that is none', decoded(bytesOf('fb 7ff0000000000000'), [step('cbor')])],
    ['a name as long as a payload', decoded(bytesOf(`text:{"${'n'.repeat(100_000)}":1}`))],
    ['a name that is no text', decoded(bytesOf('a1 20 01'), [step('cbor')])],
    ['half a character', decoded(bytesOf('text:"\\ud800"'))],
  ])('of %s is what the contract says', (_, answer) => {
    expectTaken(Decoded, answer);
    // It crosses a pipe as it is.
    expect(structuredClone(answer)).toEqual(answer);
  });

  test('has a size that can be sent, also with thousands of values', () => {
    const keys = Array.from({ length: 60 }, (_, at) => `"${at}${'n'.repeat(60_000)}":"${'v'.repeat(5_000)}"`);
    const answer = decoded(bytesOf(`text:{${keys.join()}}`));
    expect(JSON.stringify(answer.nodes).length).toBeLessThan(60 * 3_000);
  });

  const [, node] = decoded(bytesOf('a1 61 61 01')).nodes;

  test.each<[string, unknown]>([
    ['depth', null],
    ['key', 5],
    ['shape', 'html'],
    ['text', 5],
    ['at', undefined],
    ['children', Number.NaN],
  ])('is no value with %s of %j', (way, to) => expectRefused(DecodedNode, node, way, to));

  test('names who decided on the chain', () => {
    const answer = decoded(bytesOf('text:a'));
    for (const by of [{ kind: 'automatic' }, { kind: 'chosen' }, { kind: 'rule', filter: '#' }])
      expectTaken(Decoded, changed(answer, 'by', by));
    expectRefused(Decoded, answer, 'by', { kind: 'rule' });
    expectRefused(Decoded, answer, 'view', 'html');
    expectRefused(Decoded, answer, 'stages.0.decoder', 'exec');
  });
});

test('Payloads of a topic come one behind the other, with their lengths.', () => {
  expectTaken(PayloadsRequest, { key: 'a', after: 0, before: null, since: 0 });
  const payloads = {
    seqs: [2, 1],
    ats: [1, 0],
    lengths: [1, 0],
    unread: [1],
    bytes: Uint8Array.of(5),
    more: true,
  };
  expectTaken(Payloads, payloads);
  expectRefused(Payloads, payloads, 'bytes', 'text');
  expectRefused(PayloadsRequest, { key: 'a', after: 0, before: null, since: 0 }, 'since', undefined);
});
