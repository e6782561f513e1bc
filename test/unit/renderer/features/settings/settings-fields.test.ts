import { expect, test } from 'vitest';
import { Settings } from '../../../../../src-main/contract/model/settings.ts';
import {
  FIELDS,
  readFields,
  textOf,
  type FieldName,
} from '../../../../../src-renderer/features/settings/settings-fields.ts';

const defaults = Settings.parse({});
const names = Object.keys(FIELDS) as FieldName[];

test('settings survive the form', () => {
  // Those that are chosen and not typed are no fields.
  const typed = Object.fromEntries(names.map((name) => [name, defaults[name]]));
  expect(readFields(textOf(defaults))).toEqual(typed);
});

test('the bounds of the form are bounds the contract accepts', () => {
  for (const name of names) {
    for (const bound of [FIELDS[name].min, FIELDS[name].max]) {
      const change = readFields({ ...textOf(defaults), [name]: String(bound) });
      expect(change).not.toBeNull();
      expect(Settings.safeParse({ ...defaults, ...change }).success).toBe(true);
    }
  }
});

test('what is not a whole number within the bounds is not saved', () => {
  for (const name of names) {
    for (const text of ['', 'x', '1.5', '-1', String(FIELDS[name].max + 1)]) {
      expect(readFields({ ...textOf(defaults), [name]: text })).toBeNull();
    }
  }
});
