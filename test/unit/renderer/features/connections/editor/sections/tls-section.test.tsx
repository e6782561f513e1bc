// @vitest-environment happy-dom
import { describe, expect, test } from 'vitest';
import { failed } from '../../../../../../../src-main/contract/base/errors.ts';
import type { TlsFinding } from '../../../../../../../src-main/contract/model/certificates.ts';
import { keptSecret } from '../../../../../../../src-main/contract/profiles/profiles.ts';
import type { TlsDraft } from '../../../../../../../src-renderer/features/connections/draft/draft-tls.ts';
import type { Draft } from '../../../../../../../src-renderer/features/connections/draft/editor-draft.ts';
import { TlsSection } from '../../../../../../../src-renderer/features/connections/editor/sections/tls-section.tsx';
import { draftWith, editPart } from '../../../../../../support/window/edited-part.tsx';
import { eachWindow } from '../../../../../../support/window/fake-app.ts';
import {
  answer,
  describedBy,
  isChecked,
  isDisabled,
  isInvalid,
  valueOf,
} from '../../../../../../support/window/live.ts';

const window = eachWindow();

const { tls: TLS } = draftWith();
const edit = (tls: Partial<TlsDraft> = {}, draft: Partial<Draft> = {}) =>
  editPart(window.app, TlsSection, {
    draft: { protocol: 'mqtts', port: '8883', ...draft, tls: { ...TLS, ...tls } },
  });
const CHAIN = /^Chain:/;
const DATES = /^Dates:/;
const HOST = /^Host name:/;

/** The engine has looked into the fields and found this. */
const inspected = (...findings: TlsFinding[]) =>
  answer(window.engine, 'inspectTls', () => ({
    kind: 'inspected',
    findings,
    ca: [],
    caCount: 0,
    client: { chain: [], keyMatches: null },
  }));
const finding = (
  field: TlsFinding['field'],
  severity: TlsFinding['severity'],
  message: string,
): TlsFinding => ({
  field,
  severity,
  code: message,
  message,
  advice: 'Ask.',
});

test('Without TLS there are no fields, and it is said that nothing is encrypted.', () => {
  const page = edit({}, { protocol: 'mqtt' });
  expect(page.getByText(/This connection is not encrypted\./)).toBeTruthy();
  expect([page.queryByRole('checkbox'), page.queryByRole('textbox')]).toEqual([null, null]);
});

describe('The checks of the server certificate', () => {
  const box = (page: ReturnType<typeof edit>, name: string | RegExp) =>
    page.getByRole('checkbox', { name }) as HTMLInputElement;

  test('are all on, and one that is turned off says what is lost and makes the whole mixed', async () => {
    const page = edit();
    for (const name of [CHAIN, DATES, HOST]) expect(isChecked(box(page, name))).toBe(true);
    await page.user.click(box(page, DATES));
    expect(page.draft().tls.checks).toEqual({ chain: true, dates: false, hostName: true });
    expect(page.getByText(/A certificate that has run out is accepted/)).toBeTruthy();
    const whole = box(page, 'Verify server certificate');
    expect([whole.checked, whole.indeterminate]).toEqual([false, true]);
    await page.user.click(whole);
    expect([page.draft().tls.checks, whole.indeterminate]).toEqual([
      { chain: true, dates: true, hostName: true },
      false,
    ]);
  });

  test('that are all turned off one by one are no verification, which has one name only', async () => {
    const page = edit();
    for (const name of [CHAIN, DATES, HOST]) await page.user.click(box(page, name));
    const { verify, checks } = page.draft().tls;
    expect([verify, checks]).toEqual([false, { chain: true, dates: true, hostName: true }]);
    expect(page.getByText(/^Nothing is checked: anyone on the way can read/)).toBeTruthy();
    for (const name of [CHAIN, DATES, HOST])
      expect([isDisabled(box(page, name)), isChecked(box(page, name))]).toEqual([true, false]);
  });

  test('are turned off and on as a whole', async () => {
    const page = edit();
    await page.user.click(box(page, 'Verify server certificate'));
    expect(page.draft().tls.verify).toBe(false);
    await page.user.click(box(page, 'Verify server certificate'));
    expect(page.draft().tls.verify).toBe(true);
    expect(page.queryByText(/^Nothing is checked/)).toBeNull();
  });
});

