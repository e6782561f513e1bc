// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepTyped, onTyped, takeTyped } from '../../../../../src-renderer/app/commands/typed-ahead.ts';
import { teardown } from '../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../support/window/fake-app.ts';

let window: FakeApp;

beforeEach(() => {
  window = fakeApp();
  keepTyped(window.app);
});
afterEach(async () => {
  window.app.shell.close();
  document.body.replaceChildren();
  await teardown();
});

/** Presses a key; true: somebody else may have it. */
function press(key: string, more: KeyboardEventInit = {}): boolean {
  return document.body.dispatchEvent(
    new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }),
  );
}

test('What is typed before the palette has its field is the palette’s.', () => {
  expect(press('x')).toBe(true);
  window.app.shell.open({ kind: 'palette' });
  expect([press('n'), press('é'), press('w')]).toEqual([false, false, false]);
  expect([takeTyped(), takeTyped()]).toEqual(['néw', '']);
});

test('Enter and keys with a name are no text, and shortcuts are left alone.', () => {
  window.app.shell.open({ kind: 'go-to-topic' });
  expect(press('Enter')).toBe(false);
  expect([
    press('ArrowDown'),
    press('a', { ctrlKey: true }),
    press('b', { altKey: true }),
    press('c', { metaKey: true }),
  ]).toEqual([true, true, true, true]);
  expect(takeTyped()).toBe('');
});

test('What is typed while it is there without the focus goes to it at once.', () => {
  window.app.shell.open({ kind: 'palette' });
  const got: string[] = [];
  const end = onTyped((text) => got.push(text));
  press('a');
  end();
  press('b');
  expect([got, takeTyped()]).toEqual([['a'], 'b']);
});

test('Its own field has its keys.', () => {
  const field = document.createElement('input');
  field.className = 'palette-input';
  document.body.append(field);
  field.focus();
  window.app.shell.open({ kind: 'palette' });
  expect(press('a')).toBe(true);
  expect(takeTyped()).toBe('');
});

test('What was typed for a palette that was closed again is nobody’s.', () => {
  window.app.shell.open({ kind: 'palette' });
  press('a');
  window.app.shell.close();
  window.app.shell.open({ kind: 'palette' });
  expect(takeTyped()).toBe('');
});

test('Other dialogs are typed into as ever.', () => {
  window.app.shell.open({ kind: 'settings' });
  expect(press('a')).toBe(true);
  expect(takeTyped()).toBe('');
});
