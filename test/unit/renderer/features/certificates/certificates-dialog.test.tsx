// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import type {
  CertificateInfo,
  ServerCertificates,
  TlsInspection,
  TlsVerdict,
} from '../../../../../src-main/contract/model/certificates.ts';
import { ConnectionId, ConnectionOptions } from '../../../../../src-main/contract/model/model.ts';
import { isSafeText } from '../../../../../src-main/core/payload/visible.ts';
import { CertificatesDialog } from '../../../../../src-renderer/features/certificates/certificates-dialog.tsx';
import type { CertificatesOf } from '../../../../../src-renderer/state/app/over-dialogs.ts';
import { teardown } from '../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../support/window/fake-app.ts';
import { HOSTILE_TEXTS } from '../../../../support/window/hostile-texts.ts';
import { answer, live, type Live } from '../../../../support/window/live.ts';

let window: FakeApp;

beforeEach(() => {
  window = fakeApp();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await teardown();
});

const DAY = 86_400_000;
function certificate(name: string, more: Partial<CertificateInfo> = {}): CertificateInfo {
  return {
    ...{ subject: [{ name: 'CN', value: name }], issuer: [{ name: 'CN', value: 'Plant CA' }] },
    ...{ subjectLine: `CN=${name}`, issuerLine: 'CN=Plant CA', names: [], serial: '0A', notBefore: 0 },
    ...{ notAfter: 400 * DAY, daysLeft: 400, validity: 'valid', keyType: 'EC', keyBits: 256, curve: 'P-256' },
    ...{ signatureAlgorithm: 'ecdsa-with-SHA256', ca: false, pathLength: null, keyUsage: [] },
    ...{ extendedKeyUsage: [], selfSigned: false, fingerprints: { sha1: 'AA:BB', sha256: 'CC:DD' } },
    pem: `PEM of ${name}`,
    ...more,
  };
}
const verdict = (more: Partial<TlsVerdict> = {}): TlsVerdict => ({
  ...{ sentence: 'All is well.', outcome: 'trusted', off: [], problems: [], systemStore: null },
  ...more,
});
const CHAIN = [certificate('leaf'), certificate('middle'), certificate('root')];
const shown = (chain = CHAIN, more: Partial<TlsVerdict> = {}): ServerCertificates => ({
  ...{ kind: 'certificates', at: Date.UTC(2026, 10, 29, 12) },
  chain,
  verdict: verdict(more),
});
const open = (of: CertificatesOf) => live(<CertificatesDialog app={window.app} of={of} />);
const openShown = (...given: Parameters<typeof shown>) =>
  open({ kind: 'shown', certificates: shown(...given), name: 'mqtts://h:8883' });
const items = (page: Live) => page.getAllByRole('treeitem');
const selected = (page: Live) =>
  page.getByRole('treeitem', { selected: true }).querySelector('bdi')?.textContent;
const detailed = (page: Live) => page.getByRole('region').getAttribute('aria-label');

describe('The certificates of a broker', () => {
  const SERVER: CertificatesOf = { kind: 'server', connection: ConnectionId.parse('c1'), name: 'Plant' };

  test('are read of its connection, and until then that is said', async () => {
    let give = (): void => undefined;
    const wait = new Promise<void>((resolve) => (give = resolve));
    const asked = answer(window.engine, 'readServerCertificates', async () => {
      await wait;
      return shown();
    });
    const page = open(SERVER);
    expect(page.getByText('Reading the certificates.')).toBeTruthy();
    expect(page.getByRole('dialog', { name: 'Certificates' }).textContent).toContain('Plant');
    give();
    expect(await page.findByRole('tree', { name: 'Chain of the broker' })).toBeTruthy();
    expect(asked).toEqual([{ connection: 'c1' }]);
  });

  test('that cannot be read say why as an alert', async () => {
    answer(window.engine, 'readServerCertificates', () =>
      failed('no', 'It showed \u202enone.', 'Connect first.'),
    );
    expect((await open(SERVER).findByRole('alert')).textContent).toBe(
      'It showed \\u{202e}none. Connect first.',
    );
  });

  test('that are none are said to be none', () => {
    const page = openShown([]);
    expect(page.getByText('The broker sent no certificate.')).toBeTruthy();
    expect(page.queryByRole('tree')).toBeNull();
  });
});

