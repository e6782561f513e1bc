// @vitest-environment happy-dom
import { describe, expect, test } from 'vitest';
import { SessionSection } from '../../../../../../../src-renderer/features/connections/editor/sections/session-section.tsx';
import type { Draft } from '../../../../../../../src-renderer/features/connections/draft/editor-draft.ts';
import { onlineState } from '../../../../../../support/engine/fake-engine.ts';
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

const edit = (draft: Partial<Draft> = {}, profileId?: string) =>
  editPart(window.app, SessionSection, { draft, ...(profileId === undefined ? {} : { profileId }) });

/** What only MQTT 5 carries. */
const ONLY_FIVE = [
  ['spinbutton', 'Session expiry (s)'],
  ['spinbutton', 'Receive maximum'],
  ['spinbutton', 'Maximum packet size (bytes)'],
  ['checkbox', 'Request problem information'],
  ['checkbox', 'Request response information'],
] as const;

describe('The session of a connection', () => {
  test.each([
    ['textbox', 'Client ID', 'clientId', 'press-03'],
    ['spinbutton', 'Keep-alive (s)', 'keepAlive', '15'],
    ['spinbutton', 'Session expiry (s)', 'sessionExpiry', '3600'],
    ['spinbutton', 'Receive maximum', 'receiveMaximum', '20'],
    ['spinbutton', 'Maximum packet size (bytes)', 'maximumPacketSize', '65536'],
  ] as const)('has a %s "%s" that writes to its own field and no other', async (role, name, field, text) => {
    const page = edit();
    const control = page.getByRole(role, { name });
    await page.user.clear(control);
    await page.user.type(control, text);
    expect(page.draft()).toEqual(draftWith({ [field]: text }));
    expect(valueOf(control)).toBe(text);
  });

  test.each([
    ['Clean start', 'cleanStart'],
    ['Request problem information', 'requestProblemInformation'],
    ['Request response information', 'requestResponseInformation'],
  ] as const)('has a box "%s" that turns its own field over and no other', async (name, field) => {
    const page = edit();
    const before = draftWith()[field];
    await page.user.click(page.getByRole('checkbox', { name }));
    expect(page.draft()).toEqual(draftWith({ [field]: !before }));
    expect(isChecked(page.getByRole('checkbox', { name }))).toBe(!before);
  });

  test.each([
    ['Keep-alive (s)', '65536'],
    ['Keep-alive (s)', '-1'],
    ['Session expiry (s)', '4294967296'],
    ['Receive maximum', '0'],
    ['Maximum packet size (bytes)', '0'],
  ])('says at "%s" why it cannot be %s, as soon as that is typed', async (name, text) => {
    const page = edit();
    const control = page.getByRole('spinbutton', { name });
    expect(isInvalid(control)).toBe(false);
    await page.user.clear(control);
    await page.user.type(control, text);
    expect(isInvalid(control)).toBe(true);
    expect(describedBy(control)).toMatch(/\d/);
    expect(valueOf(control)).toBe(text);
  });

  test('judges the client ID when it is left, not while it is typed', async () => {
    const page = edit({ version: '3.1' });
    const control = page.getByRole('textbox', { name: 'Client ID' });
    await page.user.type(control, 'a-client-id-of-24-bytes-');
    expect(isInvalid(control)).toBe(false);
    await page.user.tab();
    expect(isInvalid(control)).toBe(true);
    expect(describedBy(control)).toContain('at most 23 bytes');
  });

  test('steps the keep-alive by five seconds with the arrow keys, and stays within what the protocol has', async () => {
    const page = edit({ keepAlive: '60' });
    const control = page.getByRole('spinbutton', { name: 'Keep-alive (s)' });
    await page.user.type(control, '{ArrowUp}{ArrowUp}{ArrowDown}');
    expect(valueOf(control)).toBe('65');
    await page.user.type(control, '{PageDown}{PageDown}');
    expect(valueOf(control)).toBe('0');
    expect(describedBy(control)).toBe('Off: a dead link is noticed only when we send.');
    expect([control.getAttribute('aria-valuemin'), control.getAttribute('aria-valuemax')]).toEqual([
      '0',
      '65535',
    ]);
  });
});

