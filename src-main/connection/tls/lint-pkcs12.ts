import type { TlsFinding } from '../../contract/model/certificates.ts';
import { formatCount } from '../../core/text/amounts.ts';
import { error, warning } from '../../core/tls/findings.ts';
import { pkcs12Facts, pkcs12Rounds, type Pkcs12Facts } from '../../core/tls/pkcs12.ts';
import { MOST_ROUNDS, MOST_ROUNDS_IN_ALL } from './bounds.ts';
import { openPkcs12File, type OpenedPkcs12 } from './pkcs12.ts';

/** What a TLS context is made of. */
export type Pkcs12Material = Extract<OpenedPkcs12, { kind: 'opened' }>;

const CONVERT =
  'Convert it, and then delete both.pem, which holds the key in plain text: openssl pkcs12 -legacy -in old.p12 -nodes -out both.pem && openssl pkcs12 -export -in both.pem -out new.p12';
const EXPORT_AGAIN = 'Export the certificate again together with its private key, as .p12 or .pfx.';

/** Opens the file and reports what is wrong with it. No key is derived that would take too long. */
export function openPkcs12(
  pfx: Uint8Array,
  passphrase: string | null,
): { readonly pfx: Pkcs12Material | null; readonly findings: readonly TlsFinding[] } {
  const none = (finding: TlsFinding) => ({ pfx: null, findings: [finding] });
  const facts = pkcs12Facts(pfx);
  // What it would cost cannot be seen, so no library is given it either.
  if (!facts) {
    const message = 'What is given as PKCS#12 file is none, or it is damaged.';
    return none(error('pfx', 'pkcs12-format', message, EXPORT_AGAIN));
  }
  if (facts.rounds > MOST_ROUNDS) return none(tooManyRounds('pfx'));
  if (pkcs12Rounds(pfx) > MOST_ROUNDS_IN_ALL) return none(tooManyRounds('pfx', MOST_ROUNDS_IN_ALL));
  const opened = openPkcs12File(pfx, passphrase);
  if (opened.kind === 'opened') return { pfx: opened, findings: lintAlgorithms(facts) };
  return none(failureOf(opened.kind, passphrase !== null && passphrase !== ''));
}

export function tooManyRounds(field: 'key' | 'pfx', most = MOST_ROUNDS): TlsFinding {
  return error(
    field,
    'key-rounds',
    `The ${field === 'pfx' ? 'PKCS#12 file' : 'client key'} asks for more than ${formatCount(most)} rounds to derive the key from its passphrase.`,
    'Save it again with fewer rounds.',
  );
}

/** RC2 and RC4 are opened here by our own means; OpenSSL 3 has dropped them. */
function lintAlgorithms({ legacy, algorithms }: Pkcs12Facts): TlsFinding[] {
  if (!legacy) return [];
  const old = algorithms.filter((name) => name.startsWith('RC')).join(', ');
  const message = `The PKCS#12 file is encrypted in an old way that is easily broken (${old}). It works here, but not in every program.`;
  return [warning('pfx', 'pkcs12-legacy', message, CONVERT)];
}

function failureOf(kind: Exclude<OpenedPkcs12['kind'], 'opened'>, hasPassphrase: boolean): TlsFinding {
  switch (kind) {
    case 'too-many-rounds':
      return tooManyRounds('pfx');
    case 'wrong-passphrase':
      return error(
        'passphrase',
        'pkcs12-passphrase',
        hasPassphrase
          ? 'The PKCS#12 file could not be opened with this passphrase.'
          : 'The PKCS#12 file is protected, but there is no passphrase for it.',
        hasPassphrase
          ? 'Check the key passphrase: it is the password given when the file was exported.'
          : 'Give the key passphrase: the password given when the file was exported.',
      );
    case 'unknown':
    case 'unusable':
      return error(
        'pfx',
        'pkcs12-format',
        'The PKCS#12 file cannot be used: there is no client certificate with its key in it, or its encryption is not known here.',
        EXPORT_AGAIN,
      );
  }
}
