import { describe, expect, test, vi } from 'vitest';
import { z as zod } from 'zod';
import { api } from '../../../../src-main/contract/api.ts';
import * as z from '../../../../src-main/contract/base/zod.ts';
import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';

/** Called when a schema is made: zod reads an object's getters then. */
function watched(): { readonly schema: zod.ZodType; readonly made: () => boolean } {
  const asked = vi.fn();
  const schema = z.object({ a: z.number() }).extend({
    get b() {
      asked();
      return z.string();
    },
  });
  return { schema, made: () => asked.mock.calls.length > 0 };
}

test('a schema is made when something is first checked with it, and not before', () => {
  const { schema, made } = watched();
  const around = z.array(z.union([schema, z.literal('none')]).nullable()).max(2);
  const api = { some: { params: around.optional() } };
  expect(made()).toBe(false);
  expect(api.some.params.safeParse([{ a: 1, b: 'x' }, null]).success).toBe(true);
  expect(made()).toBe(true);
});

describe('a schema that was put off checks as zod’s own does:', () => {
  const pairs: readonly [string, (from: typeof zod | typeof z) => zod.ZodType][] = [
    [
      'an object',
      (from) => from.object({ a: from.number().int().min(1), b: from.string().max(2).optional() }),
    ],
    ['what has a default', (from) => from.object({ a: from.boolean().default(true) }).prefault({})],
    ['an extended object', (from) => from.object({ a: from.string() }).extend({ b: from.number() })],
    ['parts of an object', (from) => from.object({ a: from.string(), b: from.number() }).pick({ b: true })],
    ['an object that may lack all', (from) => from.object({ a: from.string() }).partial()],
    [
      'fields of another',
      (from) => from.object({ ...from.object({ a: from.string() }).shape, b: from.number() }),
    ],
    ['a field without its null', (from) => from.object({ a: from.string().nullable() }).shape.a.unwrap()],
    [
      'kinds',
      (from) =>
        from.discriminatedUnion('kind', [
          from.object({ kind: from.literal('one'), a: from.string() }),
          from.object({ kind: from.enum(['two', 'three']), b: from.number() }),
        ]),
    ],
    [
      'a record',
      (from) => from.record(from.string().regex(/^a/), from.tuple([from.number(), from.unknown()])),
    ],
    ['bytes', (from) => from.instanceof(Uint8Array).refine((bytes) => bytes.length === 2)],
    ['a rule of our own', (from) => from.custom((value) => value === 'a', 'Not an a')],
    ['what names itself', (from) => tree(from)],
  ];
  const values: readonly unknown[] = [
    undefined,
    null,
    'a',
    'bc',
    3,
    [],
    {},
    { a: 1 },
    { a: 1, b: 'long' },
    { a: 'x', b: 2 },
    { b: 2 },
    { kind: 'one', a: 'x' },
    { kind: 'three', b: 1 },
    { kind: 'four' },
    { abc: [1, null] },
    { bc: [1, null] },
    Uint8Array.of(1, 2),
    Uint8Array.of(1),
    { below: [{ below: [] }] },
    { below: [{ below: [1] }] },
  ];
  test.each(pairs)('%s', (_name, make) => {
    const [late, own] = [make(z), make(zod)];
    for (const value of values) {
      const [mine, theirs] = [late.safeParse(value), own.safeParse(value)];
      expect(mine.success).toBe(theirs.success);
      expect(mine.data).toEqual(theirs.data);
      expect(mine.error?.issues).toEqual(theirs.error?.issues);
    }
  });
});

interface Tree {
  readonly below: readonly Tree[];
}

function tree(from: typeof zod | typeof z): zod.ZodType<Tree> {
  const one: zod.ZodType<Tree> = from.object({
    get below() {
      return from.array(one);
    },
  });
  return one;
}

test('zod takes what was put off for a schema of its own', () => {
  const late = z.object({ a: z.string() });
  expect(late).toBeInstanceOf(zod.ZodObject);
  expect('safeParse' in late).toBe(true);
  expect(zod.array(late).safeParse([{ a: 'x' }]).success).toBe(true);
  expect(zod.array(late).safeParse([{ a: 1 }]).error?.issues[0]?.path).toEqual([0, 'a']);
  expect(Object.keys(late.shape)).toEqual(['a']);
});

test('a schema that cannot be made says so at each use', () => {
  const broken = z.object({ a: z.string() }).extend({
    get b(): zod.ZodString {
      throw new Error('not to be had');
    },
  });
  const use = () => broken.parse({ a: 'x', b: 'y' });
  expect(use).toThrow('not to be had');
  expect(use).toThrow('not to be had');
});

test('every schema of the contract can be made', () => {
  for (const known of Object.values(api)) {
    const second = known.kind === 'call' ? known.result : known.item;
    for (const schema of [known.params, second]) expect(() => schema.safeParse(undefined)).not.toThrow();
  }
  expect(ConnectionOptions).toBeInstanceOf(zod.ZodObject);
});
