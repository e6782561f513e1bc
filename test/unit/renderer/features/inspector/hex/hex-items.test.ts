import { expect, test, vi } from 'vitest';
import { copyItems } from '../../../../../../src-renderer/features/inspector/hex/hex-items.ts';
import type { MenuAction, MenuItem } from '../../../../../../src-renderer/ui/controls/menu.tsx';

const labels = (items: readonly { readonly label: string }[]) => items.map(({ label }) => label);
const isAction = (item: MenuItem): item is MenuAction => 'run' in item;

test('Selected bytes are copied in each form, without a further menu.', () => {
  const copy = vi.fn();
  const items = copyItems({ from: 3, to: 7 }, 100, copy);
  expect(labels(items)).toEqual([
    'Copy selection as text',
    'Copy selection as hex',
    'Copy selection as Base64',
    'Copy selection as C array',
    'Copy all as',
  ]);
  for (const item of items.filter(isAction)) item.run();
  expect(copy.mock.calls).toEqual([
    ['text', 3, 7],
    ['hex', 3, 7],
    ['base64', 3, 7],
    ['array', 3, 7],
  ]);
});

test('All bytes are copied from a menu beside it, whether some are selected or not.', () => {
  const copy = vi.fn();
  for (const selection of [null, { from: 0, to: 1 }]) {
    const all = copyItems(selection, 100, copy).at(-1);
    const forms = all !== undefined && 'items' in all ? all.items : [];
    expect(labels(forms)).toEqual(['Text', 'Hex', 'Base64', 'C array']);
    forms[1]?.run();
  }
  expect(copy.mock.calls).toEqual([
    ['hex', 0, 100],
    ['hex', 0, 100],
  ]);
});

test('An empty payload has no bytes to copy.', () => {
  expect(copyItems(null, 0, vi.fn())).toEqual([]);
});
