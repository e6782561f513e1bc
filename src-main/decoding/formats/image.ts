import { ByteReader } from '../base/byte-reader.ts';
import { Unreadable } from '../base/unreadable.ts';

export interface ImageSize {
  /** `image/png` */
  readonly type: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** More pixels than this are a bomb: as they are drawn, each takes four bytes. */
export const MAX_PIXELS = 64_000_000;

/** What kind of image the bytes begin as; null: none that we show. */
export function imageType(bytes: Uint8Array): string | null {
  const is = (at: number, ...expected: readonly number[]): boolean =>
    expected.every((byte, i) => bytes[at + i] === byte);
  if (is(0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png';
  if (is(0, 0xff, 0xd8, 0xff)) return 'image/jpeg';
  if (is(0, 0x47, 0x49, 0x46, 0x38) && (is(4, 0x37, 0x61) || is(4, 0x39, 0x61))) return 'image/gif';
  if (is(0, 0x52, 0x49, 0x46, 0x46) && is(8, 0x57, 0x45, 0x42, 0x50)) return 'image/webp';
  return null;
}

/** Type and size of an image, without decoding its pixels. */
export function readImage(bytes: Uint8Array): ImageSize {
  const type = imageType(bytes);
  if (type === null) throw new Unreadable('begins like none of PNG, JPEG, GIF and WebP');
  const size = { type, ...sizeOf(type, new ByteReader(bytes)) };
  if (size.width === 0 || size.height === 0) throw new Unreadable('has no width or no height');
  if (size.width * size.height > MAX_PIXELS) {
    throw new Unreadable(
      `has ${size.width} × ${size.height} pixels, more than are shown (${MAX_PIXELS / 1e6} million)`,
    );
  }
  return size;
}

function sizeOf(type: string, reader: ByteReader): { width: number; height: number } {
  switch (type) {
    case 'image/png':
      reader.skip(16);
      return { width: reader.u32(), height: reader.u32() };
    case 'image/gif':
      reader.skip(6);
      return { width: reader.u16(true), height: reader.u16(true) };
    case 'image/jpeg':
      return jpegSize(reader);
    default:
      return webpSize(reader);
  }
}

/** Start of frame: C0 to CF without DHT, JPG and DAC. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function jpegSize(reader: ByteReader): { width: number; height: number } {
  reader.skip(2);
  for (;;) {
    if (reader.u8() !== 0xff) throw new Unreadable(`has no marker at byte ${reader.at - 1}`, reader.at - 1);
    let marker = reader.u8();
    while (marker === 0xff) marker = reader.u8();
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) continue;
    const length = reader.u16();
    if (isFrame(marker)) {
      reader.skip(1);
      const height = reader.u16();
      return { width: reader.u16(), height };
    }
    if (marker === 0xd9 || length < 2) throw new Unreadable('has no frame');
    reader.skip(length - 2);
  }
}

function webpSize(reader: ByteReader): { width: number; height: number } {
  reader.skip(12);
  const form = String.fromCharCode(...reader.take(4));
  reader.skip(4);
  if (form === 'VP8X') {
    reader.skip(4);
    return { width: u24(reader) + 1, height: u24(reader) + 1 };
  }
  if (form === 'VP8L') {
    if (reader.u8() !== 0x2f) throw new Unreadable('has no lossless header');
    const bits = reader.u32(true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
  }
  if (form !== 'VP8 ') throw new Unreadable('has no picture in it');
  reader.skip(6);
  return { width: reader.u16(true) & 0x3fff, height: reader.u16(true) & 0x3fff };
}

function u24(reader: ByteReader): number {
  const [a = 0, b = 0, c = 0] = reader.take(3);
  return a | (b << 8) | (c << 16);
}

/** 0 where it is none. */
function positive(text: string): number {
  const value = Number(text);
  return value > 0 ? value : 0;
}

/** Whether a text is an SVG that may be drawn as an image, where it neither runs nor loads anything. */
export function readSvg(text: string): ImageSize {
  const root = /<svg[\s>]/.exec(text);
  if (root === null) throw new Unreadable('has no <svg>');
  // Entities can make a picture of gigabytes out of some lines.
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) throw new Unreadable('declares entities, so that it is not drawn');
  const head = text.slice(root.index, text.indexOf('>', root.index) + 1);
  const measure = (name: string): number =>
    Number(new RegExp(`\\s${name}\\s*=\\s*["']\\s*([\\d.]{1,9})(?:px)?\\s*["']`).exec(head)?.[1] ?? 0);
  const [, , width = '0', height = '0'] =
    /\sviewBox\s*=\s*["']([^"']{1,80})/
      .exec(head)?.[1]
      ?.trim()
      .split(/[\s,]+/) ?? [];
  const size = {
    width: measure('width') || positive(width) || 300,
    height: measure('height') || positive(height) || 150,
  };
  if (size.width * size.height > MAX_PIXELS) throw new Unreadable('is larger than what is drawn');
  return { type: 'image/svg+xml', ...size };
}
