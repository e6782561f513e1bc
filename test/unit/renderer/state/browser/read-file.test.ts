import { describe, expect, test } from 'vitest';
import { isSafeText } from '../../../../../src-main/core/payload/visible.ts';
import { readFile, shownFileName, unreadable } from '../../../../../src-renderer/state/browser/read-file.ts';
import { HOSTILE_TEXTS } from '../../../../support/window/hostile-texts.ts';

describe('A file that a person chose', () => {
  test('is read whole up to the limit, and refused beyond it', async () => {
    const file = new File(['abc'], 'a.bin');
    expect(await readFile(file, 3)).toEqual({ kind: 'bytes', bytes: new Uint8Array([97, 98, 99]) });
    expect(await readFile(file, 2)).toMatchObject({
      code: 'file-too-large',
      message: 'a.bin is larger than 2 B, the most that is read here.',
    });
  });

  test('that is gone by then fails with that reason', async () => {
    const gone = Object.assign(new File(['abc'], 'gone.bin'), {
      arrayBuffer: () => Promise.reject(new Error('not found')),
    });
    expect(await readFile(gone, 3)).toMatchObject({ code: 'file-unreadable' });
  });

  test.each(HOSTILE_TEXTS)('called %j deceives no eye, whatever became of it', async (name) => {
    const file = new File(['abc'], name);
    const large = await readFile(file, 1);
    for (const failure of [large, unreadable(file)])
      expect(failure.kind === 'failed' && isSafeText(failure.message), JSON.stringify(failure)).toBe(true);
  });

  test('with a long name is named by its beginning and its end', () => {
    const shown = shownFileName({ name: `${'a'.repeat(60_000)}.jsonl` });
    expect(shown.length).toBeLessThan(130);
    expect(shown.endsWith('.jsonl')).toBe(true);
  });
});
