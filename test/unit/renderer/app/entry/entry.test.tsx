// @vitest-environment happy-dom
import { act } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { failed, ProtocolError, type Failure } from '../../../../../src-main/contract/base/errors.ts';
import { EntryDialog } from '../../../../../src-renderer/app/entry/entry-dialog.tsx';
import { EntryPage } from '../../../../../src-renderer/app/entry/entry-page.tsx';
import { LinkBanner } from '../../../../../src-renderer/app/link-banner.tsx';
import { OtherVersionPage } from '../../../../../src-renderer/app/other-version.tsx';
import type { BrowserEntry } from '../../../../../src-renderer/client/connect.ts';
import { teardown } from '../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../support/window/fake-app.ts';
import { describedBy, isDisabled, isInvalid, live, valueOf } from '../../../../support/window/live.ts';

/** Tokens that were tried. */
let tried: string[] = [];
/** What is answered to the next one; null: it is let in. */
let answers: Promise<Failure | null> = Promise.resolve(null);
const entry: BrowserEntry = {
  enter: (token) => {
    tried.push(token);
    return answers;
  },
  newWindowAddress: () => Promise.resolve({ address: 'http://h/' }),
};

beforeEach(() => {
  tried = [];
  answers = Promise.resolve(null);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await teardown();
});

describe('The page of a tab that was not let in', () => {
  const open = () => {
    const page = live(<EntryPage entry={entry} />);
    return {
      ...page,
      field: page.getByLabelText('Access token'),
      button: () => page.getByRole('button', { name: /^Open/ }),
    };
  };

  test('asks for a token in a field that is hidden and has the focus, and says where it comes from', () => {
    const { field, button } = open();
    expect([document.activeElement === field, field.getAttribute('type')]).toEqual([true, 'password']);
    expect(describedBy(field)).toBe('Given at the start by --token, --token-file or TOPICSCOPE_TOKEN.');
    expect(isDisabled(button())).toBe(true);
  });

  test('takes the token without blanks around it, by Enter', async () => {
    const { user, field } = open();
    await user.type(field, '  t0ken {Enter}');
    await expect.poll(() => tried).toEqual(['t0ken']);
  });

  test('tries nothing that is blank', async () => {
    const { user, field } = open();
    await user.type(field, '   {Enter}');
    expect(tried).toEqual([]);
  });

  test('tries one at a time', async () => {
    let give = (): void => undefined;
    answers = new Promise((resolve) => (give = () => resolve(null)));
    const { user, field, button } = open();
    await user.type(field, 'a{Enter}');
    expect([button().textContent, isDisabled(button())]).toEqual(['Opening', true]);
    await user.type(field, 'b{Enter}');
    expect(tried).toEqual(['a']);
    give();
    await expect.poll(() => button().textContent).toBe('Open');
  });

  test('says at the field that it was refused, until another one is typed', async () => {
    answers = Promise.resolve(failed('refused', 'This is not the token.', 'Copy it again.'));
    const { user, field } = open();
    await user.type(field, 'wrong{Enter}');
    await expect
      .poll(() => [isInvalid(field), describedBy(field)])
      .toEqual([true, 'This is not the token. Copy it again.']);
    expect([valueOf(field), document.body.textContent.includes('wrong')]).toEqual(['wrong', false]);
    await user.type(field, 'x');
    expect(isInvalid(field)).toBe(false);
  });

  test('shows the ways that need none', () => {
    expect(
      open()
        .getAllByRole('listitem')
        .map(({ textContent }) => textContent),
    ).toEqual([expect.stringContaining('Open another window'), expect.stringContaining('press Enter')]);
  });
});

test('The dialog for a window whose program was restarted is closed without a token.', async () => {
  let closed = 0;
  const page = live(<EntryDialog entry={entry} onClose={() => (closed += 1)} />);
  expect(page.getByRole('dialog', { name: 'Access token' }).textContent).toContain(
    'Topicscope was restarted',
  );
  await page.user.click(page.getByRole('button', { name: 'Close' }));
  expect([closed, tried]).toEqual([1, []]);
});

