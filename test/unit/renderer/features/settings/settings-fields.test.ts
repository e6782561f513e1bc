import { expect, test } from 'vitest';
import { Settings } from '../../../../../src-main/contract/model/settings.ts';
import {
  FIELDS,
  fieldError,
  readFields,
  textOf,
  type FieldName,
} from '../../../../../src-renderer/features/settings/settings-fields.ts';

const defaults = Settings.parse({});
const names = Object.keys(FIELDS) as FieldName[];

const shown = textOf(defaults);

test('what was not touched is not saved, whatever it is rounded to on screen', () => {
  expect(readFields(shown, shown)).toEqual({});
  const odd = textOf({ ...defaults, connectTimeoutMs: 500, memoryBytes: 64_400_000 });
  expect([odd.connectTimeoutMs, odd.memoryBytes]).toEqual(['1', '64']);
  expect(readFields({ ...odd, topicCap: '5000' }, odd)).toEqual({ topicCap: 5_000 });
});

test('settings survive the form', () => {
  for (const name of names) {
    const other = { ...shown, [name]: '999999' };
    expect(readFields(shown, other)).toEqual({ [name]: defaults[name] });
  }
});

test('the bounds of the form are bounds the contract accepts', () => {
  for (const name of names) {
    for (const bound of [FIELDS[name].min, FIELDS[name].max]) {
      const change = readFields({ ...shown, [name]: String(bound) }, shown);
      expect(change).not.toBeNull();
      expect(Settings.safeParse({ ...defaults, ...change }).success).toBe(true);
    }
  }
});

test('what is not a whole number within the bounds is not saved', () => {
  for (const name of names) {
    for (const text of ['', 'x', '1.5', '-1', String(FIELDS[name].max + 1)]) {
      expect(readFields({ ...shown, [name]: text }, shown)).toBeNull();
    }
  }
});

test('whatever the contract takes for a setting is nothing wrong in the form', () => {
  // The whole range of each, with its ends: what was set elsewhere must not keep a person from saving the rest.
  for (const name of names) {
    const taken = [500, 1_000, 16_000_000, 120_000, 20_000_000, 268_435_455, 68_000_000_000, 64 * 2 ** 30];
    for (const value of taken.filter((one) => Settings.safeParse({ ...defaults, [name]: one }).success)) {
      const texts = textOf({ ...defaults, [name]: value });
      expect([name, value, fieldError(name, texts[name])]).toEqual([name, value, null]);
      expect(readFields(texts, texts)).toEqual({});
    }
  }
});
