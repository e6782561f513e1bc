import {
  cleanup,
  configure,
  render,
  within,
  type BoundFunctions,
  type queries,
} from '@testing-library/react';
import { userEvent, type UserEvent } from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { expect, vi } from 'vitest';
import type { EngineHandlers } from '../../../src-main/contract/api.ts';
import { Observable, type FakeEngine } from '../engine/fake-engine.ts';
import { onTeardown } from '../teardown.ts';

/*
 * Parts of the window that are used, in a document without a picture: focus, keys, roles and names are as in
 * a browser, places and sizes are nought. A file of such tests begins with `@vitest-environment happy-dom`.
 */

// A busy machine must not make a test fail that waits for what comes.
configure({
  asyncUtilTimeout: 20_000,
  // The name that was looked for, without the page as a whole.
  getElementError: (message) => new Error(message?.split('\n\n')[0]),
});

export interface Live extends BoundFunctions<typeof queries> {
  readonly user: UserEvent;
  /** What is drawn in the place of the part from now on. */
  again(part: ReactNode): void;
  /** Nothing is drawn any more. */
  unmount(): void;
}

/** Puts a part on an empty page, with somebody who uses it; found are also dialogs and menus over it. */
export function live(part: ReactNode): Live {
  cleanup();
  // Files of one worker share the document, and a press of the test before may have left text selected.
  document.getSelection()?.removeAllRanges();
  const { rerender, unmount } = render(part);
  onTeardown(cleanup);
  // No pause between keys: what waits is awaited by what it shows.
  const user = userEvent.setup({ delay: null });
  return { ...within(document.body), user, again: (next) => rerender(next), unmount };
}

/** It cannot be used, whichever way that is said. */
export function isDisabled(element: Element): boolean {
  return element.matches(':disabled') || element.getAttribute('aria-disabled') === 'true';
}

/** What a screen reader says of a control beside its name: hint, error, state. */
export function describedBy(element: Element): string {
  const ids = element.getAttribute('aria-describedby')?.split(' ') ?? [];
  return ids.map((id) => document.querySelector(`#${CSS.escape(id)}`)?.textContent ?? `no ${id}`).join(' ');
}

/** A rule of the field is broken, and it says so to those who do not see its colour. */
export function isInvalid(element: Element): boolean {
  return element.getAttribute('aria-invalid') === 'true';
}

/** What is copied from now on, in order; to be asked for after `live`, which gives the page its clipboard. */
export function copies(): string[] {
  const copied: string[] = [];
  const write = vi.spyOn(navigator.clipboard, 'writeText');
  write.mockImplementation((text) => Promise.resolve(void copied.push(text)));
  onTeardown(() => write.mockRestore());
  return copied;
}

/** What a control with text holds. */
export function valueOf(element: Element): string {
  return (element as HTMLInputElement).value;
}

/** Whether a box is ticked. */
export function isChecked(element: Element): boolean {
  return (element as HTMLInputElement).checked;
}

/** The name of what has the focus. */
export function focusedName(): string {
  const { activeElement } = document;
  if (activeElement === null || activeElement === document.body) return 'nothing';
  const id = CSS.escape(activeElement.id);
  const label = activeElement.id === '' ? null : document.querySelector(`label[for="${id}"]`);
  return activeElement.getAttribute('aria-label') ?? label?.textContent ?? activeElement.textContent;
}

type Params<K extends keyof EngineHandlers> = Parameters<EngineHandlers[K]>[0];

/**
 * The engine answers a call with what is given, from now on.
 *
 * @returns what it was asked, in order
 */
export function answer<K extends keyof EngineHandlers>(
  engine: FakeEngine,
  call: K,
  by: EngineHandlers[K],
): Params<K>[] {
  const asked: Params<K>[] = [];
  const answered = (params: Params<K>, signal: never) => {
    asked.push(params);
    return (by as (params: Params<K>, signal: never) => unknown)(params, signal);
  };
  Object.assign(engine.handlers, { [call]: answered });
  return asked;
}

/** As `answer`, with what the engine answered before. */
export function watch<K extends keyof EngineHandlers>(engine: FakeEngine, call: K): Params<K>[] {
  return answer(engine, call, engine.handlers[call]);
}

type ItemOf<K extends keyof EngineHandlers> =
  ReturnType<EngineHandlers[K]> extends AsyncIterable<infer T> ? T : never;

/**
 * The engine sends a stream what is given, from now on.
 *
 * @returns what is sent; its readers get what it is set to
 */
export function emit<K extends keyof EngineHandlers>(
  engine: FakeEngine,
  stream: K,
  first: ItemOf<K>,
): Observable<ItemOf<K>> {
  const reported = new Observable(first);
  Object.assign(engine.handlers, { [stream]: (_: unknown, signal: AbortSignal) => reported.follow(signal) });
  return reported;
}

/** Puts a text in the place of what a field holds, as a person pastes it. */
export async function put({ user }: Live, field: HTMLElement, text: string): Promise<void> {
  // By the focus: where nothing has a place, the lines between panes lie under every pointer.
  await user.clear(field);
  await user.paste(text);
}

/** Presses a button once it can be pressed: what was done before may still be under way. */
export async function press(page: Live, name: string | RegExp): Promise<void> {
  await expect.poll(() => page.getAllByRole('button', { name }).some(isDisabled)).toBe(false);
  await page.user.click(page.getByRole('button', { name }));
}
