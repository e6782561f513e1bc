// @vitest-environment happy-dom
import { describe, expect, test } from 'vitest';
import { keptSecret } from '../../../../../../../src-main/contract/profiles/profiles.ts';
import type { Draft } from '../../../../../../../src-renderer/features/connections/draft/editor-draft.ts';
import { AdvancedSection } from '../../../../../../../src-renderer/features/connections/editor/sections/advanced-section.tsx';
import { draftWith, editPart } from '../../../../../../support/window/edited-part.tsx';
import { eachWindow } from '../../../../../../support/window/fake-app.ts';
import {
  describedBy,
  isChecked,
  isDisabled,
  isInvalid,
  valueOf,
} from '../../../../../../support/window/live.ts';

const window = eachWindow();

const edit = (draft: Partial<Draft> = {}) => editPart(window.app, AdvancedSection, { draft });
const { proxy: NO_PROXY, serviceLimits: NO_LIMITS } = draftWith();
const SOCKS = { ...NO_PROXY, kind: 'socks5', host: 'proxy.test', port: '1080' } as const;

describe('The waits of a connection', () => {
  test.each([
    ['Connect timeout (s)', 'connectTimeout', '4.5'],
    ['Shortest wait to retry (ms)', 'backOffMin', '200'],
    ['Longest wait to retry (ms)', 'backOffMax', '60000'],
  ] as const)('have a field "%s" that writes to its own and no other', async (name, field, text) => {
    const page = edit();
    const control = page.getByRole('spinbutton', { name });
    await page.user.clear(control);
    await page.user.type(control, text);
    expect(page.draft()).toEqual(draftWith({ [field]: text }));
    expect(isInvalid(control)).toBe(false);
  });

  test('say at the longest that it is less than the shortest', async () => {
    const page = edit({ backOffMin: '5000', backOffMax: '10000' });
    const longest = page.getByRole('spinbutton', { name: 'Longest wait to retry (ms)' });
    await page.user.clear(longest);
    await page.user.type(longest, '4999');
    expect([isInvalid(longest), describedBy(longest)]).toEqual([
      true,
      'The longest wait cannot be less than the shortest.',
    ]);
    expect(isInvalid(page.getByRole('spinbutton', { name: 'Shortest wait to retry (ms)' }))).toBe(false);
  });
});

test('The separator of levels is judged when it was left, at its field.', async () => {
  const page = edit();
  const field = page.getByRole('textbox', { name: 'Topic level separator' });
  await page.user.clear(field);
  expect(isInvalid(field)).toBe(false);
  await page.user.tab();
  expect(isInvalid(field)).toBe(true);
  await page.user.type(field, '.');
  expect([isInvalid(field), page.draft().levelSeparator]).toEqual([false, '.']);
});

describe('A proxy', () => {
  const kind = (page: ReturnType<typeof edit>) => page.getByRole('combobox', { name: 'Proxy kind' });

  test('has no fields while there is none, and its usual port once there is one', async () => {
    const page = edit();
    expect(page.queryByRole('textbox', { name: 'Proxy host' })).toBeNull();
    await page.user.selectOptions(kind(page), 'HTTP CONNECT');
    expect(page.draft().proxy).toEqual({ ...NO_PROXY, kind: 'http', port: '3128' });
    await page.user.selectOptions(kind(page), 'SOCKS5');
    // One that is there was perhaps chosen.
    expect(page.draft().proxy.port).toBe('3128');
  });

  test('has fields that write to their own', async () => {
    const page = edit({ proxy: { ...NO_PROXY, kind: 'socks5' } });
    for (const [name, text] of [
      ['Proxy host', 'proxy.test'],
      ['Proxy port', '1081'],
      ['Proxy username', 'ops'],
      ['Proxy password', 'hunter2'],
    ] as const) {
      await page.user.click(page.getByLabelText(name));
      await page.user.paste(text);
    }
    expect(page.draft().proxy).toEqual({
      kind: 'socks5',
      host: 'proxy.test',
      port: '1081',
      username: 'ops',
      password: 'hunter2',
    });
    expect(page.getByLabelText('Proxy password').getAttribute('type')).toBe('password');
    expect(document.body.textContent).not.toContain('hunter2');
  });

  test('is taken apart where a port stands behind its host', async () => {
    const page = edit({ proxy: { ...SOCKS, host: '' } });
    await page.user.type(page.getByRole('textbox', { name: 'Proxy host' }), 'p.test:1099');
    await page.user.tab();
    expect(page.draft().proxy).toEqual({ ...SOCKS, host: 'p.test', port: '1099' });
  });

  test('says at its password that it is too long for SOCKS5, while it is typed', async () => {
    const page = edit({ proxy: { ...SOCKS, username: 'u' } });
    const field = page.getByLabelText('Proxy password');
    await page.user.click(field);
    await page.user.paste('é'.repeat(128));
    expect([isInvalid(field), describedBy(field)]).toEqual([true, 'SOCKS5 allows at most 255 bytes.']);
  });

  test('keeps a username alone as a secret until it is marked, apart from the one of the broker', async () => {
    const page = edit({ proxy: { ...SOCKS, username: 'ops' } });
    const mark = page.getByRole('checkbox', { name: 'Not secret: proxy username' });
    await page.user.click(mark);
    expect([page.draft().notSecret.proxyUsername, page.draft().notSecret.username]).toEqual([true, false]);
    expect(isChecked(mark)).toBe(true);
  });

  test('shows nothing of what is saved of it, and removes it', async () => {
    const page = edit({ proxy: { ...SOCKS, password: keptSecret('proxy.password') } });
    expect(valueOf(page.getByLabelText('Proxy password'))).toBe('');
    expect(document.body.innerHTML).not.toContain(keptSecret('proxy.password'));
    await page.user.click(page.getByRole('button', { name: 'Remove the saved proxy password' }));
    expect(page.draft().proxy.password).toBe('');
  });

  test('is not used with a socket of this computer, and says so', () => {
    const page = edit({ protocol: 'unix', proxy: SOCKS });
    expect(page.getByText(/no proxy is used/)).toBeTruthy();
    expect(page.queryByRole('combobox', { name: 'Proxy kind' })).toBeNull();
  });
});

