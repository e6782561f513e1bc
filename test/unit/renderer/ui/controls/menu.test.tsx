// @vitest-environment happy-dom
import { act } from '@testing-library/react';
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isSafeText } from '../../../../../src-main/core/payload/visible.ts';
import { Menu, MenuButton, type MenuItem } from '../../../../../src-renderer/ui/controls/menu.tsx';
import { teardown } from '../../../../support/teardown.ts';
import { HOSTILE_TEXTS } from '../../../../support/window/hostile-texts.ts';
import { focusedName, isDisabled, live, type Live } from '../../../../support/window/live.ts';

/** What ran, in order. */
let ran: string[] = [];

beforeEach(() => {
  ran = [];
});
afterEach(teardown);

const item = (id: string, label: string, more: Partial<MenuItem> = {}): MenuItem => ({
  id,
  label,
  run: () => ran.push(id),
  ...more,
});
const ITEMS: readonly MenuItem[] = [
  item('copy', 'Copy topic'),
  item('clear', 'Clear retained…', { danger: true }),
  item('sub', 'Subscribe', { off: 'subscribed' }),
  { id: 'mark', label: 'Mark', items: [{ id: 'red', label: 'Red', run: () => ran.push('red') }] },
];

function Page({ items = ITEMS }: { readonly items?: readonly MenuItem[] }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button onClick={() => setOpen(true)}>Row</button>
      {open ? (
        <Menu
          label="Actions of plant/a"
          items={items}
          at={{ x: 10, y: 20 }}
          onClose={() => {
            ran.push('closed');
            setOpen(false);
          }}
        />
      ) : null}
      <button>Behind</button>
    </>
  );
}
const entry = (page: Live, name: string | RegExp) => page.getByRole('menuitem', { name });
const opened = async (items?: readonly MenuItem[]) => {
  const page = live(<Page {...(items === undefined ? {} : { items })} />);
  await page.user.tab();
  await page.user.keyboard('{Enter}');
  await page.findByRole('menu', { name: 'Actions of plant/a' });
  await expect.poll(() => document.activeElement?.getAttribute('role')).toBe('menuitem');
  return page;
};
const closed = async (page: Live) => {
  await expect.poll(() => page.queryByRole('menu')).toBeNull();
};

describe('A menu at a point', () => {
  test('begins at its first item, and the arrow keys move on', async () => {
    const page = await opened();
    expect(document.activeElement).toBe(entry(page, 'Copy topic'));
    await page.user.keyboard('{ArrowDown}');
    expect(document.activeElement).toBe(entry(page, 'Clear retained…'));
    await page.user.keyboard('{Home}{ArrowUp}');
    expect(document.activeElement).toBe(entry(page, 'Mark'));
  });

  test('leaves the focus on the item that somebody was quick to reach', async () => {
    const page = live(<Page />);
    const row = page.getByRole('button', { name: 'Row' });
    act(() => row.click());
    entry(page, 'Clear retained…').focus();
    // It has opened some frames after it is drawn.
    for (const _ of [1, 2, 3]) await act(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    expect(document.activeElement).toBe(entry(page, 'Clear retained…'));
  });

  test('goes to the item that begins with what is typed', async () => {
    const page = await opened();
    await page.user.keyboard('cl');
    await expect.poll(() => document.activeElement).toBe(entry(page, 'Clear retained…'));
  });

  test('does what is chosen once it is gone, and the focus is back where it was', async () => {
    const page = await opened();
    await page.user.keyboard('{ArrowDown}{Enter}');
    await expect.poll(() => ran).toEqual(['closed', 'clear']);
    expect(page.queryByRole('menu')).toBeNull();
    await expect.poll(focusedName).toBe('Row');
  });

  test('does what is pressed', async () => {
    const page = await opened();
    await page.user.click(entry(page, 'Copy topic'));
    await expect.poll(() => ran).toEqual(['closed', 'copy']);
  });

  test.each(['{Escape}', '{Tab}', '{Shift>}{Tab}{/Shift}'])(
    'is closed by %s, does nothing and gives the focus back',
    async (keys) => {
      const page = await opened();
      await page.user.keyboard(keys);
      await closed(page);
      expect(ran).toEqual(['closed']);
      await expect.poll(focusedName).toBe('Row');
    },
  );

  test('does not do what cannot be done, and says why it cannot', async () => {
    const page = await opened();
    const off = entry(page, /Subscribe/);
    expect([isDisabled(off), off.textContent]).toEqual([true, 'Subscribesubscribed']);
    await page.user.click(off);
    expect(ran).toEqual([]);
  });

  test('opens one beside it by the arrow key towards it, and goes back by the other', async () => {
    const page = await opened();
    await page.user.keyboard('{End}{ArrowRight}');
    expect(await page.findByRole('menu', { name: 'Mark' })).toBeTruthy();
    await expect.poll(() => document.activeElement).toBe(entry(page, 'Red'));
    await page.user.keyboard('{ArrowLeft}');
    await expect.poll(() => page.queryByRole('menu', { name: 'Mark' })).toBeNull();
    await page.user.keyboard('{ArrowRight}');
    await expect.poll(() => document.activeElement).toBe(entry(page, 'Red'));
    await page.user.keyboard('{Enter}');
    await expect.poll(() => ran).toEqual(['closed', 'red']);
  });
});

describe('A button that opens a menu', () => {
  const button = () => {
    const page = live(<MenuButton label="More" icon={Pencil} items={ITEMS} />);
    return { page, more: page.getByRole('button', { name: 'More' }) };
  };

  test('says so, opens it below itself and does what is chosen', async () => {
    const { page, more } = button();
    expect([more.getAttribute('aria-haspopup'), more.getAttribute('aria-expanded')]).toEqual([
      'menu',
      'false',
    ]);
    await page.user.click(more);
    await page.user.click(await page.findByRole('menuitem', { name: 'Copy topic' }));
    await expect.poll(() => ran).toEqual(['copy']);
    await expect.poll(focusedName).toBe('More');
  });

  test('has the focus back before what is chosen takes it away', async () => {
    let focused = '';
    function Exporting() {
      const [runs, setRuns] = useState(false);
      const run = () => {
        focused = focusedName();
        setRuns(true);
      };
      return runs ? (
        <button>Stop</button>
      ) : (
        <MenuButton label="Export" icon={Pencil} items={[{ id: 'csv', label: 'As CSV', run }]} />
      );
    }
    const page = live(
      <>
        <button>First</button>
        <Exporting />
      </>,
    );
    page.getByRole('button', { name: 'Export' }).focus();
    await page.user.keyboard('{Enter}');
    await expect.poll(focusedName).toBe('As CSV');
    await page.user.keyboard('{Enter}');
    await page.findByRole('button', { name: 'Stop' });
    expect([focused, focusedName()]).toEqual(['Export', 'nothing']);
  });

  test('does nothing where it is closed by Escape, not even what was chosen before', async () => {
    const { page, more } = button();
    await page.user.click(more);
    await page.user.click(await page.findByRole('menuitem', { name: 'Copy topic' }));
    await expect.poll(() => ran.length).toBe(1);
    await page.user.click(more);
    await page.findByRole('menu');
    await page.user.keyboard('{Escape}');
    await closed(page);
    expect(ran).toHaveLength(1);
  });
});

test('A menu with names that others gave deceives no eye.', async () => {
  const page = await opened(HOSTILE_TEXTS.map((text, at) => item(String(at), text)));
  const menu = page.getByRole('menu');
  expect(isSafeText(menu.textContent)).toBe(true);
  expect(menu.querySelector('b')).toBeNull();
});
