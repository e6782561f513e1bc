// @vitest-environment happy-dom
import { afterEach, describe, expect, test } from 'vitest';
import { Banner } from '../../../../../src-renderer/ui/feedback/banner.tsx';
import { NoticeBar } from '../../../../../src-renderer/ui/feedback/notice-bar.tsx';
import { teardown } from '../../../../support/teardown.ts';
import { focusedName, live, type Live } from '../../../../support/window/live.ts';

afterEach(teardown);

const first = (
  <Banner key="first" tone="err" role="alert" title="The broker refused it." actions={<button>Retry</button>}>
    Ask somebody.
  </Banner>
);
const second = (
  <Banner key="second" tone="warn" title="Topics are forgotten." actions={<button>Settings</button>} />
);
const well = <Banner key="well" tone="none" title="Connected." />;
const open = (...banners: (typeof first)[]) => live(<NoticeBar>{banners}</NoticeBar>);
const more = (page: Live) => page.queryByRole('button', { name: 'Show notices in full' });
const isOpen = () => document.querySelector('.notices[data-open]') !== null;

describe('The bar of notices', () => {
  test('has nothing to unfold where one notice fits', () => {
    expect(more(open(first))).toBeNull();
  });

  test('does not count what only says that all is well', () => {
    expect(more(open(first, well))).toBeNull();
  });

  test('keeps what can be done while all is well, below what came before it', async () => {
    const line = <Banner key="line" tone="none" title="Subscribed." actions={<button>Subscribe</button>} />;
    const page = open(first, line);
    expect(more(page)).not.toBeNull();
    await page.user.tab();
    await page.user.tab();
    expect([focusedName(), isOpen()]).toEqual(['Subscribe', true]);
    page.again(<NoticeBar>{[line]}</NoticeBar>);
    await expect.poll(() => more(page)).toBeNull();
  });

  test('unfolds further ones by a button that says whether they are, and folds them again', async () => {
    const page = open(first, second);
    const button = more(page)!;
    expect(button.getAttribute('aria-expanded')).toBe('false');
    await page.user.click(button);
    expect(isOpen()).toBe(true);
    expect(page.getByRole('button', { name: 'Fold notices' }).getAttribute('aria-expanded')).toBe('true');
    await page.user.click(page.getByRole('button', { name: 'Fold notices' }));
    expect(isOpen()).toBe(false);
  });

  test('unfolds for whoever walks into a further one by keys, not for the first', async () => {
    const page = open(first, second);
    await page.user.tab();
    expect([focusedName(), isOpen()]).toEqual(['Retry', false]);
    await page.user.tab();
    expect([focusedName(), isOpen()]).toEqual(['Settings', true]);
    await page.user.keyboard('{Escape}');
    expect(isOpen()).toBe(false);
  });

  test('begins folded again once there was nothing more to show', async () => {
    const page = open(first, second);
    await page.user.click(more(page)!);
    page.again(<NoticeBar>{[first]}</NoticeBar>);
    await expect.poll(isOpen).toBe(false);
    page.again(<NoticeBar>{[first, second]}</NoticeBar>);
    await expect.poll(() => more(page)).not.toBeNull();
    expect(isOpen()).toBe(false);
  });
});

describe('A notice', () => {
  test('is announced as what it is; what ticks in it and what can be done are not part of that', () => {
    const page = live(
      <Banner tone="warn" role="status" title="Reconnecting." clock="in 5 s" actions={<button>Now</button>}>
        The broker closed.
      </Banner>,
    );
    expect(page.getByRole('status').textContent).toBe('Reconnecting. The broker closed.');
    expect(page.getByText('in 5 s') && page.getByRole('button', { name: 'Now' })).toBeTruthy();
  });

  test('that needs no announcement is not announced', () => {
    const page = live(<Banner tone="none" title="Connected." />);
    expect([page.queryByRole('status'), page.queryByRole('alert')]).toEqual([null, null]);
  });

  test.each([
    ['err', true],
    ['warn', true],
    ['mut', true],
    ['none', false],
  ] as const)('of tone %s is shown by its icon too: %s', (tone, hasIcon) => {
    live(<Banner tone={tone} title="Words" />);
    expect(document.querySelector('svg') !== null).toBe(hasIcon);
  });
});
