// @vitest-environment happy-dom
import type { ReactNode } from 'react';
import { act, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { lazyPart } from '../../../../../src-renderer/ui/base/lazy-part.tsx';
import { FaultBoundary } from '../../../../../src-renderer/ui/feedback/fault-boundary.tsx';
import { live } from '../../../../support/window/live.ts';
import { teardown } from '../../../../support/teardown.ts';

const Chart = ({ of }: { readonly of: string }) => <p>Chart of {of}</p>;

/** With what comes at once. */
const drawnWith = (part: ReactNode) => act(async () => void live(part));

/** Fails the first times it is asked. */
function failing(times: number) {
  const load = vi.fn(() =>
    load.mock.calls.length <= times
      ? Promise.reject(new Error('Failed to fetch the part'))
      : Promise.resolve(Chart),
  );
  return load;
}

async function show(load: () => Promise<typeof Chart>, onClose?: () => void): Promise<void> {
  const Part = lazyPart(load, 'loading');
  await drawnWith(
    <FaultBoundary what="The chart" {...(onClose === undefined ? {} : { onClose })}>
      <Part of="a/b" />
    </FaultBoundary>,
  );
}

beforeEach(() => {
  vi.useFakeTimers();
  // React reports each fault that a boundary caught.
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(async () => {
  await teardown();
  vi.restoreAllMocks();
  vi.useRealTimers();
  document.head.replaceChildren();
});
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

test('a part is loaded when it is first drawn, once for all that draw it', async () => {
  const load = failing(0);
  const Part = lazyPart(load);
  expect(load).not.toHaveBeenCalled();
  await drawnWith(
    <>
      <Part of="a" />
      <Part of="b" />
    </>,
  );
  await pass(0);
  expect(screen.getAllByText(/Chart of/).map(({ textContent }) => textContent)).toEqual([
    'Chart of a',
    'Chart of b',
  ]);
  expect(load).toHaveBeenCalledTimes(1);
});

test('what was loaded before it is drawn is there at once, and is not loaded again', async () => {
  const load = failing(0);
  const Part = lazyPart(load, 'loading');
  await Part.loadAhead();
  await Part.loadAhead();
  live(<Part of="a" />);
  expect(document.body.textContent).toBe('Chart of a');
  expect(load).toHaveBeenCalledTimes(1);
});

test('what was not loaded ahead is loaded when drawn, and whoever waits gets neither failure', async () => {
  const load = failing(4);
  const Part = lazyPart(load);
  const ahead = Part.loadAhead().catch((error: unknown) => String(error));
  await pass(5_000);
  expect(await ahead).toBe('PartNotLoaded: Failed to fetch the part');
  await drawnWith(<Part of="a" />);
  expect(screen.getByText('Chart of a')).toBeTruthy();
});

test('a part that is left while it loads changes nothing more', async () => {
  const load = failing(1);
  const Part = lazyPart(load);
  await drawnWith(<Part of="a" />);
  await drawnWith(<p>another</p>);
  await pass(1_000);
  expect(document.body.textContent).toBe('another');
  expect(console.error).not.toHaveBeenCalled();
});

test('what fails to load is asked for again by itself', async () => {
  const load = failing(3);
  await show(load);
  await pass(0);
  expect(screen.getByText('loading')).toBeTruthy();
  await pass(1_300);
  expect(load).toHaveBeenCalledTimes(3);
  expect(screen.queryByRole('alert')).toBeNull();
  await pass(3_000);
  expect(screen.getByText('Chart of a/b')).toBeTruthy();
});

test('what fails each time is a fault that says why, and its button asks anew', async () => {
  const load = failing(4);
  await show(load);
  await pass(5_000);
  const { textContent } = screen.getByRole('alert');
  expect(textContent).toContain('The chart could not be loaded.Failed to fetch the part. Topicscope’s host');
  await pass(60_000);
  expect(load).toHaveBeenCalledTimes(4);
  await act(async () => screen.getByRole('button', { name: 'Show it again' }).click());
  expect(screen.getByText('Chart of a/b')).toBeTruthy();
  expect(load).toHaveBeenCalledTimes(5);
});

test('the message over the window can be closed, and one in its place cannot', async () => {
  const onClose = vi.fn();
  await show(failing(4), onClose);
  await pass(5_000);
  act(() => screen.getByRole('button', { name: 'Close' }).click());
  expect(onClose).toHaveBeenCalledTimes(1);
});

test('a style sheet that failed is asked for again with its part', async () => {
  const sheetOf = (id: string, sheet: object): HTMLLinkElement => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.id = id;
    Object.defineProperty(link, 'sheet', { value: sheet });
    document.head.append(link);
    return link;
  };
  const refused = sheetOf('failed', {
    get cssRules(): never {
      throw new DOMException('Cannot access rules', 'SecurityError');
    },
  });
  const whole = sheetOf('whole', { cssRules: [{}] });
  await show(failing(1));
  await pass(300);
  expect(refused.isConnected).toBe(false);
  expect(document.querySelector('link#failed')).not.toBeNull();
  expect(whole.isConnected).toBe(true);
});
