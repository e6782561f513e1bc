/** The first character of some texts, which says how they are encoded. */
export const BYTE_ORDER_MARK = '\ufeff';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Length in bytes (1 to 4) of the well-formed UTF-8 sequence at `at`, 0 if there is none. Overlong
 * forms, surrogates and code points over U+10FFFF are not well formed [RFC 3629].
 */
export function sequenceLength(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at] ?? 0xff;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (at + length > end) return 0;
  const second = bytes[at + 1] ?? 0;
  if (second < lowestSecond(first) || second > highestSecond(first)) return 0;
  for (let i = at + 2; i < at + length; i++) {
    if (((bytes[i] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return length;
}

function lowestSecond(first: number): number {
  if (first === 0xe0) return 0xa0;
  return first === 0xf0 ? 0x90 : 0x80;
}

function highestSecond(first: number): number {
  if (first === 0xed) return 0x9f;
  return first === 0xf4 ? 0x8f : 0xbf;
}

/** The text of well-formed UTF-8, a byte order mark included; null if it is not well formed. */
export function decodeStrict(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}

/** Text with U+FFFD for what is not well formed, a byte order mark included. Never throws. */
export function decodeLenient(bytes: Uint8Array): string {
  return lenient.decode(bytes);
}

/**
 * Where a prefix of a longer text may end without cutting a sequence: `end`, or up to 3 bytes
 * before it where a sequence begins that the rest of the text may complete.
 */
export function sequenceBoundary(bytes: Uint8Array, end: number): number {
  for (let back = 1; back <= 3 && back <= end; back++) {
    const byte = bytes[end - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte < 0xc2 || byte > 0xf4 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return length > back ? end - back : end;
  }
  return end;
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Whether the text can be encoded in UTF-8: it has no lone surrogate. */
export function isWellFormed(text: string): boolean {
  return !LONE_SURROGATE.test(text);
}

/** Bytes of the text in UTF-8 without encoding it; a lone surrogate counts 3, as its replacement does. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else if (isHighSurrogate(unit) && isLowSurrogate(text.charCodeAt(i + 1))) {
      bytes += 2;
      i++;
    } else bytes += 2;
  }
  return bytes;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

/** Where a text may be cut: an offset, or the one before where that lies between the halves of a surrogate pair. */
export function wholeUnits(text: string, at: number): number {
  return isLowSurrogate(text.charCodeAt(at)) && isHighSurrogate(text.charCodeAt(at - 1)) ? at - 1 : at;
}

const MOST_PIECES = 4_096;

export interface DecodedText {
  /** Bytes that belong to no well-formed sequence appear as `\xHH`. */
  readonly text: string;
  readonly valid: boolean;
  /** Offset of the first such byte; null in valid text. */
  readonly firstBadByte: number | null;
  /** Bytes the text stands for: all, or up to 3 less where `more` follow and a sequence was cut. */
  readonly used: number;
}

/**
 * Payload bytes as text to look at, a byte order mark included. `more`: the bytes are the beginning
 * of something longer, so that a sequence cut at their end is no fault. Linear in the bytes.
 */
export function decodeUtf8(bytes: Uint8Array, more = false): DecodedText {
  const used = more ? sequenceBoundary(bytes, bytes.length) : bytes.length;
  const whole = decodeStrict(bytes.subarray(0, used));
  if (whole !== null) return { text: whole, valid: true, firstBadByte: null, used };
  const pieces: string[] = [];
  let text = '';
  let firstBadByte: number | null = null;
  let from = 0;
  for (let at = 0; at < used;) {
    const length = sequenceLength(bytes, at, used);
    if (length > 0) {
      at += length;
      continue;
    }
    firstBadByte ??= at;
    if (at > from) pieces.push(decodeLenient(bytes.subarray(from, at)));
    pieces.push(`\\x${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`);
    from = ++at;
    // Many pieces take more memory than the text that they are.
    if (pieces.length < MOST_PIECES) continue;
    text += pieces.join('');
    pieces.length = 0;
  }
  pieces.push(decodeLenient(bytes.subarray(from, used)));
  return { text: text + pieces.join(''), valid: false, firstBadByte, used };
}
