// @vitest-environment happy-dom
import { Rss } from 'lucide-react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Empty } from '../../../../../src-renderer/ui/feedback/empty.tsx';
import { FaultBoundary } from '../../../../../src-renderer/ui/feedback/fault-boundary.tsx';
import { isOverlaid } from '../../../../../src-renderer/ui/feedback/overlaid.ts';
import { StatusText, type Tone } from '../../../../../src-renderer/ui/feedback/status-text.tsx';
import { teardown } from '../../../../support/teardown.ts';
import { live } from '../../../../support/window/live.ts';

let isBroken = true;

beforeEach(() => {
  isBroken = true;
  // React reports each fault there as well.
  vi.spyOn(console, 'error').mockReturnValue();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await teardown();
});

function Rows() {
  if (isBroken) throw new Error('broken row');
  return <p>Rows</p>;
}

describe('A fault in a pane', () => {
  const open = () =>
    live(
      <>
        <FaultBoundary what="The tree">
          <Rows />
        </FaultBoundary>
        <FaultBoundary what="The inspector">
          <p>Value</p>
        </FaultBoundary>
      </>,
    );

  test('is shown there, and leaves the others as they are', () => {
    const page = open();
    expect(page.getByRole('alert').textContent).toMatch(/^The tree stopped .*broken row/);
    expect(page.getByText('Value')).toBeTruthy();
  });

  test('is over once the pane can be shown again, and is shown again where it cannot', async () => {
    const page = open();
    await page.user.click(page.getByRole('button', { name: 'Show it again' }));
    expect(page.getByRole('alert')).toBeTruthy();
    isBroken = false;
    await page.user.click(page.getByRole('button', { name: 'Show it again' }));
    expect(page.queryByRole('alert')).toBeNull();
    expect(page.getByText('Rows')).toBeTruthy();
  });
});

test('A pane without anything to show says so, what it means and what to do.', async () => {
  const subscribed = vi.fn();
  const page = live(
    <Empty icon={Rss} title="No messages yet." action={<button onClick={subscribed}>Subscribe</button>}>
      Nothing is subscribed.
    </Empty>,
  );
  expect(page.getByText('No messages yet.') && page.getByText('Nothing is subscribed.')).toBeTruthy();
  await page.user.click(page.getByRole('button', { name: 'Subscribe' }));
  expect(subscribed).toHaveBeenCalledOnce();
});

describe('A fact', () => {
  test.each<[Tone, number]>([
    ['ok', 1],
    ['warn', 1],
    ['err', 1],
    ['mut', 0],
  ])('of tone %s is shown by an icon as well, which is not read out', (tone, icons) => {
    live(<StatusText tone={tone}>Verified</StatusText>);
    expect(document.querySelectorAll('svg[aria-hidden=true]')).toHaveLength(icons);
  });

  test('is announced only where it is to be, by its name', () => {
    const page = live(
      <StatusText tone="ok" role="status" label="Chain">
        Verified
      </StatusText>,
    );
    expect(page.getByRole('status', { name: 'Chain' }).textContent).toBe('Verified');
    expect(live(<StatusText tone="ok">Verified</StatusText>).queryByRole('status')).toBeNull();
  });
});

test.each([
  ['dialog', true],
  ['alertdialog', true],
  ['menu', true],
  ['listbox', true],
  ['tree', false],
])('Over the panes lies a %s: %s.', (role, lies) => {
  live(<div role={role} />);
  expect(isOverlaid()).toBe(lies);
});

test('A list that is part of a pane does not lie over it.', () => {
  live(<div role="listbox" data-in-pane="" />);
  expect(isOverlaid()).toBe(false);
});