describe('What a service allows', () => {
  test.each([
    ['Maximum QoS', '1', { maximumQos: 1 }],
    ['Maximum QoS', '0', { maximumQos: 0 }],
    ['Retained messages', 'not allowed', { retain: false }],
    ['Retained messages', 'allowed', { retain: true }],
  ])('has "%s" to be %s', async (name, choice, change) => {
    const page = edit();
    const select = page.getByRole('combobox', { name });
    await page.user.selectOptions(select, choice);
    expect(page.draft().serviceLimits).toEqual({ ...NO_LIMITS, ...change });
    // And what was chosen is what is shown.
    expect((select as HTMLSelectElement).selectedOptions[0]?.textContent).toBe(choice);
    await page.user.selectOptions(select, (select as HTMLSelectElement).options[0]!);
    expect(page.draft().serviceLimits).toEqual(NO_LIMITS);
  });

  test.each([
    ['Filters per SUBSCRIBE', 'filtersPerSubscribe', '0'],
    ['Topic levels', 'topicLevels', '0'],
    ['Topic length (bytes)', 'topicBytes', '65536'],
    ['Minimum keep-alive (s)', 'keepAliveMin', '65536'],
    ['Maximum keep-alive (s)', 'keepAliveMax', '0'],
  ] as const)('has a number "%s" of its own, which says what it cannot be', async (name, field, wrong) => {
    const page = edit();
    const control = page.getByRole('spinbutton', { name });
    await page.user.type(control, '8');
    expect(page.draft().serviceLimits).toEqual({ ...NO_LIMITS, [field]: '8' });
    expect(isInvalid(control)).toBe(false);
    await page.user.clear(control);
    await page.user.type(control, wrong);
    expect(isInvalid(control)).toBe(true);
    await page.user.clear(control);
    expect([isInvalid(control), page.draft().serviceLimits]).toEqual([false, NO_LIMITS]);
  });
});

test('How secrets are kept is said beside headers that hold one, and beside the proxy.', async () => {
  const said = async (draft: Partial<Draft>) => {
    const page = edit(draft);
    await expect.poll(() => window.app.secrets.store.getState().state).not.toBeNull();
    return page.queryAllByText(/^Secrets are kept in memory only/).length;
  };
  const headers = [{ name: 'Authorization', value: 'x' }];
  expect(await said({})).toBe(0);
  expect(await said({ protocol: 'wss', headers })).toBe(1);
  expect(await said({ protocol: 'mqtts', headers })).toBe(0);
  expect(await said({ protocol: 'wss', headers, proxy: { ...SOCKS, password: 'x' } })).toBe(2);
  expect(isDisabled(edit({ protocol: 'mqtts', headers }).getByRole('button', { name: 'Add a header' }))).toBe(
    true,
  );
});
