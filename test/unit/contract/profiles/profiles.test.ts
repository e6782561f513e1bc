import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { api } from '../../../../src-main/contract/api.ts';
import { ConnectionTestReport, TestStepName } from '../../../../src-main/contract/connection-test.ts';
import {
  CertificateInfo,
  TlsInspection,
  TlsVerdict,
} from '../../../../src-main/contract/model/certificates.ts';
import { MAX_DRAFT_BYTES } from '../../../../src-main/contract/profiles/drafts.ts';
import {
  isBrokenMark,
  isKeptSecret,
  keptPath,
  keptSecret,
} from '../../../../src-main/contract/profiles/profiles.ts';
import { ConfirmedField, Preset, ReadImport } from '../../../../src-main/contract/profiles/transfer.ts';
import { expectRefused, expectTaken } from '../../../support/schema.ts';

const options = { name: 'n', protocol: 'mqtts', host: 'a', port: 8883 };
const LONG = 'x'.repeat(65_536);

describe('The mark of a saved secret', () => {
  test('has the path of its field, whatever that is, and cannot be typed by chance', () => {
    fc.assert(
      fc.property(fc.string(), (path) => {
        const mark = keptSecret(path);
        expect([keptPath(mark), isKeptSecret(mark), isBrokenMark(mark)]).toEqual([path, true, false]);
        if (path !== '') expect([isKeptSecret(path), isBrokenMark(path)]).toEqual([false, false]);
      }),
      { seed: 111, numRuns: 100 },
    );
  });

  test('that was edited is neither the secret nor a new one', () => {
    const mark = keptSecret('tls.key');
    const broken = [`${mark}a`, `a${mark}`, mark.slice(0, -1), mark.slice(1), mark + mark, `${mark}\n`];
    for (const text of broken) expect([text, isKeptSecret(text)]).toEqual([text, false]);
    expect(broken.filter((text) => !isBrokenMark(text))).toEqual(
      [mark.slice(1)].filter((text) => !isBrokenMark(text)),
    );
    expect([mark.slice(0, -1), `${mark}a`, `a${mark}`, mark + mark].map(isBrokenMark)).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  test('is in no field that is empty, or has an ordinary text', () => {
    for (const value of [null, '', 'kept:password', 'password']) expect(isKeptSecret(value)).toBe(false);
    expect(['', 'kept:password'].map(isBrokenMark)).toEqual([false, false]);
  });
});

test.each<[keyof typeof api, object, readonly (readonly [string, unknown])[]]>([
  [
    'saveProfile',
    { id: null, options },
    [
      ['id', ''],
      ['options.port', 0],
      ['folder', 'f'.repeat(401)],
      ['colour', 'pink'],
      ['autoConnect', 'yes'],
    ],
  ],
  [
    'moveProfile',
    { id: 'p', before: null, folder: '' },
    [
      ['id', undefined],
      ['before', ''],
      ['folder', null],
    ],
  ],
  [
    'renameFolder',
    { from: 'a', to: '' },
    [
      ['from', ''],
      ['to', 'f'.repeat(401)],
    ],
  ],
  ['removeProfile', { id: 'p' }, [['id', 'p'.repeat(65)]]],
  ['saveFilters', { id: 'p', filters: [] }, [['filters', Array(101).fill({ name: 'n', text: 'a' })]]],
  [
    'savePinned',
    { id: 'p', watched: [{ key: 'a', path: ['b', 0] }] },
    [
      ['watched.0.path', ['x'.repeat(65_536)]],
      ['watched.0.path', [-1]],
      ['charts', [{ name: 'n', fields: [] }]],
    ],
  ],
  [
    'createVault',
    { passphrase: 'p', replace: true },
    [
      ['passphrase', 'p'.repeat(100_000)],
      ['replace', 'no'],
    ],
  ],
  ['changeVaultPassphrase', { passphrase: 'a', next: 'b' }, [['next', undefined]]],
  ['acceptWeakKeychain', { vaultPassphrase: null }, [['vaultPassphrase', 5]]],
  [
    'keepDraft',
    { key: 'k', text: Uint8Array.of(1) },
    [
      ['key', ''],
      ['key', 'k'.repeat(401)],
      ['text', 'text'],
      ['text', new Uint8Array(MAX_DRAFT_BYTES + 1)],
    ],
  ],
  [
    'readImport',
    { bytes: Uint8Array.of(), fileName: 'a', passphrase: null },
    [
      ['fileName', 'f'.repeat(1_025)],
      ['passphrase', ''],
      ['bytes', 'text'],
    ],
  ],
  [
    'importProfiles',
    { id: 'i', entries: [{ index: 0, folder: '', confirmed: ['ca', 'key'] }] },
    [
      ['entries', []],
      ['entries.0.index', -1],
      ['entries.0.confirmed', ['host']],
      ['entries.0.confirmed', Array(7).fill('ca')],
      ['entries', Array(2_001).fill({ index: 0, folder: '' })],
    ],
  ],
  [
    'exportProfiles',
    { ids: null, passphrase: null, vaultPassphrase: null },
    [
      ['ids', []],
      ['passphrase', ''],
      ['ids', ['p'.repeat(65)]],
    ],
  ],
  [
    'commandLine',
    {
      options,
      tool: 'mosquitto_pub',
      shell: 'cmd',
      message: { topic: 'a', payload: '', qos: 0, retain: true },
    },
    [
      ['tool', 'rm'],
      ['shell', 'fish'],
      ['message.topic', ''],
      ['message.payload', LONG],
    ],
  ],
  [
    'applyPreset',
    { options, preset: 'p', answers: { a: 'b' } },
    [
      ['answers', { ['k'.repeat(65)]: 'b' }],
      ['answers', { a: 5 }],
      ['preset', 'p'.repeat(65)],
    ],
  ],
  [
    'inspectTls',
    { options, profileId: 'p' },
    [
      ['profileId', 'p'.repeat(65)],
      ['options.tls', { alpn: [''] }],
    ],
  ],
  [
    'openConnection',
    { options, profileId: null },
    [
      ['profileId', 'p'.repeat(65)],
      ['profileId', undefined],
    ],
  ],
  [
    'testConnection',
    { options, profileId: 'p' },
    [
      ['profileId', 'p'.repeat(65)],
      ['options.host', ''],
    ],
  ],
  [
    'readAddress',
    { text: 'mqtt://a', protocol: null },
    [
      ['text', 'x'.repeat(65_537)],
      ['protocol', 'http'],
    ],
  ],
  ['writeSettings', { theme: 'dark' }, [['theme', 'sepia']]],
  [
    'hello',
    { contract: 1, version: '1.0.0' },
    [
      ['contract', 1.5],
      ['version', 'v'.repeat(101)],
    ],
  ],
])('%s takes what is asked, and names the place of what is out of bounds', (name, asked, wrong) => {
  const { params } = api[name];
  expect(params.safeParse(asked).success).toBe(true);
  for (const [way, to] of wrong) expectRefused(params, asked, way, to);
});

describe('What an import is read to', () => {
  const entry = {
    index: 0,
    name: 'n',
    folder: '',
    colour: 'none',
    protocol: 'wss',
    address: 'a:443',
    version: 'auto',
    username: null,
    hasPassword: true,
    subscriptions: 2,
    notes: ['checks are off'],
    confirmations: [{ field: 'pkcs12', what: '/home/me/key.p12', broker: 'a:443', text: 'Use the file?' }],
    same: null,
  };

  test('is profiles for the eye, without options and secrets', () => {
    const read = { kind: 'import', id: 'i', format: 'mqttx', entries: [entry], notes: [] };
    expectTaken(ReadImport, read);
    expect(ReadImport.parse({ ...read, entries: [{ ...entry, password: 'hunter2' }] })).toEqual(read);
    expectRefused(ReadImport, read, 'format', 'zip');
    expectRefused(ReadImport, read, 'entries.0.confirmations.0.field', 'host');
    expectTaken(ReadImport, { kind: 'needs-passphrase' });
    expect(ConfirmedField.options).toHaveLength(6);
  });

  test('may be a preset with its questions', () => {
    const question = {
      id: 'q',
      label: 'l',
      hint: '',
      example: '',
      input: 'choice',
      choices: [{ value: 'v', label: 'l' }],
      required: true,
      initial: '',
      pattern: null,
      rule: '',
    };
    const limits = {
      maximumQos: 1,
      filtersPerSubscribe: 8,
      topicLevels: 7,
      topicBytes: 256,
      retain: true,
      keepAliveMin: 30,
      keepAliveMax: 1_200,
    };
    const preset = { id: 'p', service: 's', title: 't', text: 'x', questions: [question], limits, facts: [] };
    expectTaken(Preset, preset);
    expectRefused(Preset, preset, 'questions.0.input', 'password');
    expectRefused(Preset, preset, 'limits.keepAliveMax', 0);
  });
});

describe('What TLS shows', () => {
  const certificate = {
    subject: [{ name: 'CN', value: 'a' }],
    issuer: [],
    subjectLine: 'CN=a',
    issuerLine: '',
    names: [{ kind: 'dns', value: 'a' }],
    serial: '01',
    notBefore: 0,
    notAfter: 1,
    daysLeft: -1,
    validity: 'expired',
    keyType: 'EC',
    keyBits: 256,
    curve: 'P-256',
    signatureAlgorithm: 'ecdsaWithSHA256',
    ca: false,
    pathLength: null,
    keyUsage: [],
    extendedKeyUsage: [],
    selfSigned: true,
    fingerprints: { sha1: 'AA', sha256: 'BB' },
    pem: '',
  };
  const problem = { check: 'dates', code: 'certificate-expired', message: 'm', advice: 'a' };
  const verdict = { sentence: 's', outcome: 'refused', off: [], problems: [problem], systemStore: null };

  test('is a chain and what is thought of it', () => {
    expectTaken(CertificateInfo, certificate);
    expectRefused(CertificateInfo, certificate, 'daysLeft', 0.5);
    expectRefused(CertificateInfo, certificate, 'names.0.kind', 'phone');
    expectTaken(TlsVerdict, verdict);
    expectRefused(TlsVerdict, verdict, 'problems.0.check', 'key');
    const inspection = {
      ca: [certificate],
      caCount: 1,
      client: { chain: [], keyMatches: null },
      findings: [{ severity: 'error', field: 'pfx', code: 'c', message: 'm', advice: 'a' }],
    };
    expectTaken(TlsInspection, inspection);
    expectRefused(TlsInspection, inspection, 'findings.0.field', 'password');
  });

  test('is in the report of a test, with its seven steps', () => {
    const steps = TestStepName.options.map((step) => ({
      step,
      state: 'skipped',
      ms: null,
      result: '',
      details: [],
    }));
    expect(steps).toHaveLength(7);
    const report = {
      kind: 'failed',
      address: 'mqtts://a',
      steps,
      ms: 5,
      verdict: { message: 'm', advice: 'a' },
      why: null,
      asText: '',
    };
    expectTaken(ConnectionTestReport, report);
    expectTaken(ConnectionTestReport, {
      ...report,
      certificates: { kind: 'certificates', at: 1, chain: [certificate], verdict },
    });
    expectRefused(ConnectionTestReport, report, 'steps.0.details', Array(1_101).fill(''));
    expectRefused(ConnectionTestReport, report, 'steps.0.state', 'left out');
  });
});
