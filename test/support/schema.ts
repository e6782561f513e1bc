import { expect } from 'vitest';
import type * as z from '../../src-main/contract/base/zod.ts';

/** A copy in which the value at a way such as `which.lines.0` is another one; `undefined` leaves it out. */
export function changed(value: unknown, way: string, to: unknown): unknown {
  const [step = '', ...rest] = way.split('.');
  if (way === '') return to;
  const inside = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as Record<string, unknown>) };
  const fields = inside as Record<string, unknown>;
  fields[step] = changed(fields[step], rest.join('.'), to);
  if (fields[step] === undefined) delete fields[step];
  return inside;
}

/** Where a schema refuses a value, as ways from its root; none where it takes it. */
export function refusedAt(schema: z.ZodType, value: unknown): string[] {
  const parsed = schema.safeParse(value);
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join('.'));
}

/** That a schema takes a value, and leaves it as it is. */
export function expectTaken(schema: z.ZodType, value: unknown): void {
  expect(refusedAt(schema, value)).toEqual([]);
  expect(schema.parse(value)).toEqual(value);
}

/** That a schema refuses a value with one thing changed, and names the place of it, or one in it or around it. */
export function expectRefused(schema: z.ZodType, value: unknown, way: string, to: unknown): void {
  const places = refusedAt(schema, changed(value, way, to));
  // Of bytes and texts of megabytes no picture is made.
  const what = typeof to === 'string' || typeof to === 'number' ? `${to}`.slice(0, 40) : typeof to;
  expect([way, what, places.length > 0]).toEqual([way, what, true]);
  const elsewhere = places.filter(
    (place) => place !== '' && place !== way && !way.startsWith(`${place}.`) && !place.startsWith(`${way}.`),
  );
  expect([way, what, elsewhere]).toEqual([way, what, []]);
}
