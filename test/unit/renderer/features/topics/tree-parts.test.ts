import { describe, expect, test } from 'vitest';
import { previewTokens } from '../../../../../src-renderer/features/topics/rows/preview-tokens.ts';
import { wheelRows } from '../../../../../src-renderer/state/scroll/wheel-rows.ts';
import { random } from '../../../../support/random.ts';

describe('a preview', () => {
  const kinds = (text: string) =>
    previewTokens(text)
      .filter(({ text: piece }) => piece.trim() !== '')
      .map(({ kind, text: piece }) => `${kind} ${piece.trim()}`);

  test('is coloured by what its pieces are', () => {
    expect(kinds('{temperature:71.4, ok:true, id:"a,b:c", tem…:1, 1,998+ more}')).toEqual([
      'punctuation {',
      'key temperature',
      'punctuation :',
      'number 71.4',
      'punctuation ,',
      'key ok',
      'punctuation :',
      'literal true',
      'punctuation ,',
      'key id',
      'punctuation :',
      'string "a,b:c"',
      'punctuation ,',
      'key tem…',
      'punctuation :',
      'number 1',
      'punctuation ,',
      'note 1,998+ more',
      'punctuation }',
    ]);
  });

  test('takes a key for a key, whatever it looks like', () => {
    expect(kinds('{5:1, true:2, "a b":3}').filter((kind) => kind.startsWith('key'))).toEqual([
      'key 5',
      'key true',
      'key "a b"',
    ]);
  });

  test('is never changed by it', () => {
    const rng = random(11);
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '…',
      ' ',
      '8 more',
      '-1.5e9',
      'true',
      'ä',
      '😀',
      '\n',
    ];
    for (let turn = 0; turn < 3_000; turn++) {
      const text = Array.from({ length: rng.int(20) }, () => rng.pick(pieces)).join('');
      expect(
        previewTokens(text)
          .map((token) => token.text)
          .join(''),
      ).toBe(text);
    }
  });
});

describe('a wheel', () => {
  const wheel = (deltaY: number, wheelDeltaY: number, deltaMode = 0) =>
    wheelRows({ deltaY, deltaMode, wheelDeltaY } as unknown as WheelEvent, 20);

  test('with notches moves by whole rows', () => {
    expect(wheel(100, -120)).toBe(4);
    expect(wheel(-100, 120)).toBe(-4);
    expect(wheel(300, -360)).toBe(12);
    expect(wheel(120, -120)).toBe(4);
    expect(Number.isInteger(wheel(53, -120))).toBe(true);
  });

  test('of a touch pad moves to the pixel', () => {
    expect(wheel(7, -21)).toBeCloseTo(7 / 24);
    expect(wheel(-1, 3)).toBeCloseTo(-1 / 24);
  });

  test('counted in lines or pages moves by those', () => {
    expect(wheel(3, 0, 1)).toBe(3);
    expect(wheel(-1, 0, 2)).toBe(-19);
  });
});
