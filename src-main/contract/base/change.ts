import { z } from 'zod';

/**
 * What became of a value made of fields, lists, numbers and texts: it was put anew, some of its fields
 * changed, or a list lost entries at its front and got others at its end.
 */
export type Change =
  | { readonly put: unknown }
  | { readonly of: Readonly<Record<string, Change>>; readonly gone?: readonly string[] | undefined }
  | { readonly drop: number; readonly keep: number; readonly add: readonly unknown[] };

export const Change: z.ZodType<Change> = z.union([
  z.object({ put: z.unknown() }),
  z.object({
    get of(): z.ZodType<Readonly<Record<string, Change>>> {
      return z.record(z.string(), Change);
    },
    gone: z.array(z.string()).optional(),
  }),
  z.object({ drop: z.number().int(), keep: z.number().int(), add: z.array(z.unknown()) }),
]);

/** A stream of one value: first as it is, then what changes in it. */
export const changesOf = <T extends z.ZodType>(value: T) =>
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('whole'), value }),
    z.object({ kind: z.literal('change'), change: Change }),
  ]);

export type News<T> =
  { readonly kind: 'whole'; readonly value: T } | { readonly kind: 'change'; readonly change: Change };

/** Null where both are equal. Values that are no plain fields or lists (bytes) are compared as a whole. */
export function changeBetween(before: unknown, after: unknown): Change | null {
  if (Object.is(before, after)) return null;
  if (Array.isArray(before) && Array.isArray(after)) return listChange(before, after);
  if (before instanceof Uint8Array && after instanceof Uint8Array) {
    return sameBytes(before, after) ? null : { put: after };
  }
  if (!isFields(before) || !isFields(after)) return { put: after };
  const of: Record<string, Change> = {};
  let changes = 0;
  for (const key of Object.keys(after)) {
    if (after[key] === undefined && !(key in before)) continue;
    const change = changeBetween(before[key], after[key]);
    if (change === null) continue;
    of[key] = change;
    changes++;
  }
  const gone = Object.keys(before).filter((key) => before[key] !== undefined && after[key] === undefined);
  for (const key of gone) delete of[key];
  if (changes === 0 && gone.length === 0) return null;
  return gone.length === 0 ? { of } : { of, gone };
}

/**
 * The value after the change. What did not change is the same object as before, so that whoever draws it
 * can tell.
 *
 * @throws RangeError where the change is of another value
 */
export function withChange(before: unknown, change: Change): unknown {
  if ('put' in change) return change.put;
  if ('drop' in change) {
    const list = listOf(before);
    const end = change.drop + change.keep;
    if (end > list.length) throw new RangeError('The change is of a longer list.');
    return [...list.slice(change.drop, end), ...change.add];
  }
  if (Array.isArray(before)) {
    const list: unknown[] = [...(before as readonly unknown[])];
    for (const [at, one] of Object.entries(change.of)) list[Number(at)] = withChange(list[Number(at)], one);
    return list;
  }
  if (!isFields(before)) throw new RangeError('The change is of a value with fields.');
  const fields: Record<string, unknown> = { ...before };
  for (const [key, one] of Object.entries(change.of)) fields[key] = withChange(before[key], one);
  for (const key of change.gone ?? []) delete fields[key];
  return fields;
}

function listChange(before: readonly unknown[], after: readonly unknown[]): Change | null {
  if (before.length === after.length) {
    const of: Record<string, Change> = {};
    let changes = 0;
    for (const [at, one] of after.entries()) {
      const change = changeBetween(before[at], one);
      if (change === null) continue;
      of[at] = change;
      // Most entries in another place: a list that moved on, as below.
      if (++changes * 2 > after.length) break;
    }
    if (changes === 0) return null;
    if (changes * 2 <= after.length) return { of };
  }
  const drop = before.findIndex((one) => changeBetween(one, after[0]) === null);
  if (drop < 0 || after.length === 0) return { put: after };
  const most = Math.min(before.length - drop, after.length);
  let keep = 0;
  while (keep < most && changeBetween(before[drop + keep], after[keep]) === null) keep++;
  return { drop, keep, add: after.slice(keep) };
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new RangeError('The change is of a list.');
  return value;
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