describe('The fields of TLS', () => {
  test.each([
    ['CA certificate', 'ca', '/etc/ca.pem'],
    ['Client certificate', 'cert', '/etc/me.pem'],
    ['Client key', 'key', '/etc/me.key'],
    ['PKCS#12', 'pfx', '/etc/me.p12'],
    ['Key passphrase', 'passphrase', 'pp'],
    ['Server name (SNI)', 'servername', 'broker.example'],
    ['ALPN protocols', 'alpn', 'mqtt, x'],
  ] as const)('have one "%s" that writes to its own and no other', async (name, field, text) => {
    const page = edit();
    await page.user.click(page.getByLabelText(name));
    await page.user.paste(text);
    expect(page.draft().tls).toEqual({ ...TLS, [field]: text });
  });

  test('trust the system by a box, and say of an old version that it is broken', async () => {
    const page = edit();
    await page.user.click(page.getByRole('checkbox', { name: 'Also trust the authorities of this system' }));
    expect(page.draft().tls.systemCa).toBe(!TLS.systemCa);
    const version = page.getByRole('combobox', { name: 'Minimum version' });
    await page.user.selectOptions(version, 'TLS 1.1');
    expect([page.draft().tls.minVersion, describedBy(version)]).toEqual([
      'TLSv1.1',
      'Broken; for devices that know nothing newer.',
    ]);
    await page.user.selectOptions(version, 'TLS 1.3');
    expect(describedBy(version)).toBe('');
  });

  test('say at the server name that it has no port, once it was left', async () => {
    const page = edit();
    const field = page.getByLabelText('Server name (SNI)');
    await page.user.type(field, 'h.example:8883');
    await page.user.tab();
    expect([isInvalid(field), describedBy(field)]).toEqual([true, 'Enter the name alone, without a port.']);
  });

  test('hide a passphrase, and show nothing of what is saved or read from a file', async () => {
    const kept = keptSecret('tls.key');
    const page = edit({ key: kept, pfx: 'base64:AAAA', passphrase: 'hunter2' });
    expect(page.getByLabelText('Key passphrase').getAttribute('type')).toBe('password');
    expect(valueOf(page.getByLabelText('Client key'))).toBe('');
    expect(describedBy(page.getByLabelText('Client key'))).toContain('Saved, not shown.');
    expect(valueOf(page.getByLabelText('PKCS#12'))).toBe('');
    expect(describedBy(page.getByLabelText('PKCS#12'))).toContain('A file of 3 B.');
    expect(document.body.innerHTML).not.toContain(kept);
    expect(document.body.textContent).not.toMatch(/hunter2|AAAA/);
    await page.user.click(page.getByRole('button', { name: 'Remove the Client key' }));
    expect(page.draft().tls.key).toBe('');
  });
});

describe('A file that is chosen', () => {
  const PEM = '-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----\n';
  const choose = async (page: ReturnType<typeof edit>, label: string, name: string, text: string) => {
    const button = page.getByRole('button', { name: `Browse for the ${label}` });
    const input = button.parentElement?.querySelector<HTMLInputElement>('input[type=file]');
    if (input === null || input === undefined) throw new Error('There is no way to choose a file.');
    await page.user.upload(input, new File([text], name));
  };

  test('is put into its own field, into what the form holds by then', async () => {
    const page = edit();
    await choose(page, 'CA certificate', 'ca.pem', PEM);
    await page.user.type(page.getByLabelText('ALPN protocols'), 'mqtt');
    await expect.poll(() => page.draft().tls).toEqual({ ...TLS, ca: PEM, alpn: 'mqtt' });
  });

  test('that is something else is refused at the field, by the name of the file', async () => {
    const page = edit();
    await choose(page, 'CA certificate', 'notes.pem', 'nothing of the kind');
    const field = page.getByLabelText('CA certificate');
    await expect.poll(() => isInvalid(field)).toBe(true);
    expect(describedBy(field)).toContain('notes.pem holds no certificate');
    await page.user.type(field, '/');
    expect(isInvalid(field)).toBe(false);
  });
});

describe('What the engine finds in the fields', () => {
  test('stands at the field it is about: an error as its error, all else below', async () => {
    inspected(
      finding('ca', 'error', 'It is broken.'),
      finding('ca', 'warning', 'It is old.'),
      finding('cert', 'note', 'It is new.'),
    );
    const page = edit({ ca: '/etc/ca.pem' });
    const field = page.getByLabelText('CA certificate');
    await expect.poll(() => isInvalid(field)).toBe(true);
    expect(describedBy(field)).toBe('It is broken. Ask.');
    expect(page.getByText('It is old.')).toBeTruthy();
    expect(page.getByText('It is new.')).toBeTruthy();
    expect(isInvalid(page.getByLabelText('Client certificate'))).toBe(false);
  });

  test('is asked with the fields of TLS alone, however wrong the rest is', async () => {
    const asked = inspected();
    edit({ ca: '/etc/ca.pem' }, { host: 'not a host', port: 'x', name: 'n' });
    await expect.poll(() => asked.length).toBe(1);
    expect(asked[0]?.options).toMatchObject({ host: 'localhost', port: 8883, tls: { ca: '/etc/ca.pem' } });
    expect(asked[0]?.profileId).toBeNull();
  });

  test('that cannot be looked into says why', async () => {
    answer(window.engine, 'inspectTls', () => failed('no', 'The file \u202e is gone.', 'Choose it again.'));
    const page = edit({ ca: '/x' });
    expect(await page.findByText(/The file \\u\{202e\} is gone\./)).toBeTruthy();
  });

  test('is shown whole by its button, once there is something to show', async () => {
    inspected();
    const empty = edit();
    expect(isDisabled(empty.getByRole('button', { name: 'View certificates' }))).toBe(true);
    const page = edit({ cert: '/c' }, { name: ' ', host: 'broker.test' });
    await page.user.click(page.getByRole('button', { name: 'View certificates' }));
    expect(window.app.shell.store.getState().over).toMatchObject({
      kind: 'certificates',
      of: { kind: 'local', profileId: null, name: 'broker.test', options: { tls: { cert: '/c' } } },
    });
  });
});
