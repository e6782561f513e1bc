// A byte order mark is part of a text; a broker's invalid UTF-8 is shown as replacement characters.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  return decoder.decode(bytes.subarray(start, end));
}

export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}