describe('What a version does not carry', () => {
  test.each(['3.1', '3.1.1'] as const)(
    'is disabled with MQTT %s, keeps its value, and says why',
    (version) => {
      const page = edit({
        version,
        sessionExpiry: '60',
        receiveMaximum: 'x',
        requestResponseInformation: true,
      });
      for (const [role, name] of ONLY_FIVE) {
        const control = page.getByRole(role, { name });
        expect([name, isDisabled(control), describedBy(control)]).toEqual([
          name,
          true,
          `Not in MQTT ${version}; MQTT 5 only.`,
        ]);
        // What is not sent is not judged.
        expect([name, isInvalid(control)]).toEqual([name, false]);
      }
      expect(valueOf(page.getByRole('spinbutton', { name: 'Session expiry (s)' }))).toBe('60');
      expect(isDisabled(page.getByRole('button', { name: 'Add a user property' }))).toBe(true);
      expect(isDisabled(page.getByRole('spinbutton', { name: 'Keep-alive (s)' }))).toBe(false);
    },
  );

  test.each(['auto', '5'] as const)('may be used with MQTT %s', (version) => {
    const page = edit({ version });
    for (const [role, name] of ONLY_FIVE)
      expect([name, isDisabled(page.getByRole(role, { name }))]).toEqual([name, false]);
  });
});

describe('A session that is to be resumed', () => {
  const hint = (draft: Partial<Draft>) =>
    describedBy(edit(draft).getByRole('checkbox', { name: 'Clean start' }));

  test('needs a client ID that stays the same', () => {
    expect(hint({ cleanStart: false, clientId: '', sessionExpiry: '60' })).toContain('needs a Client ID');
  });

  test('needs an expiry where MQTT 5 may be spoken, and none before', () => {
    expect(hint({ cleanStart: false, clientId: 'a', sessionExpiry: ' ' })).toContain(
      'Without a session expiry',
    );
    expect(hint({ cleanStart: false, clientId: 'a', version: '3.1.1' })).toBe('Called clean session there.');
  });

  test('needs nothing more with both, and nothing is said', () => {
    expect(hint({ cleanStart: false, clientId: 'a', sessionExpiry: '60' })).toBe('');
    expect(hint({ cleanStart: true })).toBe('');
  });

  test.each([
    ['', 'Empty: the session ends with the connection.'],
    ['4294967295', 'Never: the broker keeps the session.'],
    ['60', 'After the connection ended.'],
  ])('says what an expiry of "%s" means', (sessionExpiry, words) => {
    const control = edit({ sessionExpiry }).getByRole('spinbutton', { name: 'Session expiry (s)' });
    expect(describedBy(control)).toBe(words);
  });
});

describe('A client ID that is made for each connection', () => {
  const opened = async (more: object = {}) => {
    window.engine.add({ profileId: 'plant', state: { ...onlineState(), ...more } as never });
    await expect.poll(() => window.app.connections.store.getState().connections.length).toBe(1);
  };
  const hint = (clientId: string, profileId?: string) =>
    describedBy(edit({ clientId }, profileId).getByRole('textbox', { name: 'Client ID' }));

  test('is shown for the open connection of the same profile', async () => {
    await opened({ clientId: 'topicscope-7f' });
    expect(hint('', 'plant')).toBe('Now connected as topicscope-7f.');
  });

  test('is not shown for another profile, of none, or where one is given', async () => {
    await opened({ clientId: 'topicscope-7f' });
    expect([hint('', 'other'), hint(''), hint('mine', 'plant')]).toEqual(['', '', '']);
  });

  test('is not shown for a connection that is off', async () => {
    await opened({ kind: 'stopped', since: 0, why: null });
    expect(hint('', 'plant')).toBe('');
  });
});