describe('The strip of a window without its engine', () => {
  let window: FakeApp;

  beforeEach(() => {
    window = fakeApp();
  });
  const open = () => live(<LinkBanner app={window.app} />);
  const alert = (page: ReturnType<typeof open>) => page.queryByRole('alert')?.textContent;

  test('is none while all is well', () => {
    const page = open();
    expect([page.queryByRole('alert'), page.queryByRole('status')]).toEqual([null, null]);
  });

  test('says since when what is shown is old and why, and is gone when the engine is back', async () => {
    const page = open();
    window.link.cut();
    await expect
      .poll(() => alert(page))
      .toMatch(/engine does not answer\. The test cut the link\. What is shown is as it was at \d/);
    await page.user.click(page.getByRole('button', { name: 'Try again' }));
    await expect.poll(() => alert(page)).toBeUndefined();
  });

  test('says for how long an engine does not answer whose link is there', async () => {
    const page = open();
    const status = window.link.status();
    if (status.kind !== 'ready') throw new Error(status.kind);
    act(() => window.link.become({ kind: 'silent', client: status.client, since: Date.now() - 12_000 }));
    await expect
      .poll(() => alert(page))
      .toMatch(/engine does not answer\. For 1\d s\. Its process is stopped or busy/);
    expect(page.queryByRole('button', { name: 'Try again' })).toBeNull();
    act(() => window.link.restore());
    await expect.poll(() => alert(page)).toBeUndefined();
  });

  test('does not come for a gap that nobody notices', async () => {
    const page = open();
    vi.useFakeTimers();
    window.link.cut();
    await vi.advanceTimersByTimeAsync(500);
    window.link.restore();
    await vi.advanceTimersByTimeAsync(5_000);
    vi.useRealTimers();
    expect(alert(page)).toBeUndefined();
  });

  test('says that an answer could not be read, with what to report', async () => {
    const page = open();
    window.app.shell.reportMisfit('kind: expected "done"');
    await expect.poll(() => alert(page)).toContain('report it with this sentence: kind: expected "done"');
    const reload = vi.spyOn(location, 'reload').mockImplementation(() => undefined);
    await page.user.click(page.getByRole('button', { name: 'Reload' }));
    expect(reload).toHaveBeenCalledTimes(1);
  });

  test('hears of an answer that did not fit by itself', async () => {
    const page = open();
    window.link.misfit(new ProtocolError('bad-answer', 'It does not fit.'));
    await expect.poll(() => alert(page)).toContain('It does not fit.');
  });

  test('asks for access where the engine was restarted, and what is shown stays below', async () => {
    window = fakeApp(undefined, entry);
    const page = open();
    act(() => window.link.become({ kind: 'no-access', why: 'ended' }));
    expect(alert(page)).toContain(
      'this window has no access to it. What you see is from before the restart.',
    );
    await page.user.click(page.getByRole('button', { name: 'Enter access token…' }));
    await page.findByRole('dialog', { name: 'Access token' });
    await page.user.type(page.getByLabelText('Access token', { selector: 'input' }), 'secret{Enter}');
    await expect.poll(() => tried).toEqual(['secret']);
    await page.user.keyboard('{Escape}');
    await expect.poll(() => page.queryByRole('dialog')).toBeNull();
  });

  test('says that the engine was replaced by another version, and offers to reload', () => {
    const page = open();
    act(() => window.link.become({ kind: 'other-version', window: '1.0.0', engine: '2.0.0' }));
    expect(alert(page)).toContain('The engine is 2.0.0, this page was made for 1.0.0');
    expect(page.getByRole('button', { name: 'Reload' })).toBeTruthy();
  });

  test('warns of a host that can be read along, until that is hidden', async () => {
    await expect.poll(() => window.app.settings.store.getState().info).not.toBeNull();
    window.app.settings.store.setState(({ info }) => ({
      info: info === null ? null : { ...info, readable: true },
    }));
    const page = open();
    expect(page.getByRole('status').textContent).toContain('Everybody on the way can read along.');
    await page.user.click(page.getByRole('button', { name: 'Hide' }));
    expect(page.queryByRole('status')).toBeNull();
  });
});

test.each([
  ['2.0.0', 'The engine is 2.0.0, this page was made for 1.0.0'],
  [null, 'The engine does not say which it is, this page was made for 1.0.0'],
])('A page of another version than its engine (%s) says both, and offers to reload.', (engine, words) => {
  const page = live(<OtherVersionPage status={{ kind: 'other-version', window: '1.0.0', engine }} />);
  expect(page.getByRole('alert').textContent).toContain(words);
  expect(page.getByRole('button', { name: 'Reload' })).toBeTruthy();
});
