import { createSecureContext } from 'node:tls';
import type { TlsFinding } from '../../contract/model/certificates.ts';
import { errorFacts } from '../../core/session/failures/failures.ts';
import { error, note, warning } from '../../core/tls/findings.ts';
import { pkcs12Facts, type Pkcs12Facts } from '../../core/tls/pkcs12.ts';
import type { TlsMaterial } from './material.ts';
import { pkcs12Certificates } from './pkcs12.ts';

const PASSPHRASE_WRONG =
  /BAD_DECRYPT|bad decrypt|BAD_PASSWORD_READ|INTERRUPTED_OR_CANCELLED|mac verify failure|MAC_VERIFY|INCORRECT_PASSWORD|PKCS12_CIPHERFINAL/i;

const CONVERT =
  'Convert it, and then delete both.pem, which holds the key in plain text: openssl pkcs12 -legacy -in old.p12 -nodes -out both.pem && openssl pkcs12 -export -in both.pem -out new.p12';

/** Opens the file as TLS will, and tells its certificates (DER) or what is wrong with it. */
export function openPkcs12({ pfx, passphrase }: Pick<TlsMaterial, 'pfx' | 'passphrase'>): {
  readonly ders: readonly Uint8Array[];
  readonly findings: readonly TlsFinding[];
} {
  if (!pfx) return { ders: [], findings: [] };
  const facts = pkcs12Facts(pfx);
  const none = (finding: TlsFinding) => ({ ders: [], findings: [finding] });
  // What it would cost cannot be seen, and nobody could stop it.
  if (!facts && isBer(pfx)) {
    return none(
      note(
        'pfx',
        'pkcs12-unseen',
        'The PKCS#12 file is written in BER, so it is opened only when connecting.',
      ),
    );
  }
  try {
    createSecureContext({ pfx: Buffer.from(pfx), ...(passphrase === null ? {} : { passphrase }) });
  } catch (cause) {
    return none(failureOf(cause, facts, passphrase !== null && passphrase !== ''));
  }
  const ders = pkcs12Certificates(pfx, passphrase ?? '') ?? [];
  return { ders, findings: facts?.legacy ? [legacyWarning(facts)] : [] };
}

/** Of indefinite length. */
const isBer = (bytes: Uint8Array): boolean => bytes[0] === 0x30 && bytes[1] === 0x80;

function legacyWarning({ algorithms }: Pkcs12Facts): TlsFinding {
  return warning(
    'pfx',
    'pkcs12-legacy',
    `The PKCS#12 file is encrypted in an old way (${algorithms.join(', ')}). It works here, but not in every program.`,
    CONVERT,
  );
}

function failureOf(cause: unknown, facts: Pkcs12Facts | null, hasPassphrase: boolean): TlsFinding {
  const { code, message } = errorFacts(cause);
  if (facts?.legacy) {
    return error(
      'pfx',
      'pkcs12-legacy',
      'The PKCS#12 file is encrypted in an old way (RC2 or RC4), which is no longer supported because it is easily broken.',
      CONVERT,
    );
  }
  if (PASSPHRASE_WRONG.test(`${code} ${message}`)) {
    return hasPassphrase
      ? error(
          'passphrase',
          'pkcs12-passphrase',
          'The PKCS#12 file could not be opened with this passphrase.',
          'Check the key passphrase: it is the password given when the file was exported.',
        )
      : error(
          'passphrase',
          'pkcs12-passphrase',
          'The PKCS#12 file is protected, but there is no passphrase for it.',
          'Give the key passphrase: the password given when the file was exported.',
        );
  }
  return error(
    'pfx',
    'pkcs12-format',
    facts
      ? 'The PKCS#12 file cannot be used: TLS finds no client certificate with its key in it, or does not know its encryption.'
      : 'What is given as PKCS#12 file is none, or it is damaged.',
    'Export the certificate again together with its private key, as .p12 or .pfx.',
  );
}
