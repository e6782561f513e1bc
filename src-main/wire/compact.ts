/**
 * A value ready for structured clone: a Uint8Array that is a part of a larger buffer is copied,
 * because cloning a view clones the whole buffer under it, e.g. a segment of the history, and shares
 * it where it is shared memory. All else
 * is left as it is, and the same value is returned when there is nothing to copy.
 */
export function compact<T>(value: T): T {
  return compactAny(value) as T;
}

function compactAny(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  // Not `slice`: a Buffer's shares its memory.
  if (value instanceof Uint8Array) {
    const whole = value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength;
    return whole ? value : new Uint8Array(value);
  }
  // Numbers: to look through their places as fields would make a text of each.
  if (ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return compactItems(value);
  const fields = value as Record<string, unknown>;
  let copy: Record<string, unknown> | null = null;
  for (const key of Object.keys(fields)) {
    const item = fields[key];
    const compacted = compactAny(item);
    if (compacted !== item) (copy ??= { ...fields })[key] = compacted;
  }
  return copy ?? fields;
}

function compactItems(items: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | null = null;
  for (let i = 0; i < items.length; i++) {
    const compacted = compactAny(items[i]);
    if (compacted !== items[i]) (copy ??= items.slice())[i] = compacted;
  }
  return copy ?? items;
}
