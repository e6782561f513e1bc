import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EMPTY_TEXT, exactText, linedText } from '../../../../../src-renderer/state/publish/line-ends.ts';
import {
  draftOfBytes,
  inFormat,
  payloadBytes,
  type PayloadDraft,
} from '../../../../../src-renderer/state/publish/payload-format.ts';

const typed = (format: PayloadDraft['format'], text: string): PayloadDraft => ({
  format,
  payload: linedText(text),
  file: null,
});
const bytesOf = (draft: PayloadDraft) => {
  const bytes = payloadBytes(draft);
  if (!(bytes instanceof Uint8Array)) throw new Error(bytes?.code);
  return Buffer.from(bytes);
};

test('Each format stands for its bytes.', () => {
  expect(bytesOf(typed('text', 'é\r\n')).toString('hex')).toBe('c3a90d0a');
  expect(bytesOf(typed('json', ' {"a":1.0} ')).toString()).toBe(' {"a":1.0} ');
  expect(bytesOf(typed('hex', 'DE ad\nbeEF')).toString('hex')).toBe('deadbeef');
  expect(bytesOf(typed('base64', 'aGk')).toString()).toBe('hi');
  const file = { name: 'f', bytes: Uint8Array.of(0, 255) };
  expect(bytesOf({ format: 'file', payload: EMPTY_TEXT, file }).toString('hex')).toBe('00ff');
});

test.each([
  ['hex', 'abc', 'not-hex'],
  ['hex', 'zz', 'not-hex'],
  ['base64', 'a', 'not-base64'],
  ['file', '', 'no-file'],
] as const)('%s %j is held back as %s.', (format, text, code) => {
  expect(payloadBytes(typed(format, text))).toMatchObject({ kind: 'failed', code });
});

test('Any bytes are loaded so that they go out as they came, whatever they are.', () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string().map(encode)), (bytes) => {
      expect(bytesOf(draftOfBytes(bytes, 'x')).equals(Buffer.from(bytes))).toBe(true);
    }),
    { seed: 11 },
  );
});

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

test('JSON is loaded as JSON, other text as text, binary as hex, and what is too large as a file.', () => {
  expect(draftOfBytes(encode('{"a": 1}'), '').format).toBe('json');
  expect(draftOfBytes(encode('21.5'), '').format).toBe('text');
  expect(draftOfBytes(encode('{broken'), '').format).toBe('text');
  expect(draftOfBytes(encode('a\0b'), '').format).toBe('hex');
  expect(draftOfBytes(Uint8Array.of(0x80), '').format).toBe('hex');
  const large = draftOfBytes(new Uint8Array(70_000), 'plant');
  expect(large).toMatchObject({ format: 'file', file: { name: 'plant' } });
});

test('A change of the format keeps the bytes where the new one can hold them.', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom('hex' as const, 'base64' as const), (text, format) => {
      const there = inFormat(typed('text', text), format);
      expect(bytesOf(there).equals(bytesOf(typed('text', text)))).toBe(true);
      expect(bytesOf(inFormat(there, 'text')).equals(bytesOf(typed('text', text)))).toBe(true);
    }),
    { seed: 3 },
  );
  expect(exactText(inFormat(typed('text', 'a\r\nb'), 'json').payload)).toBe('a\r\nb');
});

test('What the new format cannot hold stays as it is typed.', () => {
  expect(inFormat(typed('hex', '80'), 'text')).toMatchObject({ format: 'text', payload: { text: '80' } });
  expect(inFormat(typed('hex', '8'), 'base64').payload.text).toBe('8');
  const file = { name: 'f', bytes: Uint8Array.of(0x80) };
  const chosen: PayloadDraft = { format: 'file', payload: linedText('before'), file };
  expect(inFormat(chosen, 'text')).toMatchObject({ format: 'text', payload: { text: '' } });
  expect(inFormat(chosen, 'hex')).toMatchObject({ payload: { text: '80' }, file });
});

test('JSON stays as it is typed on the way to Protobuf and back, and there when its bytes are not known.', () => {
  const json = typed('json', '{"a":1}');
  const proto = inFormat(json, 'protobuf');
  expect([proto.format, proto.payload.text]).toEqual(['protobuf', '{"a":1}']);
  expect(payloadBytes({ ...proto, message: 'p.M' })).toBeNull();
  expect(inFormat(proto, 'cbor')).toMatchObject({ format: 'cbor', payload: json.payload });
  expect(inFormat({ ...proto, message: 'p.M' }, 'hex')).toMatchObject({
    format: 'hex',
    payload: json.payload,
  });
});
