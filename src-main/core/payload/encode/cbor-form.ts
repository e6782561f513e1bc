import type { BinaryForm } from './binary-form.ts';
import type { ByteWriter } from './byte-writer.ts';
import { floatWidth, halfBits, holds, type FloatStyle } from './floats.ts';

const MOST_64 = 2n ** 64n - 1n;

/** CBOR [RFC 8949]: lengths are known, heads are as short as they can be; integers over 64 bits get tag 2 or 3. */
export class CborForm implements BinaryForm {
  readonly name = 'CBOR';
  readonly #out: ByteWriter;
  readonly #floats: FloatStyle;

  constructor(out: ByteWriter, floats: FloatStyle) {
    this.#out = out;
    this.#floats = floats;
  }

  object(count: number): void {
    this.#head(5, BigInt(count));
  }

  list(count: number): void {
    this.#head(4, BigInt(count));
  }

  text(utf8: Uint8Array): void {
    this.#head(3, BigInt(utf8.length));
    this.#out.put(utf8);
  }

  literal(value: boolean | null): void {
    this.#out.u8(value === null ? 0xf6 : value ? 0xf5 : 0xf4);
  }

  float(value: number): boolean {
    const width = floatWidth(value, this.#floats, true);
    if (!holds(width, value)) return false;
    switch (width) {
      case 16:
        this.#out.u8(0xf9);
        this.#out.u16(halfBits(value) ?? 0);
        break;
      case 32:
        this.#out.u8(0xfa);
        this.#out.f32(value);
        break;
      case 64:
        this.#out.u8(0xfb);
        this.#out.f64(value);
    }
    return true;
  }

  integer(value: bigint): boolean {
    const isNegative = value < 0n;
    const size = isNegative ? -1n - value : value;
    if (size <= MOST_64) {
      this.#head(isNegative ? 1 : 0, size);
      return true;
    }
    this.#head(6, isNegative ? 3n : 2n);
    const digits = size.toString(16);
    const hex = digits.padStart(digits.length + (digits.length % 2), '0');
    this.#head(2, BigInt(hex.length / 2));
    for (let at = 0; at < hex.length; at += 2) this.#out.u8(Number.parseInt(hex.slice(at, at + 2), 16));
    return true;
  }

  #head(major: number, argument: bigint): void {
    const type = major << 5;
    if (argument < 24n) return this.#out.u8(type | Number(argument));
    if (argument < 0x100n) {
      this.#out.u8(type | 24);
      return this.#out.u8(Number(argument));
    }
    if (argument < 0x1_0000n) {
      this.#out.u8(type | 25);
      return this.#out.u16(Number(argument));
    }
    if (argument < 0x1_0000_0000n) {
      this.#out.u8(type | 26);
      return this.#out.u32(Number(argument));
    }
    this.#out.u8(type | 27);
    this.#out.u64(argument);
  }
}
