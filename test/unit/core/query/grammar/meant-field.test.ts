import { expect, test } from 'vitest';
import { meantField } from '../../../../../src-main/core/query/grammar/meant-field.ts';

test.each([
  ['temperature>80', 'json:temperature>80', 'json:temperature>80'],
  ['press a.b[1]<=4 -old', 'json:a.b[1]<=4', 'press json:a.b[1]<=4 -old'],
  ['(state=on or state=off)', 'json:state=on', '(json:state=on or state=off)'],
  ['payload:FAULT', 'value~FAULT', 'value~FAULT'],
  ['Payload>3', 'value>3', 'value>3'],
  ['site:oslo', 'json:site~oslo', 'json:site~oslo'],
])('In %s a field is meant: %s', (text, field, filter) => {
  expect(meantField(text)).toMatchObject({ field, filter });
});

test.each([
  '',
  'press',
  'value>80',
  '"temperature>80"',
  'aa:bb:cc',
  'mqtt://host',
  '-temperature>80',
  '/a>b/',
  'a/b>c',
  'json:a>1',
  'x>(',
  'rate>',
])('In %j no field is meant', (text) => {
  expect(meantField(text)).toBeNull();
});
