import { describe, expect, test } from 'vitest';
import { isSafeText } from '../../../../src-main/core/payload/visible.ts';
import { nativeBox, nativeText } from '../../../../src-main/desktop/window/native-text.ts';

const HOSTILE = '\u202egnp.exe\u001b[31m\0\u200b';

describe('A box of the system', () => {
  test('shows no character that deceives the eye, in none of its texts.', () => {
    const box = nativeBox({
      title: HOSTILE,
      message: `Topicscope ${HOSTILE} is available.`,
      detail: `one\n${HOSTILE}`,
      buttons: ['Close', HOSTILE],
      cancelId: 0,
    });
    const texts = [box.title ?? '', box.message, ...(box.detail ?? '').split('\n'), ...(box.buttons ?? [])];
    for (const text of texts) expect(isSafeText(text), text).toBe(true);
    expect(texts.join()).toContain('\\u{202e}gnp.exe\\u{1b}[31m\\u{0}\\u{200b}');
    expect(box.cancelId).toBe(0);
  });

  test('keeps its own line breaks, and what it does not have.', () => {
    expect(nativeText('one\ntwo\r')).toBe('one\ntwo\\u{d}');
    expect(nativeBox({ message: 'm' })).toEqual({ message: 'm' });
  });
});
