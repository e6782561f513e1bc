// @vitest-environment happy-dom
import { createEvent, fireEvent } from '@testing-library/react';
import { expect, test } from 'vitest';
import { Profile } from '../../../../../../src-main/contract/model/model.ts';
import { ConnectionRail } from '../../../../../../src-renderer/features/connections/rail/connection-rail.tsx';
import { eachWindow } from '../../../../../support/window/fake-app.ts';
import { live, watch } from '../../../../../support/window/live.ts';

const window = eachWindow();

async function open() {
  const at = (id: string, folder = '') =>
    Profile.parse({ id, folder, options: { name: id, protocol: 'mqtt', host: 'h', port: 1883 } });
  const profiles = [at('a'), at('b'), at('c', 'Oslo')];
  window.engine.profiles.set(profiles);
  await expect.poll(() => window.app.profiles.store.getState().profiles.length).toBe(3);
  const moved = watch(window.engine, 'moveProfile');
  const page = live(<ConnectionRail app={window.app} watching={null} footer={null} />);
  const row = (id: string) => document.querySelector<HTMLElement>(`[data-rail="${id}"]`)!;
  /** Takes one, and holds it over another: a pixel below its upper edge, or far below. */
  const hold = (id: string, over: string, lower = false) => {
    const dataTransfer = { setData: () => undefined, effectAllowed: '' };
    const begun = fireEvent.dragStart(row(id), { dataTransfer });
    const at = (event: Event) => Object.defineProperty(event, 'clientY', { value: lower ? 1 : 0 });
    fireEvent(row(over), at(createEvent.dragOver(row(over), { dataTransfer })));
    return {
      begun,
      drop: () => fireEvent(row(over), at(createEvent.drop(row(over), { dataTransfer }))),
    };
  };
  return { ...page, moved, row, hold };
}

test('A profile that is let go on another goes before it, or behind it on its lower half.', async () => {
  const page = await open();
  page.hold('profile:b', 'profile:a').drop();
  await expect.poll(() => page.moved).toEqual([{ id: 'b', before: 'a', folder: '' }]);
  page.hold('profile:a', 'profile:c', true).drop();
  await expect.poll(() => page.moved.at(-1)).toEqual({ id: 'a', before: null, folder: 'Oslo' });
});

test('It goes to the end of a folder it is let go on, and to none on the head of the list.', async () => {
  const page = await open();
  page.hold('profile:a', 'folder:Oslo').drop();
  await expect.poll(() => page.moved).toEqual([{ id: 'a', before: null, folder: 'Oslo' }]);
  page.hold('profile:c', 'folder:').drop();
  await expect.poll(() => page.moved.at(-1)).toEqual({ id: 'c', before: null, folder: '' });
});

test('Where it would land is marked while it is held, and not afterwards.', async () => {
  const page = await open();
  const marked = () =>
    [...document.querySelectorAll('.rail-drop-before, .rail-drop-after, .rail-drop-into')].length;
  page.hold('profile:b', 'profile:a');
  expect(page.row('profile:a').classList.contains('rail-drop-before')).toBe(true);
  fireEvent.dragEnd(page.row('profile:b'));
  expect(marked()).toBe(0);
  page.hold('profile:b', 'folder:Oslo');
  expect(marked()).toBe(1);
});

test('On itself it stays, and in a search nothing is dragged.', async () => {
  const page = await open();
  page.hold('profile:a', 'profile:a').drop();
  await page.user.type(page.getByRole('searchbox', { name: 'Search connections' }), 'a');
  await expect.poll(() => page.row('profile:b')).toBeNull();
  expect(page.hold('profile:a', 'profile:a').begun).toBe(false);
  expect(page.moved).toEqual([]);
});
