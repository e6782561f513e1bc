// @vitest-environment happy-dom
import { afterEach, describe, expect, test, vi } from 'vitest';
import { classes } from '../../../../../src-renderer/ui/base/classes.ts';
import { ColourMark, MARK_WORDS } from '../../../../../src-renderer/ui/base/colour-mark.tsx';
import { Kbd, keysText } from '../../../../../src-renderer/ui/base/kbd.tsx';
import { VisuallyHidden } from '../../../../../src-renderer/ui/base/visually-hidden.tsx';
import { teardown } from '../../../../support/teardown.ts';
import { live } from '../../../../support/window/live.ts';

afterEach(async () => {
  vi.unstubAllGlobals();
  await teardown();
});

describe('Keys', () => {
  test.each([
    ['Mod+Shift+P', 'Ctrl ⇧ P'],
    ['View+1', 'Alt 1'],
    ['Mod+Enter', 'Ctrl ↵'],
    ['ArrowUp', '↑'],
    ['F2', 'F2'],
  ])('%s are written as %s', (keys, text) => expect(keysText(keys)).toBe(text));

  test('are written as a Mac does on one', async () => {
    vi.stubGlobal('navigator', { platform: 'MacIntel' });
    // It is asked once, when the module is loaded.
    vi.resetModules();
    const onMac = await import('../../../../../src-renderer/ui/base/kbd.tsx');
    expect(['Mod+Shift+P', 'View+1', 'Alt+F'].map((keys) => onMac.keysText(keys))).toEqual([
      '⌘ ⇧ P',
      '⌃ 1',
      '⌥ F',
    ]);
  });

  test('beside words are not part of what those are called', () => {
    const page = live(
      <button>
        Find <Kbd keys="Mod+F" framed />
      </button>,
    );
    expect(page.getByRole('button', { name: 'Find' }).textContent).toBe('Find Ctrl F');
  });
});

test('Names of classes are those that apply.', () => {
  expect(classes('a', false, null, undefined, '', 'b')).toBe('a b');
  expect(classes(false)).toBe('');
});

test('Each colour of a mark has a word of its own and a shape of its own, and the mark says nothing.', () => {
  const colours = Object.keys(MARK_WORDS) as (keyof typeof MARK_WORDS)[];
  live(colours.map((colour) => <ColourMark key={colour} colour={colour} />));
  const marks = [...document.querySelectorAll('[aria-hidden=true]')];
  expect(new Set(marks.map(({ className }) => className)).size).toBe(colours.length);
  expect(document.body.textContent).toBe('');
  expect(new Set(Object.values(MARK_WORDS)).size).toBe(colours.length);
});

test('Words for screen readers only can be what describes a control.', () => {
  const page = live(
    <>
      <button aria-describedby="why">Clear</button>
      <VisuallyHidden id="why">Nothing is retained.</VisuallyHidden>
    </>,
  );
  expect(page.getByText('Nothing is retained.').id).toBe('why');
});
