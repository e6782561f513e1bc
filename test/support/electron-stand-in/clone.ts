/**
 * Structured clone as text, for the way between the program and the page's process: JSON with a mark for
 * what JSON cannot say. Both functions also run in the page as their own source, so they stand alone.
 */
export function encodeClone(value: unknown): string {
  const toBase64 = (bytes: Uint8Array): string => {
    let binary = '';
    // In pieces: a call takes only so many arguments.
    for (let at = 0; at < bytes.length; at += 8_192) {
      binary += String.fromCharCode(...bytes.subarray(at, at + 8_192));
    }
    return btoa(binary);
  };
  const mark = (item: unknown): unknown => {
    if (item === undefined) return { $: 'undefined' };
    if (typeof item === 'number' && !Number.isFinite(item)) return { $: 'number', value: String(item) };
    if (typeof item === 'bigint') return { $: 'bigint', value: String(item) };
    if (item instanceof Uint8Array) return { $: 'bytes', value: toBase64(item) };
    if (Array.isArray(item)) return item.map(mark);
    if (typeof item !== 'object' || item === null) return item;
    const fields = Object.entries(item).map(([key, field]) => [key, mark(field)]);
    return { $: 'object', value: Object.fromEntries(fields) as unknown };
  };
  return JSON.stringify(mark(structuredClone(value)));
}

export function decodeClone(text: string): unknown {
  const fromBase64 = (base64: string): Uint8Array =>
    Uint8Array.from(atob(base64), (unit) => unit.charCodeAt(0));
  const unmark = (item: unknown): unknown => {
    if (Array.isArray(item)) return item.map(unmark);
    if (typeof item !== 'object' || item === null) return item;
    const { $: kind, value } = item as { $: string; value: unknown };
    if (kind === 'undefined') return undefined;
    if (kind === 'number') return Number(value);
    if (kind === 'bigint') return BigInt(value as string);
    if (kind === 'bytes') return fromBase64(value as string);
    const fields = Object.entries(value as object).map(([key, field]) => [key, unmark(field)]);
    return Object.fromEntries(fields) as unknown;
  };
  return unmark(JSON.parse(text));
}
