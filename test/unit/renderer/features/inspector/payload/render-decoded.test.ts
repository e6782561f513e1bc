import { describe, expect, test } from 'vitest';
import type { MessageMeta } from '../../../../../../src-main/contract/model/message.ts';
import {
  foreignOf,
  renderDecoded,
} from '../../../../../../src-renderer/features/inspector/payload/render-decoded.ts';
import type { Loaded } from '../../../../../../src-renderer/state/inspector/inspector.ts';
import { bytesOf, decoded, step } from '../../../../../support/decoding.ts';

const HEX = { limit: 16_384, columns: 76 };

function loaded(bytes: Uint8Array<ArrayBuffer>): Loaded {
  const meta = { seq: 1, kept: bytes.length, size: bytes.length } as MessageMeta;
  return { meta, bytes, properties: new Uint8Array() };
}

describe('A decoded payload', () => {
  const bytes = bytesOf('a2 6161 1bffffffffffffffc5 6162 4200ff');

  test('is laid out line by line, like JSON, and stands for all bytes', () => {
    expect(renderDecoded(decoded(bytes), loaded(bytes), HEX)).toEqual({
      text: '{\n  "a": 18446744073709551557,\n  "b": h\'00ff\'\n}',
      source: '{\n  "a": 18446744073709551557,\n  "b": h\'00ff\'\n}',
      shape: 'json',
      bytes: bytes.length,
      note: null,
    });
  });

  test('says how much of it a part stands for', () => {
    const part = { ...decoded(bytes), text: '{\n', textLength: 20 };
    expect(renderDecoded(part, loaded(bytes), HEX).bytes).toBe(1);
  });

  test('is bytes with the reason where it cannot be decoded', () => {
    const cut = bytes.slice(0, 9);
    const shown = renderDecoded(decoded(cut, [step('cbor')]), loaded(cut), HEX);
    expect(shown).toMatchObject({ shape: 'hex', bytes: 9 });
    expect(shown.note).toBe(
      'CBOR stops at byte 9: 3 bytes are missing. Shown as bytes. Choose another decoder, or Automatic.',
    );
  });

  test('says what has to be known of it', () => {
    const text = bytesOf('text:eyJhbGciOiJub25lIn0.eyJhIjoxfQ.');
    expect(renderDecoded(decoded(text), loaded(text), HEX).note).toContain('signature is not verified');
  });

  test('shows nothing that reorders or hides text', () => {
    const evil = bytesOf('a1 6161 66 61e280ae6262');
    expect(renderDecoded(decoded(evil), loaded(evil), HEX).text).toContain('a\\u{202e}bb');
  });

  test('is the window’s own where it is text, or of another topic', () => {
    const shown = { key: 'a', seq: 1, decoded: decoded(bytes) };
    expect(foreignOf(shown, 'a')).toBe(shown.decoded);
    expect(foreignOf(shown, 'b')).toBeNull();
    expect(foreignOf(null, 'a')).toBeNull();
    expect(foreignOf({ ...shown, decoded: decoded(bytesOf('text:[1]')) }, 'a')).toBeNull();
  });
});
