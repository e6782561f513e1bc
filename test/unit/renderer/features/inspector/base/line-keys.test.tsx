// @vitest-environment happy-dom
import { afterEach, expect, test } from 'vitest';
import { runLineKey } from '../../../../../../src-renderer/features/inspector/base/line-keys.ts';
import type { MenuAction } from '../../../../../../src-renderer/ui/controls/menu.tsx';
import { teardown } from '../../../../../support/teardown.ts';
import { live } from '../../../../../support/window/live.ts';

afterEach(teardown);

/** A line with two steps and a button in it; what was done, and what its keys left to others. */
function line(more: Partial<MenuAction> = {}) {
  const done: string[] = [];
  const left: string[] = [];
  const step = (name: string) => () => void done.push(name);
  const steps = { ArrowDown: step('down'), ContextMenu: step('menu') };
  const actions = [{ id: 'watch', label: 'Watch', keys: 'W', run: step('watch'), ...more }];
  const page = live(
    <div
      role="textbox"
      tabIndex={0}
      onKeyDown={(event) => {
        runLineKey(event, steps, actions);
        if (!event.defaultPrevented) left.push(event.key);
      }}
    >
      <button type="button">In the line</button>
    </div>,
  );
  page.getByRole('textbox').focus();
  return { page, done, left };
}

test('A named key, and a letter that stands beside an action, do what they say and nothing else.', async () => {
  const { page, done, left } = line();
  await page.user.keyboard('{ArrowDown}wWx{Enter}');
  expect(done).toEqual(['down', 'watch', 'watch']);
  expect(left).toEqual(['x', 'Enter']);
});

test('The menu key and Shift+F10 are one; F10 alone is none of ours.', async () => {
  const { page, done, left } = line();
  await page.user.keyboard('{ContextMenu}{Shift>}{F10}{/Shift}{F10}');
  expect(done).toEqual(['menu', 'menu']);
  expect(left).toEqual(['Shift', 'F10']);
});

test('With Ctrl, Alt or the command key, and in what stands in the line, keys are left to others.', async () => {
  const { page, done } = line();
  for (const held of ['Control', 'Alt', 'Meta']) await page.user.keyboard(`{${held}>}w{ArrowDown}{/${held}}`);
  page.getByRole('button').focus();
  await page.user.keyboard('w{ArrowDown}');
  expect(done).toEqual([]);
});

test('A letter does not do what cannot be done now.', async () => {
  const { page, done, left } = line({ off: '100 are watched already' });
  await page.user.keyboard('w');
  expect([done, left]).toEqual([[], ['w']]);
});
