import type { BinaryForm } from './binary-form.ts';
import type { ByteWriter } from './byte-writer.ts';
import { floatWidth, holds, type FloatStyle } from './floats.ts';

/** MessagePack: each value in its shortest form; integers from -2^63 to 2^64 - 1. */
export class MsgpackForm implements BinaryForm {
  readonly name = 'MessagePack';
  readonly #out: ByteWriter;
  readonly #floats: FloatStyle;

  constructor(out: ByteWriter, floats: FloatStyle) {
    this.#out = out;
    this.#floats = floats;
  }

  object(count: number): void {
    this.#container(count, 0x80, 0xde);
  }

  list(count: number): void {
    this.#container(count, 0x90, 0xdc);
  }

  text(utf8: Uint8Array): void {
    const { length } = utf8;
    if (length < 32) this.#out.u8(0xa0 | length);
    else if (length < 0x100) this.#sized(0xd9, () => this.#out.u8(length));
    else if (length < 0x1_0000) this.#sized(0xda, () => this.#out.u16(length));
    else this.#sized(0xdb, () => this.#out.u32(length));
    this.#out.put(utf8);
  }

  literal(value: boolean | null): void {
    this.#out.u8(value === null ? 0xc0 : value ? 0xc3 : 0xc2);
  }

  float(value: number): boolean {
    const width = floatWidth(value, this.#floats, false);
    if (!holds(width, value)) return false;
    if (width === 64) this.#sized(0xcb, () => this.#out.f64(value));
    else this.#sized(0xca, () => this.#out.f32(value));
    return true;
  }

  integer(value: bigint): boolean {
    if (value >= 2n ** 64n || value < -(2n ** 63n)) return false;
    if (value >= 0n) this.#unsigned(value);
    else this.#negative(value);
    return true;
  }

  #unsigned(value: bigint): void {
    const small = Number(value);
    if (value < 0x80n) this.#out.u8(small);
    else if (value < 0x100n) this.#sized(0xcc, () => this.#out.u8(small));
    else if (value < 0x1_0000n) this.#sized(0xcd, () => this.#out.u16(small));
    else if (value < 0x1_0000_0000n) this.#sized(0xce, () => this.#out.u32(small));
    else this.#sized(0xcf, () => this.#out.u64(value));
  }

  #negative(value: bigint): void {
    const small = Number(value);
    if (value >= -32n) this.#out.u8(0x100 + small);
    else if (value >= -0x80n) this.#sized(0xd0, () => this.#out.u8(0x100 + small));
    else if (value >= -0x8000n) this.#sized(0xd1, () => this.#out.u16(0x1_0000 + small));
    else if (value >= -0x8000_0000n) this.#sized(0xd2, () => this.#out.u32(small >>> 0));
    else this.#sized(0xd3, () => this.#out.u64(value));
  }

  #sized(head: number, rest: () => void): void {
    this.#out.u8(head);
    rest();
  }

  /** @param wide head of the form with a length of 16 bits; that with 32 follows it */
  #container(count: number, small: number, wide: number): void {
    if (count < 16) this.#out.u8(small | count);
    else if (count < 0x1_0000) this.#sized(wide, () => this.#out.u16(count));
    else this.#sized(wide + 1, () => this.#out.u32(count));
  }
}
