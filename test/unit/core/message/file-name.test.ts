import { expect, test } from 'vitest';
import { fileStem } from '../../../../src-main/core/message/file-name.ts';

const AT = new Date(2026, 2, 29, 2, 3, 7);

test('A name of any length is cut between characters, and the time stays.', () => {
  for (const letter of ['x', '\u{10437}', 'é'.normalize('NFD')])
    for (let before = 0; before < 4; before++) {
      const name = fileStem('a'.repeat(before) + letter.repeat(200), AT);
      expect(name).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
      expect(name.length).toBeLessThanOrEqual(60 + 20);
      expect(name).toMatch(/ 2026-03-29 \d\d\.03\.07$/);
    }
});

test('Nothing of a name leads to another folder, hides the file, or means something to a shell.', () => {
  for (const name of [
    '../../etc/passwd',
    '.hidden',
    'a\0b',
    'a\nb',
    'C:\\x',
    '\u202egnp',
    '-rf',
    '$(x)',
    '  ',
  ]) {
    const stem = fileStem(name, AT);
    expect(stem, name).toMatch(/^[\p{L}\p{N}][\p{L}\p{N}._-]* 2026-/u);
  }
  expect(fileStem('😀', AT)).toMatch(/^connection 2026-/);
});
