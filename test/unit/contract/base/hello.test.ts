import { describe, expect, test } from 'vitest';
import { call, stream } from '../../../../src-main/contract/base/define.ts';
import { failed, Failure, ProtocolError } from '../../../../src-main/contract/base/errors.ts';
import { CONTRACT_VERSION, Hello, helloCalls } from '../../../../src-main/contract/base/hello.ts';
import * as z from '../../../../src-main/contract/base/zod.ts';
import { expectRefused, expectTaken, refusedAt } from '../../../support/schema.ts';

describe('How sides of any two versions introduce themselves', () => {
  const mine = { contract: CONTRACT_VERSION, version: '1.2.3' };

  test('never changes: a number for the contract, a text for the program', () => {
    expect(Object.keys(Hello.shape)).toEqual(['contract', 'version']);
    expect(helloCalls.hello.params).toBe(helloCalls.hello.result);
    expectTaken(Hello, mine);
    expectTaken(Hello, { contract: 1_000, version: 'v'.repeat(100) });
  });

  test('may say more in a later version, which is not heard in this one', () => {
    expect(Hello.parse({ ...mine, contract: 9, features: ['all'] })).toEqual({ ...mine, contract: 9 });
  });

  test.each<[string, unknown]>([
    ['contract', '1'],
    ['contract', 1.5],
    ['contract', Number.NaN],
    ['contract', undefined],
    ['version', 'v'.repeat(101)],
    ['version', 5],
    ['version', undefined],
  ])('is no introduction with %s of %j', (field, value) => expectRefused(Hello, mine, field, value));
});

describe('A failure', () => {
  test('has its advice, also where there is none to give', () => {
    expect(failed('c', 'It failed.')).toEqual({
      kind: 'failed',
      code: 'c',
      message: 'It failed.',
      advice: '',
    });
    expectTaken(Failure, failed('c', 'It failed.', 'Wait.'));
  });

  test('may show bytes, and no text in their place', () => {
    expectTaken(Failure, { ...failed('c', 'm'), evidence: Uint8Array.of(1, 2) });
    for (const evidence of ['AQI=', [1, 2], new DataView(new ArrayBuffer(2)), null])
      expect(refusedAt(Failure, { ...failed('c', 'm'), evidence })).toEqual(['evidence']);
  });

  test('of a side is an error with a code, and keeps what caused it to itself', () => {
    const cause = new TypeError('x is not a function');
    const error = new ProtocolError('internal', 'It failed.', { cause });
    expect(error).toMatchObject({ name: 'ProtocolError', code: 'internal', message: 'It failed.', cause });
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toBe('ProtocolError: It failed.');
    // What crosses a pipe is copied from its own fields.
    expect(Object.keys(error).filter((name) => name !== 'name')).toEqual(['code']);
  });
});

test('An item of a stream is checked whole, unless its maker says that only its fields are.', () => {
  const [params, item] = [z.object({}), z.object({ a: z.number() })];
  expect(stream(params, item)).toEqual({ kind: 'stream', params, item, checked: 'whole' });
  expect(stream(params, item, 'fields').checked).toBe('fields');
  expect(call(params, item)).toEqual({ kind: 'call', params, result: item });
});
