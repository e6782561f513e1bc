import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTemplate, variablesOf } from '../../../../../src-main/core/publish/template/variables.ts';

test.each([
  ['${now}', { kind: 'now' }],
  ['${ iso }', { kind: 'iso' }],
  ['${uuid}', { kind: 'uuid' }],
  ['${counter}', { kind: 'counter' }],
  ['${random 10 30}', { kind: 'random', from: 10, to: 30, digits: 0 }],
  ['${random 2.50 -1}', { kind: 'random', from: -1, to: 2.5, digits: 2 }],
  ['${env SITE}', { kind: 'env', name: 'SITE' }],
  ['${value plant/a b}', { kind: 'value', topic: 'plant/a b', path: null }],
  ['${value plant/x .motor.rpm}', { kind: 'value', topic: 'plant/x', path: '.motor.rpm' }],
  ['${topic 4}', { kind: 'topic', level: 4 }],
  ['${column Pump speed}', { kind: 'column', name: 'Pump speed' }],
])('%s is a variable.', (text, variable) => {
  expect(variablesOf([`a ${text} b`])).toEqual([variable]);
});

test.each([
  '${}',
  '${later}',
  '${random 1}',
  `\${random 0 1${'0'.repeat(21)}}`,
  `\${random -1${'0'.repeat(400)} 1}`,
  '${random a b}',
  '${env 1X}',
  '${env A B}',
  '${topic 0}',
  '${topic x}',
])('%s is none: it is told, and sent as it stands.', (text) => {
  expect(parseTemplate(`a ${text} b`)).toEqual({
    pieces: [{ kind: 'text', text: `a ${text} b` }],
    unknown: [text],
  });
});

test('The pieces of any text are the text.', () => {
  const part = fc.oneof(fc.string(), fc.constantFrom('${now}', '${', '}', '${random 1 2}', '$', '${x}'));
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const text = parts.join('');
      const { pieces } = parseTemplate(text);
      expect(pieces.map((piece) => (piece.kind === 'text' ? piece.text : piece.source)).join('')).toBe(text);
    }),
    { seed: 2 },
  );
});
