// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { keptSecret } from '../../../../../../src-main/contract/profiles/profiles.ts';
import {
  Profile,
  type ConnectionState,
  type ConnectionSummary,
} from '../../../../../../src-main/contract/model/model.ts';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import { ConnectionTitle } from '../../../../../../src-renderer/features/connections/panes/connection-title.tsx';
import { RemovedNotice } from '../../../../../../src-renderer/features/connections/panes/removed-notice.tsx';
import { SavedPane } from '../../../../../../src-renderer/features/connections/panes/saved-pane.tsx';
import { onlineState } from '../../../../../support/engine/fake-engine.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../../support/window/fake-app.ts';
import { HOSTILE_TEXTS } from '../../../../../support/window/hostile-texts.ts';
import { live, watch } from '../../../../../support/window/live.ts';

let window: FakeApp;

beforeEach(() => {
  window = fakeApp();
});
afterEach(async () => {
  vi.useRealTimers();
  await teardown();
});

const profile = (options: object = {}) =>
  Profile.parse({
    id: 'plant',
    options: { name: 'Plant', protocol: 'mqtts', host: 'broker.test', port: 8883, ...options },
  });
const known = async (...profiles: Profile[]) => {
  window.engine.profiles.set(profiles);
  await expect.poll(() => window.app.profiles.store.getState().profiles.length).toBe(profiles.length);
};

describe('A profile that is saved and not open', () => {
  const pane = (options: object = {}) => live(<SavedPane app={window.app} profile={profile(options)} />);
  const fact = (name: string) =>
    [...document.querySelectorAll('dt')].find(({ textContent }) => textContent === name)?.nextElementSibling
      ?.textContent;

  test.each([
    ['Broker', {}, 'broker.test:8883'],
    ['Broker', { host: '::1' }, '[::1]:8883'],
    ['Broker', { protocol: 'unix', host: '/run/m.sock', port: 1 }, '/run/m.sock'],
    ['Transport', { protocol: 'ws' }, 'WebSocket, not encrypted'],
    ['Transport', {}, 'TLS over TCP'],
    ['MQTT version', {}, 'detected on connect'],
    ['MQTT version', { version: '3.1.1' }, '3.1.1'],
    ['User', {}, 'none'],
    ['User', { username: 'ops' }, 'ops'],
    ['User', { username: keptSecret('username') }, 'saved, not shown'],
    ['Client ID', {}, 'a new one each time'],
    ['Subscriptions', { subscriptions: [] }, 'none'],
  ])('shows its %s of %j', (name, options, words) => {
    pane(options);
    expect(fact(name)).toBe(words);
  });

  test('shows nothing of a password', () => {
    pane({ username: 'ops', password: keptSecret('password') });
    expect(document.body.innerHTML).not.toContain(keptSecret('password'));
  });

  test('is called by its host where it has no name', () => {
    const page = pane({ name: '' });
    expect(page.getByRole('heading').textContent).toBe('broker.test');
    expect(page.getByRole('region', { name: 'broker.test' })).toBeTruthy();
  });

  test('connects, is edited and is removed by its buttons', async () => {
    await known(profile());
    const opened = watch(window.engine, 'openConnection');
    const removed = watch(window.engine, 'removeProfile');
    const page = pane();
    await page.user.click(page.getByRole('button', { name: 'Connect' }));
    await expect.poll(() => opened.map(({ profileId }) => profileId)).toEqual(['plant']);
    await page.user.click(page.getByRole('button', { name: 'Edit' }));
    expect(window.app.shell.store.getState().dialog).toEqual({
      kind: 'editor',
      profileId: 'plant',
      prefill: null,
    });
    await page.user.click(page.getByRole('button', { name: 'Remove' }));
    await expect.poll(() => removed).toEqual([{ id: 'plant' }]);
  });

  test.each(HOSTILE_TEXTS)(
    'of somebody else who calls things %j is drawn with nothing that deceives',
    (text) => {
      const page = pane({ name: text, username: text, clientId: text });
      const region = page.getByRole('region');
      expect([isSafeText(region.textContent), isSafeText(region.getAttribute('aria-label') ?? '')]).toEqual([
        true,
        true,
      ]);
      expect(region.querySelector('b')).toBeNull();
    },
  );
});

describe('What was removed', () => {
  const remove = async (options: object = {}) => {
    await known(profile(options));
    await window.app.profiles.remove('plant');
    await expect.poll(() => window.app.profiles.store.getState().profiles).toEqual([]);
    return live(<RemovedNotice app={window.app} />);
  };

  test('is nothing at first', () => {
    expect(live(<RemovedNotice app={window.app} />).queryByRole('status')).toBeNull();
  });

  test('is shown by its name, or as the profile where it had none', async () => {
    expect((await remove()).getByRole('status').textContent).toContain('Plant was removed.');
    expect((await remove({ name: '' })).getByRole('status').textContent).toContain(
      'The profile was removed.',
    );
  });

  test('comes back by Undo, and the strip goes', async () => {
    const page = await remove();
    await page.user.click(page.getByRole('button', { name: 'Undo' }));
    await expect
      .poll(() => window.app.profiles.store.getState().profiles.map(({ id }) => id))
      .toEqual(['plant']);
    await expect.poll(() => page.queryByRole('status')).toBeNull();
  });

  test('stays removed when the strip is dismissed', async () => {
    const page = await remove();
    await page.user.click(page.getByRole('button', { name: 'Dismiss' }));
    expect(page.queryByRole('status')).toBeNull();
    expect(window.app.profiles.store.getState().profiles).toEqual([]);
  });

  test('is offered for a minute, and not longer', async () => {
    await remove();
    vi.useFakeTimers();
    const page = live(<RemovedNotice app={window.app} />);
    await vi.advanceTimersByTimeAsync(59_000);
    expect(page.queryByRole('status')).not.toBeNull();
    await vi.advanceTimersByTimeAsync(1_000);
    vi.useRealTimers();
    await expect.poll(() => page.queryByRole('status')).toBeNull();
  });
});

describe('The title of a connection', () => {
  const title = (more: Partial<ConnectionSummary>, production = false) => {
    const connection = window.engine.add({ name: 'Plant', ...more });
    const page = live(<ConnectionTitle connection={connection} production={production} />);
    expect(page.getByRole('heading').textContent).toBe('Plant');
    return document.querySelector('.title-facts')?.textContent ?? '';
  };
  const tls = (verified: boolean) =>
    ({ ...onlineState(), tls: { version: 'TLSv1.3', cipher: 'x', verified } }) as unknown as ConnectionState;

  test('says that it is production, in words', () => {
    expect(title({}, true)).toContain('Production');
    expect(title({}, false)).not.toContain('Production');
  });

  test('says by which version it speaks only while it is online', () => {
    expect(title({})).toContain('MQTT 5');
    expect(title({ state: { kind: 'idle' } })).not.toContain('MQTT 5');
  });

  test('says that a broker was not verified, beside the protocol', () => {
    expect(title({ state: tls(true) })).toMatch(/TLS.?1\.3(?!.*not verified)/);
    expect(title({ state: tls(false) })).toContain('not verified');
  });

  test('says where it goes without TLS, and only that it is not encrypted where that is its name', () => {
    expect(title({ address: '10.0.0.7:1883' })).toContain('10.0.0.7:1883');
    expect(title({ address: 'a\u202eb:1883' })).toContain('\\u{202e}');
  });
});