describe('The tree of a chain', () => {
  test('begins with who stands behind it, and opens on its end', () => {
    const page = openShown();
    expect(
      items(page).map((one) => [one.getAttribute('aria-level'), one.querySelector('bdi')?.textContent]),
    ).toEqual([
      ['1', 'root'],
      ['2', 'middle'],
      ['3', 'leaf'],
    ]);
    expect([selected(page), detailed(page)]).toEqual(['leaf', 'leaf']);
    expect(items(page).filter(({ tabIndex }) => tabIndex === 0)).toHaveLength(1);
  });

  test('is walked by keys, which show what they come to, and go no further than its ends', async () => {
    const page = openShown();
    // The dialog takes the focus when it opens.
    await expect.poll(() => page.getByRole('dialog').contains(document.activeElement)).toBe(true);
    items(page)[2]!.focus();
    const after = async (key: string) => {
      await page.user.keyboard(key);
      return [selected(page), detailed(page), document.activeElement?.querySelector('bdi')?.textContent];
    };
    expect(await after('{ArrowLeft}')).toEqual(['middle', 'middle', 'middle']);
    expect(await after('{ArrowUp}')).toEqual(['root', 'root', 'root']);
    expect(await after('{ArrowUp}')).toEqual(['root', 'root', 'root']);
    expect(await after('{ArrowRight}')).toEqual(['middle', 'middle', 'middle']);
    expect(await after('{End}')).toEqual(['leaf', 'leaf', 'leaf']);
    expect(await after('{Home}')).toEqual(['root', 'root', 'root']);
  });

  test('shows what is pressed', async () => {
    const page = openShown();
    await page.user.click(items(page)[0]!);
    expect(detailed(page)).toBe('root');
  });
});

describe('The verdict on a chain', () => {
  const words = (more: Partial<TlsVerdict>) =>
    openShown(CHAIN, more).getByRole('status', { name: 'Verdict' });
  const problem = {
    check: 'dates' as const,
    code: 'expired',
    message: 'It has run out.',
    advice: 'Renew it.',
  };

  test('is shown in a sentence, with when it was shown to us', () => {
    expect(words({}).textContent).toMatch(/^All is well\. Shown to us at /);
  });

  test('distinguishes a problem whose check is off from one that stops', () => {
    const stops = words({ outcome: 'refused', problems: [problem] });
    expect(stops.textContent).toContain('It has run out. Renew it.');
    expect(stops.textContent).not.toContain('turned off');
    expect(words({ outcome: 'tolerated', off: ['dates'], problems: [problem] }).textContent).toContain(
      'It has run out. The check of the dates is turned off. Renew it.',
    );
  });

  test('names checks that are off although they would have passed', () => {
    expect(words({ off: ['chain', 'hostName'] }).textContent).toContain(
      'Not checked, because it is turned off: ',
    );
    expect(words({ off: ['dates'], problems: [problem] }).textContent).not.toContain('It would have passed');
  });

  test('says why the store of the system is not used', () => {
    expect(words({ systemStore: 'It cannot be read.' }).textContent).toContain('It cannot be read.');
  });
});

