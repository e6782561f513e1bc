import { expect, test } from 'vitest';
import { jsonField } from '../../../../../src-main/core/publish/template/json-path.ts';
import { renderText, type VariableValues } from '../../../../../src-main/core/publish/template/render.ts';

function values(change: Partial<VariableValues> = {}): VariableValues {
  return {
    now: Date.UTC(2026, 10, 20, 14, 31, 7, 732),
    uuid: () => 'u',
    counter: () => 401,
    random: () => 0.5,
    env: (name) => (name === 'SITE' ? 'oslo' : null),
    value: (topic, path) => (topic === 'rpm' ? `1480${path ?? ''}` : null),
    column: (name) => (name === 'id' ? '7' : null),
    ...change,
  };
}

test('Each variable is replaced by its value, and all else stays.', () => {
  const text = '{"at":"${iso}","ms":${now},"n":${counter},"r":${random 60 90},"u":"${uuid}"} $ {x} ${other}';
  expect(renderText(text, values(), 'a/b')).toBe(
    '{"at":"2026-11-20T14:31:07.732Z","ms":1795185067732,"n":401,"r":75,"u":"u"} $ {x} ${other}',
  );
  expect(
    renderText('${env SITE} ${value rpm} ${value rpm .x} ${topic 2} ${column id}', values(), 'a/b'),
  ).toBe('oslo 1480 1480.x b 7');
});

test.each([
  [0, '10', '1.50'],
  [0.999_999, '30', '2.50'],
  [0.5, '20', '2.00'],
])('A random number at %d lies between its ends, both included.', (random, whole, decimals) => {
  expect(renderText('${random 10 30}', values({ random: () => random }), '')).toBe(whole);
  expect(renderText('${random 1.50 2.5}', values({ random: () => random }), '')).toBe(decimals);
});

test.each([
  ['${env NONE}', 'variable-env'],
  ['${value none}', 'variable-value'],
  ['${value none .a}', 'variable-value'],
  ['${topic 3}', 'variable-topic'],
  ['${column none}', 'variable-column'],
])('%s without a value keeps the message from going out: %s.', (text, code) => {
  expect(renderText(text, values(), 'a/b')).toMatchObject({ kind: 'failed', code });
});

test('What is to stay stands as it stood.', () => {
  expect(renderText('${env SITE} ${now}', values({ now: 1 }), '', ({ kind }) => kind === 'env')).toBe(
    '${env SITE} 1',
  );
});

test('An error that is none of ours is not taken for a missing value.', () => {
  const broken = values({
    uuid: () => {
      throw new TypeError('broken');
    },
  });
  expect(() => renderText('${uuid}', broken, '')).toThrow('broken');
});

test.each([
  ['{"motor":{"rpm":1480}}', '.motor.rpm', '1480'],
  ['{"a":[1,{"b":"x"}]}', '.a[1].b', 'x'],
  ['{"a":{"b":null}}', '.a', '{"b":null}'],
  ['{"a":1}', '.b', null],
  ['{"a":1}', '.a.b', null],
  ['{"a":1}', '.constructor', null],
  ['{"id":12345678901234567890,"x":1.50}', '.id', '12345678901234567890'],
  ['{"id":12345678901234567890,"x":1.50}', '.x', '1.50'],
  ['{"a":{"id":12345678901234567890, "n":1e400}}', '.a', '{"id":12345678901234567890, "n":1e400}'],
  ['{"a.b":[["\\u00e9\\n"]]}', '.["a.b"][0][0]', 'é\n'],
  ['[{"a":1},{"a":2}]', '.[1].a', '2'],
  ['{"a":1,"a":2}', '.a', '2'],
  ['{"a":{"b":1}}', '.a..b', null],
  ['{"a":{"b":1}}', '.a[b', null],
  ['{"a":1', '.a', null],
  ['no json', '.a', null],
])('Of %s the field %s is %j.', (text, path, field) => {
  expect(jsonField(text, path)).toBe(field);
});
