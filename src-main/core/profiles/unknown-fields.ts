type Json = Readonly<Record<string, unknown>>;

/** Deeper ones are dropped; documents of ours are far flatter. */
const MAX_DEPTH = 16;

/**
 * What a document holds that its schema does not know: fields of a later version, to be written back as they
 * were. Null where there are none. Lists are not looked into: their entries have no name to find them by.
 */
export function unknownFields(raw: unknown, known: unknown, depth = MAX_DEPTH): Json | null {
  if (!isObject(raw) || !isObject(known) || depth === 0) return null;
  const found = Object.entries(raw).flatMap(([key, value]): [string, unknown][] => {
    if (!Object.hasOwn(known, key)) return [[key, value]];
    const inside = unknownFields(value, known[key], depth - 1);
    return inside === null ? [] : [[key, inside]];
  });
  return found.length === 0 ? null : Object.fromEntries(found);
}

/** Adds such fields again; what the schema knows wins. */
export function withUnknown(known: unknown, unknown: Json | null): unknown {
  if (unknown === null || !isObject(known)) return known;
  const added = Object.entries(unknown).map(([key, value]): [string, unknown] => {
    if (!Object.hasOwn(known, key)) return [key, value];
    return [key, isObject(value) ? withUnknown(known[key], value) : known[key]];
  });
  return Object.fromEntries([...Object.entries(known), ...added]);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