describe('The certificates of the form', () => {
  const inspection = (more: Partial<TlsInspection> = {}): TlsInspection & { kind: 'inspected' } => ({
    ...{ kind: 'inspected', ca: [], caCount: 0, client: { chain: [], keyMatches: null }, findings: [] },
    ...more,
  });
  const local = async (more: Partial<TlsInspection>) => {
    answer(window.engine, 'inspectTls', () => inspection(more));
    const options = ConnectionOptions.parse({ name: 'a', protocol: 'mqtts', host: 'h', port: 8883 });
    const page = open({ kind: 'local', options, profileId: 'p', name: 'a' });
    return { page, status: await page.findByRole('status', { name: 'Verdict' }) };
  };

  test('are those of the client, then the authorities, of which the first is on show', async () => {
    const { page } = await local({
      client: { chain: [certificate('me')], keyMatches: true },
      ca: [certificate('ca 1')],
      caCount: 1,
    });
    expect(page.getAllByRole('tree').map((tree) => tree.getAttribute('aria-label'))).toEqual([
      'Client certificate',
      'CA certificates',
    ]);
    expect(detailed(page)).toBe('me');
    const only = await local({ ca: [certificate('ca 1'), certificate('ca 2')], caCount: 2 });
    expect(detailed(only.page)).toBe('ca 1');
  });

  test('say that the key belongs to the certificate, and that nothing stands in the way', async () => {
    const { status } = await local({ client: { chain: [certificate('me')], keyMatches: true } });
    expect(status.textContent).toBe(
      'The key belongs to the certificate.Nothing here stands in the way of connecting.',
    );
  });

  test('say what stands in the way instead', async () => {
    const findings = [
      {
        severity: 'error' as const,
        field: 'key' as const,
        code: 'x',
        message: 'It is another.',
        advice: 'Choose it.',
      },
    ];
    const { status } = await local({ client: { chain: [certificate('me')], keyMatches: false }, findings });
    expect(status.textContent).toBe('It is another. Choose it.');
  });

  test('count those that are not listed', async () => {
    const { status } = await local({ ca: [certificate('ca')], caCount: 300 });
    expect(status.textContent).toContain('The CA field holds 300 certificates; the first 1 is listed.');
  });

  test('that are none say so', async () => {
    expect(
      (await local({})).page.getByText('The fields hold no certificate that could be read.'),
    ).toBeTruthy();
  });
});

describe('One certificate in full', () => {
  const fact = (name: string) =>
    [...document.querySelectorAll('dt')].find(({ textContent }) => textContent === name)?.nextElementSibling
      ?.textContent;

  test('shows who it is for, by whom, and that it is signed by itself', () => {
    openShown([certificate('leaf')]);
    expect([fact('Subject'), fact('Issued by')]).toEqual(['CN leaf', 'CN Plant CA']);
    openShown([certificate('leaf', { selfSigned: true, subject: [] })]);
    expect([fact('Subject'), fact('Issued by')]).toEqual(['empty', 'itself']);
  });

  test('shows twelve names and the rest when it is asked for', async () => {
    const names = Array.from({ length: 14 }, (_, at) => ({ kind: 'dns' as const, value: `n${at}.test` }));
    const page = openShown([certificate('leaf', { names })]);
    expect(fact('Names')).not.toContain('n12.test');
    await page.user.click(page.getByRole('button', { name: 'Show 2 more' }));
    expect(fact('Names')).toContain('n13.test');
    expect(page.queryByRole('button', { name: /^Show/ })).toBeNull();
  });

  test('is copied as PEM, and its fingerprints as they are written, and that is said', async () => {
    const page = openShown([certificate('leaf')]);
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    await page.user.click(page.getByRole('button', { name: 'Copy PEM' }));
    expect(await page.findByText('Copied.')).toBeTruthy();
    await page.user.click(page.getByRole('button', { name: 'Copy the SHA-256 fingerprint' }));
    expect(await page.findByText('Copied')).toBeTruthy();
    expect(write.mock.calls).toEqual([['PEM of leaf'], ['CC:DD']]);
  });

  test.each(HOSTILE_TEXTS)('of a broker that calls itself %j deceives nobody', (text) => {
    const page = openShown(
      [
        certificate(text, {
          names: [{ kind: 'dns', value: text }],
          issuer: [{ name: text, value: text }],
          signatureAlgorithm: text,
        }),
      ],
      { sentence: text },
    );
    const dialog = page.getByRole('dialog');
    const names = [...dialog.querySelectorAll('[aria-label], [title]')].flatMap((one) => [
      one.getAttribute('aria-label') ?? '',
      one.getAttribute('title') ?? '',
    ]);
    expect([
      isSafeText(dialog.textContent),
      names.filter((one) => !isSafeText(one)),
      dialog.querySelector('b'),
    ]).toEqual([true, [], null]);
  });
});
