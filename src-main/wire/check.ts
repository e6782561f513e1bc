import { z } from 'zod';
import type { Stream } from '../contract/base/define.ts';

/** Where a value breaks its schema and how, never the value itself; null if it fits. */
export function fault(schema: z.ZodType, value: unknown): string | null {
  const result = schema.safeParse(value);
  return result.success ? null : faultOf(result.error);
}

export function faultOf(error: z.ZodError): string {
  const issue = error.issues[0];
  const path =
    issue === undefined || issue.path.length === 0 ? 'the whole' : issue.path.map(String).join('.');
  return `${path}: ${issue?.message ?? 'not valid'}`;
}

/** The check of a stream's items; made once a stream, as the cheap kind looks its fields up beforehand. */
export function itemCheck({ item, checked }: Stream): (value: unknown) => string | null {
  if (checked === 'whole' || !(item instanceof z.ZodObject)) return (value) => fault(item, value);
  const shape = item.shape as Readonly<Record<string, z.ZodType>>;
  const needed = Object.keys(shape).filter((key) => shape[key]?.safeParse(undefined).success !== true);
  return (value) => {
    if (typeof value !== 'object' || value === null) return 'the whole: not an object';
    for (const key of needed) if (!(key in value)) return `${key}: missing`;
    return null;
  };
}
