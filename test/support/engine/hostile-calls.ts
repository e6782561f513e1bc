import fc from 'fast-check';
import { z } from 'zod';
import type { Api, Call } from '../../../src-main/contract/base/define.ts';

const TEXTS = [
  '',
  ' ',
  '\0',
  '\u202e',
  '\ud800',
  '../../etc/passwd',
  '$SYS/#',
  '#',
  '+/+',
  '%2e',
  '{}',
  '__proto__',
];
/** Any text, often one that somebody might do something with. */
export const hostileText = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ unit: 'binary', maxLength: 40 }));
const number = fc.oneof(
  fc.constantFrom(0, -1, 1, 0.5, 65_535, 65_536, 2 ** 31, 2 ** 53, -0, Infinity, NaN),
  fc.integer(),
);

/** The calls of a contract, without its streams. */
export function callsOf(api: Api): Readonly<Record<string, Call>> {
  return Object.fromEntries(
    Object.entries(api).flatMap(([name, one]) => (one.kind === 'call' ? [[name, one]] : [])),
  );
}

interface Kinds {
  /** Of connections, and whatever else is asked for by an id. */
  readonly ids: fc.Arbitrary<string>;
  readonly texts: fc.Arbitrary<string>;
  /** Names under which what is sent must not reach beyond this machine. */
  readonly hosts: fc.Arbitrary<string>;
}

export interface HostileCall {
  readonly name: string;
  readonly given: unknown;
}

/** Calls of a contract with values as its schemas ask for them, and often with something else. */
export function hostileCalls(
  calls: Readonly<Record<string, Pick<Call, 'params'>>>,
  kinds: Kinds,
): fc.Arbitrary<HostileCall> {
  const all = Object.entries(calls).map(([name, { params }]) => ({ name, given: like(params, kinds) }));
  return fc.constantFrom(...all).chain(({ name, given }) => given.map((one) => ({ name, given: one })));
}

const anything = ({ texts }: Kinds): fc.Arbitrary<unknown> =>
  fc.oneof(
    texts,
    number,
    fc.anything({ maxDepth: 2, maxKeys: 4, withNullPrototype: false }),
    fc.uint8Array({ maxLength: 64 }),
  );

/** Values as a schema asks for them, with one in eight that is something else. */
function like(schema: z.ZodType, kinds: Kinds): fc.Arbitrary<unknown> {
  const arbitrary = right(schema, kinds, '');
  return fc.oneof({ weight: 7, arbitrary }, { weight: 1, arbitrary: anything(kinds) });
}

function right(schema: z.ZodType, kinds: Kinds, key: string): fc.Arbitrary<unknown> {
  if (key === 'connection' || key === 'id') return kinds.ids;
  if (key === 'host') return kinds.hosts;
  if (schema instanceof z.ZodObject) {
    const shape = schema.shape as Record<string, z.ZodType>;
    const field = (one: z.ZodType, name: string) =>
      fc.oneof({ weight: 20, arbitrary: right(one, kinds, name) }, { weight: 1, arbitrary: anything(kinds) });
    const fields = Object.entries(shape).map(([name, one]) => [name, field(one, name)] as const);
    return fc.record(Object.fromEntries(fields), { requiredKeys: Object.keys(shape).slice(0, -1) });
  }
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return fc.oneof(fc.constantFrom(null, undefined), right(schema.unwrap() as z.ZodType, kinds, key));
  }
  if (schema instanceof z.ZodArray) {
    return fc.array(right(schema.element as z.ZodType, kinds, key), { maxLength: 3 });
  }
  if (schema instanceof z.ZodUnion) {
    return fc.oneof(...schema.options.map((one) => right(one as z.ZodType, kinds, key)));
  }
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...(schema.options as string[]));
  if (schema instanceof z.ZodLiteral) return fc.constantFrom(...([...schema.values] as string[]));
  if (schema instanceof z.ZodNumber) return number;
  if (schema instanceof z.ZodBoolean) return fc.boolean();
  return schema instanceof z.ZodString ? kinds.texts : anything(kinds);
}
