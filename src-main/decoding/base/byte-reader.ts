import { formatCounted } from '../../core/text/amounts.ts';
import { Unreadable } from './unreadable.ts';

/** Reads a payload from its start to its end. What is not there is `Unreadable`, with the place and how much is missing. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  at: number;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.end - this.at;
  }

  /** Goes past so many bytes, and answers where they begin. */
  skip(length: number | bigint): number {
    const { at, left } = this;
    if (length > left) {
      const missing = BigInt(length) - BigInt(left);
      const words = missing > 2_147_483_647n ? 'far more bytes' : formatCounted(Number(missing), 'byte');
      const verb = missing === 1n ? 'is' : 'are';
      throw new Unreadable(`stops at byte ${this.end}: ${words} ${verb} missing`, this.end);
    }
    this.at = at + Number(length);
    return at;
  }

  take(length: number | bigint): Uint8Array {
    const at = this.skip(length);
    return this.bytes.subarray(at, this.at);
  }

  u8(): number {
    return this.#view.getUint8(this.skip(1));
  }

  i8(): number {
    return this.#view.getInt8(this.skip(1));
  }

  u16(little = false): number {
    return this.#view.getUint16(this.skip(2), little);
  }

  i16(little = false): number {
    return this.#view.getInt16(this.skip(2), little);
  }

  u32(little = false): number {
    return this.#view.getUint32(this.skip(4), little);
  }

  i32(little = false): number {
    return this.#view.getInt32(this.skip(4), little);
  }

  u64(little = false): bigint {
    return this.#view.getBigUint64(this.skip(8), little);
  }

  i64(little = false): bigint {
    return this.#view.getBigInt64(this.skip(8), little);
  }

  f32(little = false): number {
    return this.#view.getFloat32(this.skip(4), little);
  }

  f64(little = false): number {
    return this.#view.getFloat64(this.skip(8), little);
  }

  /** Base 128, the lowest seven bits first, at most 64 bits: as Protobuf and Avro write it. */
  varint(): bigint {
    const start = this.at;
    // Most are short; numbers are faster than big ones.
    let small = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.u8();
      small |= (byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt(small);
    }
    let value = BigInt(small);
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new Unreadable(`has a number of more than 64 bits at byte ${start}`, start);
  }
}
