import type { PacketField } from '../../../contract/session/packets.ts';
import { readU16, varintEnd, varintValue } from '../../mqtt/properties.ts';
import { propertyFields } from './property-fields.ts';
import { shownHex, shownText, shownTopic } from './text.ts';

/** Reads a packet field by field, for the eye; one that is cut or broken is read as far as it goes. */
export class FieldReader {
  readonly fields: PacketField[] = [];
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  /** A field of `length` bytes from here. */
  add(name: string, length: number, value: string, children: PacketField[] = []): void {
    this.fields.push({ name, value, offset: this.at, length, children });
    this.at += length;
  }

  u8(
    name: string,
    show: (value: number) => string = String,
    parts: (at: number) => PacketField[] = () => [],
  ): number {
    if (this.#lacks(name, 1)) return 0;
    const value = this.bytes[this.at] as number;
    this.add(name, 1, show(value), parts(this.at));
    return value;
  }

  u16(name: string, show: (value: number) => string = String): number {
    if (this.#lacks(name, 2)) return 0;
    const value = readU16(this.bytes, this.at);
    this.add(name, 2, show(value));
    return value;
  }

  text(name: string): void {
    this.#field(name, (start, end) => shownText(this.bytes, start, end));
  }

  topic(name: string): void {
    this.#field(name, (start, end) => shownTopic(this.bytes, start, end));
  }

  /** @param show what is shown instead of the first bytes */
  binary(name: string, show?: (length: number) => string): void {
    this.#field(name, (start, end) => show?.(end - start) ?? shownHex(this.bytes, start, end));
  }

  properties(name = 'Properties'): void {
    if (this.#lacks(name, 1)) return;
    const from = varintEnd(this.bytes, this.at, this.end);
    if (from < 0) return this.rest(name);
    const claimed = varintValue(this.bytes, this.at, from);
    const to = Math.min(this.end, from + claimed);
    const all = propertyFields(this.bytes, from, to);
    const length: PacketField = {
      name: 'Length',
      value: String(claimed),
      offset: this.at,
      length: from - this.at,
      children: [],
    };
    this.add(name, to - this.at, all.length === 0 ? 'none' : String(all.length), [length, ...all]);
  }

  /** Everything that is left as one field of bytes; nothing if there is nothing. */
  rest(name: string): void {
    if (!this.done) this.add(name, this.end - this.at, shownHex(this.bytes, this.at, this.end));
  }

  #field(name: string, show: (start: number, end: number) => string): void {
    if (this.#lacks(name, 2)) return;
    const length = readU16(this.bytes, this.at);
    const start = this.at + 2;
    const to = Math.min(this.end, start + length);
    const short = to < start + length ? ' (cut)' : '';
    this.add(name, to - this.at, `${show(start, to)}${short}`);
  }

  #lacks(name: string, need: number): boolean {
    if (this.at + need <= this.end) return false;
    if (!this.done) this.rest(`${name} (cut)`);
    return true;
  }
}

/** Some bits of the byte at `at`. */
export function bits(name: string, at: number, value: string): PacketField {
  return { name, value, offset: at, length: 1, children: [] };
}
