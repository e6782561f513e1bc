import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decryptRc2, decryptRc4 } from '../../../../src-main/connection/tls/old-ciphers.ts';
import { encryptRc2 } from '../../../support/tls/pkcs12.ts';

const hexOf = (bytes: Uint8Array | null): string => Buffer.from(bytes ?? []).toString('hex');
const of = (hex: string): Buffer => Buffer.from(hex, 'hex');

const bytes = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength });

describe('RC2', () => {
  test('undoes what another library has done, with keys and texts of any length.', () => {
    fc.assert(
      fc.property(
        bytes(0, 100),
        fc.constantFrom(5, 8, 16).chain((n) => bytes(n)),
        bytes(8),
        (plain, key, iv) => {
          expect(hexOf(decryptRc2(encryptRc2(plain, key, iv), key, iv))).toBe(hexOf(plain));
        },
      ),
      { seed: 12 },
    );
  });

  test('gives null for what has no padding or is not whole, never a part of it.', () => {
    const [key, iv] = [Buffer.alloc(5, 1), Buffer.alloc(8)];
    const right = encryptRc2(Buffer.from('twelve bytes'), key, iv);
    expect(decryptRc2(Buffer.alloc(0), key, iv)).toBeNull();
    for (let length = 1; length < right.length; length++) {
      expect(decryptRc2(right.subarray(0, length), key, iv)).toBeNull();
    }
    let wrong = 0;
    for (let i = 0; i < 256; i++) if (decryptRc2(right, Buffer.alloc(5, i), iv) === null) wrong++;
    // By chance one in 256 ends with what looks like padding.
    expect(wrong).toBeGreaterThan(245);
  });
});

describe('RC4', () => {
  // RFC 6229, the first bytes of the stream.
  test.each([
    ['0102030405', 'b2396305f03dc027ccc3524a0a1118a8'],
    ['01020304050607', '293f02d47f37c9b633f2af5285feb46b'],
    ['0102030405060708090a0b0c0d0e0f10', '9ac7cc9a609d1ef7b2932899cde41b97'],
  ])('makes the stream of the standard of the key %s.', (key, stream) => {
    expect(hexOf(decryptRc4(Buffer.alloc(16), of(key)))).toBe(stream);
  });

  test('is its own inverse and keeps the length.', () => {
    fc.assert(
      fc.property(bytes(0, 600), bytes(1, 32), (plain, key) => {
        const once = decryptRc4(plain, key);
        expect(once).toHaveLength(plain.length);
        expect(hexOf(decryptRc4(once, key))).toBe(hexOf(plain));
      }),
      { seed: 13 },
    );
  });
});
