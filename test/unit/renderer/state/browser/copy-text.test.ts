import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { copied, copyText } from '../../../../../src-renderer/state/browser/copy-text.ts';

/** What is on the clipboard. */
let clipboard: string | null;
const page = Object.assign(new EventTarget(), { execCommand: undefined as unknown });

/** The older way of a browser, which asks for what is copied. */
function copyCommand(): boolean {
  const clipboardData = { setData: (_: string, text: string) => (clipboard = text) };
  return !page.dispatchEvent(Object.assign(new Event('copy', { cancelable: true }), { clipboardData }));
}

beforeEach(() => {
  clipboard = null;
  page.execCommand = copyCommand;
  vi.stubGlobal('document', page);
  vi.stubGlobal('navigator', { clipboard: { writeText: async (text: string) => void (clipboard = text) } });
});
afterEach(() => vi.unstubAllGlobals());

describe('A text that is copied', () => {
  test('is on the clipboard', async () => {
    page.execCommand = () => expect.unreachable();
    expect([await copyText('plant/a'), clipboard]).toEqual([true, 'plant/a']);
  });

  test.each([
    ['has no clipboard', {}],
    ['refuses it', { clipboard: { writeText: () => Promise.reject(new Error('No.')) } }],
  ])('is copied the older way where the browser %s', async (_, browser) => {
    vi.stubGlobal('navigator', browser);
    expect([await copyText('plant/a'), clipboard]).toEqual([true, 'plant/a']);
  });

  test.each([
    ['refuses as well', () => false],
    ['is gone', undefined],
  ])('is not where the older way %s, and nothing breaks', async (_, command) => {
    vi.stubGlobal('navigator', {});
    page.execCommand = command;
    expect(await copyText('plant/a')).toBe(false);
    // What a person copies next is not changed by the text that waited.
    expect([copyCommand(), clipboard]).toEqual([false, null]);
    await expect(copied('plant/a', 'Topic copied')).rejects.toThrow(
      'The clipboard refused. Select the text and copy it.',
    );
  });
});

test('What was done is answered, once it is.', async () => {
  expect(await copied('plant/a', 'Topic copied')).toBe('Topic copied');
});
