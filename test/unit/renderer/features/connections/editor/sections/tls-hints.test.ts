import { expect, test } from 'vitest';
import { ConnectionOptions } from '../../../../../../../src-main/contract/model/model.ts';
import { draftOf } from '../../../../../../../src-renderer/features/connections/draft/editor-draft.ts';
import type { TlsDraft } from '../../../../../../../src-renderer/features/connections/draft/draft-tls.ts';
import {
  caHint,
  clientHint,
  keyHint,
} from '../../../../../../../src-renderer/features/connections/editor/sections/tls-hints.ts';

type Inspection = NonNullable<Parameters<typeof caHint>[1]['inspection']>;
type Certificate = Inspection['ca'][number];

const draft = (more: Partial<TlsDraft>): TlsDraft => ({
  ...draftOf(ConnectionOptions.parse({ name: 'x', protocol: 'mqtts', host: 'h', port: 8883 })).tls,
  ...more,
});
const certificate = (commonName: string | null, subjectLine = 'O=Plant'): Certificate =>
  ({
    subject: [
      { name: 'O', value: 'Plant' },
      ...(commonName === null ? [] : [{ name: 'CN', value: commonName }]),
    ],
    subjectLine,
  }) as unknown as Certificate;

/** What the engine says of these. */
function found(more: {
  readonly ca?: readonly Certificate[];
  readonly count?: number;
  readonly own?: readonly Certificate[];
  readonly matches?: boolean | null;
}): { inspection: Inspection } {
  const { ca = [], count = ca.length, own = [], matches = null } = more;
  return {
    inspection: { ca, caCount: count, client: { chain: own, keyMatches: matches } } as unknown as Inspection,
  };
}

test('The hint of the authority counts what is in the file, and names the first of it.', () => {
  const pem = draft({ ca: 'PEM' });
  expect(caHint(pem, found({ ca: [certificate('Root')] }))).toBe('1 certificate, Root');
  expect(caHint(pem, found({ ca: [certificate('Root'), certificate('Other')], count: 140 }))).toBe(
    '140 certificates, Root',
  );
  expect(caHint(pem, found({ ca: [certificate(null, 'O=Plant, OU=Hall')] }))).toBe(
    '1 certificate, O=Plant, OU=Hall',
  );
});

test('Of a field that is empty, or not looked into yet, nothing is said but what may be put in.', () => {
  const old = found({ ca: [certificate('Root')], own: [certificate('me')], matches: true });
  for (const text of ['', ' \n'])
    expect([
      caHint(draft({ ca: text }), old),
      clientHint(draft({ cert: text }), old),
      keyHint(draft({ cert: text, key: text }), old),
    ]).toEqual(['Empty: the built-in trusted CAs.', undefined, undefined]);
  expect(caHint(draft({ ca: 'PEM' }), { inspection: null })).toBe('A path or PEM text.');
  expect(caHint(draft({ ca: 'no PEM' }), found({}))).toBe('A path or PEM text.');
  expect(clientHint(draft({ cert: 'PEM' }), { inspection: null })).toBeUndefined();
});

test('A name of a certificate that would hide, reorder or break the line is shown as it is written.', () => {
  const odd = certificate('evil\u202Etxt\nRoot\u0000');
  const words = [
    caHint(draft({ ca: 'PEM' }), found({ ca: [odd] })),
    clientHint(draft({ cert: 'PEM' }), found({ own: [odd] })) ?? '',
  ];
  expect(words[1]).toBe('evil\\u{202e}txt\\u{a}Root\\u{0}');
  expect(words.join()).not.toMatch(/[\u202E\n\0]/);
});

test('The key is said to belong only where that was proved; a certificate without one asks for it.', () => {
  const both = draft({ cert: 'PEM', key: 'PEM' });
  expect(keyHint(both, found({ matches: true }))).toBe('Belongs to the client certificate.');
  expect(keyHint(both, found({ matches: false }))).toBeUndefined();
  expect(keyHint(both, found({ matches: null }))).toBeUndefined();
  expect(keyHint(both, { inspection: null })).toBeUndefined();
  for (const key of ['', ' '])
    expect(keyHint(draft({ cert: 'PEM', key }), found({ matches: true }))).toBe(
      'A client certificate needs its key.',
    );
});
