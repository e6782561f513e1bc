// @vitest-environment happy-dom
import { fireEvent } from '@testing-library/react';
import { useRef } from 'react';
import { afterEach, describe, expect, test } from 'vitest';
import {
  isMenuKey,
  useMessageMenu,
} from '../../../../../../src-renderer/features/inspector/base/use-message-menu.tsx';
import type { MenuItem } from '../../../../../../src-renderer/ui/controls/menu.tsx';
import { teardown } from '../../../../../support/teardown.ts';
import { selectIn } from '../../../../../support/window/laid-out.ts';
import { focusedName, live } from '../../../../../support/window/live.ts';

afterEach(teardown);

interface BodyProps {
  readonly items: readonly MenuItem[];
}

function Body({ items }: BodyProps) {
  const body = useRef<HTMLDivElement>(null);
  const menu = useMessageMenu(body, () => items);
  return (
    <div ref={body} onContextMenu={menu.open}>
      <p>The text of a value</p>
      <input aria-label="Find" />
      <button type="button">Show more</button>
      <button type="button" aria-label="By hand" onClick={() => menu.openAt({ x: 5, y: 5 }, items)} />
      <div role="textbox" aria-haspopup="menu" tabIndex={0} aria-label="With a menu" />
      {menu.drawn}
    </div>
  );
}

const part = (items: readonly MenuItem[]) => (
  <div role="tabpanel" tabIndex={0} aria-label="Panel">
    <Body items={items} />
  </div>
);
function open(label = 'Copy topic') {
  const done: string[] = [];
  const item = (name: string) => ({ id: name, label: name, run: () => void done.push(name) });
  const page = live(part([item(label)]));
  return { page, done, item };
}
const menuName = 'Actions for the message';

describe('The menu of a message', () => {
  test('opens at the pointer, does what is chosen, and closes', async () => {
    const { page, done } = open();
    const text = page.getByText('The text of a value');
    expect(fireEvent.contextMenu(text, { clientX: 40, clientY: 60 })).toBe(false);
    const menu = await page.findByRole('menu', { name: menuName });
    await page.user.click(page.getByRole('menuitem', { name: 'Copy topic' }));
    await expect.poll(() => done).toEqual(['Copy topic']);
    expect(menu.isConnected).toBe(false);
  });

  test('opens by the menu key wherever the panel has the focus, and gives the focus back', async () => {
    const { page } = open();
    page.getByRole('tabpanel').focus();
    await page.user.keyboard('{Shift>}{F10}{/Shift}');
    await page.findByRole('menu', { name: menuName });
    await expect.poll(focusedName).toBe('Copy topic');
    await page.user.keyboard('{Escape}');
    await expect.poll(() => page.queryByRole('menu')).toBeNull();
    expect(focusedName()).toBe('Panel');
  });

  test('has what can be done by the time it is opened, not what could be when it was drawn', async () => {
    const { page, item } = open('Watch');
    page.again(part([item('Stop watching')]));
    page.getByRole('tabpanel').focus();
    await page.user.keyboard('{ContextMenu}');
    expect(await page.findByRole('menuitem', { name: 'Stop watching' })).toBeTruthy();
    expect(page.queryByRole('menuitem', { name: 'Watch' })).toBeNull();
  });

  test.each(['Find', 'Show more', 'With a menu'])('leaves the menu key to %s, which has its own', (name) => {
    const { page } = open();
    const [target = document] = [
      ...page.queryAllByRole('textbox', { name }),
      ...page.queryAllByRole('button', { name }),
    ];
    expect(fireEvent.keyDown(target, { key: 'ContextMenu' })).toBe(true);
    expect(page.queryByRole('menu')).toBeNull();
  });

  test('leaves the pointer to the browser over what is typed, over a button, and where text is selected', () => {
    const { page } = open();
    const left = (element: Element) => fireEvent.contextMenu(element);
    expect(left(page.getByRole('textbox', { name: 'Find' }))).toBe(true);
    expect(left(page.getByRole('button', { name: 'Show more' }))).toBe(true);
    const text = page.getByText('The text of a value');
    selectIn(text);
    expect(left(text)).toBe(true);
    expect(page.queryByRole('menu')).toBeNull();
  });

  test('does not open where there is nothing to do, by whatever it is asked for', async () => {
    const page = live(part([]));
    page.getByRole('tabpanel').focus();
    await page.user.keyboard('{ContextMenu}');
    expect(fireEvent.contextMenu(page.getByText('The text of a value'))).toBe(true);
    await page.user.click(page.getByRole('button', { name: 'By hand' }));
    expect(page.queryByRole('menu')).toBeNull();
  });

  test('moves to where it is asked for next', async () => {
    const { page } = open();
    const text = page.getByText('The text of a value');
    fireEvent.contextMenu(text, { clientX: 40, clientY: 60 });
    await page.findByRole('menu');
    fireEvent.contextMenu(text, { clientX: 90, clientY: 20 });
    expect(page.getAllByRole('menu')).toHaveLength(1);
  });
});

test('Two keys open a menu: the menu key and Shift+F10.', () => {
  const keys = [
    { key: 'ContextMenu', shiftKey: false },
    { key: 'F10', shiftKey: true },
    { key: 'F10', shiftKey: false },
    { key: 'm', shiftKey: true },
  ];
  expect(keys.map(isMenuKey)).toEqual([true, true, false, false]);
});
