import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { api, connectionCalls, connectionStreams, type EngineApi } from '../../../src-main/contract/api.ts';
import type * as z from '../../../src-main/contract/base/zod.ts';

/** What of a schema of zod says how it is built. */
interface Built {
  readonly type: string;
  readonly checks?: readonly { readonly _zod: { readonly def: { readonly check: string } } }[];
  readonly element?: z.ZodType;
  readonly shape?: Record<string, z.ZodType>;
  readonly options?: readonly z.ZodType[];
  readonly items?: readonly z.ZodType[];
  readonly innerType?: z.ZodType;
  readonly keyType?: z.ZodType;
  readonly valueType?: z.ZodType;
}

const builtOf = (schema: z.ZodType) => (schema as unknown as { _zod: { def: Built } })._zod.def;
const names = Object.keys(api) as (keyof EngineApi)[];
const ENDS = new Set(['max_length', 'length_equals', 'string_format']);

/** Texts and lists in it that may be of any length. */
function endless(schema: z.ZodType, way: string): string[] {
  const of = builtOf(schema);
  const hasEnd = (of.checks ?? []).some(({ _zod }) => ENDS.has(_zod.def.check));
  const inside = [
    ...(of.element === undefined ? [] : endless(of.element, `${way}[]`)),
    ...Object.entries(of.shape ?? {}).flatMap(([key, one]) => endless(one, `${way}.${key}`)),
    ...[...(of.options ?? []), ...(of.items ?? [])].flatMap((one) => endless(one, way)),
    ...[of.innerType, of.keyType, of.valueType].flatMap((one) =>
      one === undefined ? [] : endless(one, way),
    ),
  ];
  return (of.type === 'string' || of.type === 'array') && !hasEnd ? [way, ...inside] : inside;
}

describe('What a window may ask', () => {
  test('has an end, each text and each list in it', () => {
    expect(names.flatMap((name) => endless(api[name].params, name))).toEqual([]);
  });

  test('would not pass with a text of any length in it', () => {
    // So that the test above can fail.
    expect(endless(api.subscribe.params, '')).toEqual([]);
    expect(endless(api.pingNow.result, 'ping')).toContain('ping.message');
  });

  test.each(names)('by %s is fields and nothing else', (name) => {
    for (const wrong of [null, undefined, 'text', 7, true, [], () => 1])
      expect(api[name].params.safeParse(wrong).success).toBe(false);
  });

  test('is refused or taken, whatever it is, and nothing is thrown or left behind', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withTypedArray: true,
      withNullPrototype: true,
    });
    fc.assert(
      fc.property(fc.constantFrom(...names), anything, fc.string(), (name, value, key) => {
        const { params } = api[name];
        const hostile = JSON.parse(
          `{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}`,
        ) as object;
        for (const given of [value, { ...hostile, [key]: value, connection: value, id: value, key: value }])
          expect(typeof params.safeParse(given).success).toBe('boolean');
        expect('polluted' in {}).toBe(false);
      }),
      { seed: 101, numRuns: 300 },
    );
  });

  test('leaves out what was not asked for', () => {
    const given = { connection: 'c', filter: 'a', extra: { deep: 1 } };
    expect(api.unsubscribe.params.parse(given)).toEqual({ connection: 'c', filter: 'a' });
  });
});

describe('What concerns a connection', () => {
  test('is asked with its id, of the engine, and without it of its worker', () => {
    for (const [name, { params }] of Object.entries(connectionCalls)) {
      const asked = (api as Record<string, { readonly params: z.ZodType }>)[name]?.params;
      expect([name, Object.keys(builtOf(asked ?? params).shape ?? {})]).toEqual([
        name,
        [...Object.keys(builtOf(params).shape ?? {}), 'connection'],
      ]);
    }
    for (const name of Object.keys(connectionStreams) as (keyof typeof connectionStreams)[]) {
      expect(api[name].item).toBe(connectionStreams[name].item);
      expect(api[name].checked).toBe(connectionStreams[name].checked);
    }
  });

  test.each(['', 'x'.repeat(65), 5, null, undefined])('is not asked of the connection %j', (connection) => {
    expect(api.disconnect.params.safeParse({ connection }).success).toBe(false);
  });
});

test('Every answer that may fail says so in words: code, message and advice.', () => {
  const failure = { kind: 'failed', code: 'c', message: 'm', advice: 'a' };
  const fails = names.filter((name) => {
    const one = api[name];
    const read = one.kind === 'call' ? one.result.safeParse(failure).data : null;
    return typeof read === 'object' && read !== null && 'kind' in read && read.kind === 'failed';
  });
  expect(fails.length).toBeGreaterThan(60);
  for (const name of fails) {
    const one = api[name];
    if (one.kind !== 'call') continue;
    for (const part of ['code', 'message', 'advice'] as const) {
      const { [part]: _, ...rest } = failure as Record<string, string>;
      expect([name, part, one.result.safeParse(rest).success]).toEqual([name, part, false]);
    }
  }
});
