import type { TlsFinding } from '../../contract/model/certificates.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { TlsOptions } from '../../contract/model/model.ts';
import { bySeverity, error, note, warning } from '../../core/tls/findings.ts';
import { orNull } from '../../core/tls/der.ts';
import { readEncryptedKey } from '../../core/tls/encryption.ts';
import { DialError } from '../base/dial-error.ts';
import type { ConnectionPorts } from '../base/ports.ts';
import { decodeCertificates, decodeKey, toPem, type DecodedCertificates, type DecodedKey } from './decode.ts';
import { MOST_ROUNDS } from './bounds.ts';
import { openPkcs12, tooManyRounds, type Pkcs12Material } from './lint-pkcs12.ts';
import { readSource, sourceName, type MaterialField, type Source } from './sources.ts';

/** Certificates and key, ready for a TLS context. */
export interface TlsMaterial {
  /** Certificates (DER) of the CA field; null: the field is empty. */
  readonly ca: readonly Uint8Array[] | null;
  /** PEM of the system's authorities; null: not asked for, or not to be had. */
  readonly system: readonly string[] | null;
  /** Why the system's store, though asked for, is not used; a sentence. */
  readonly systemStore: string | null;
  /** Certificates (DER) of the client, in the order of the file. */
  readonly cert: readonly Uint8Array[] | null;
  readonly key: DecodedKey | null;
  readonly pfx: Pkcs12Material | null;
  readonly passphrase: string | null;
}

export interface LoadedTls {
  readonly material: TlsMaterial;
  /** What is wrong with the fields already, errors first. */
  readonly findings: readonly TlsFinding[];
}

export const UNREADABLE_KEY =
  'The client key cannot be read: it is damaged, or of a kind that TLS does not know here.';
export const KEY_ADVICE =
  'A key in PEM (PKCS#8) works everywhere: openssl pkcs8 -topk8 -in key.pem -out key-pkcs8.pem';

/** What reading needs of the world. */
export type MaterialPorts = Pick<ConnectionPorts, 'readFile' | 'systemAuthorities'>;

/** Everything read, and everything that is wrong so far; rejects never. */
export async function loadTls(tls: TlsOptions, ports: MaterialPorts): Promise<LoadedTls> {
  const findings: TlsFinding[] = [];
  const read = async (field: MaterialField): Promise<Source | null> => {
    const source = await readSource(field, tls[field], ports);
    if (!source || !('severity' in source)) {
      if (source?.undone) {
        const name = sourceName(source);
        const said = `${name.charAt(0).toUpperCase()}${name.slice(1)} ${source.undone}; this was undone.`;
        findings.push(note(field, 'pem-mended', said));
      }
      return source;
    }
    findings.push(source);
    return null;
  };
  const [ca, cert, key, pfx] = await Promise.all([read('ca'), read('cert'), read('key'), read('pfx')]);
  const certificates = decoded(cert, findings);
  const found = keyOf(cert, certificates?.key ?? null, key, findings);
  if (found) findings.push(...lintEncryption(found, tls.passphrase));
  findings.push(...lintCombination(tls, found !== null));
  // Opening takes its time; two client certificates are refused anyway.
  const isWanted = pfx !== null && !findings.some(({ code }) => code === 'client-certificate-twice');
  const opened = isWanted ? openPkcs12(pfx.bytes, tls.passphrase) : null;
  findings.push(...(opened?.findings ?? []));
  const material = {
    ca: decoded(ca, findings)?.ders ?? null,
    cert: certificates && certificates.ders.length > 0 ? certificates.ders : null,
    key: found,
    pfx: opened?.pfx ?? null,
    passphrase: tls.passphrase,
    ...systemStore(tls, ports, findings),
  };
  return { material, findings: bySeverity(findings) };
}

function decoded(source: Source | null, findings: TlsFinding[]): DecodedCertificates | null {
  if (!source) return null;
  const certificates = decodeCertificates(source);
  findings.push(...certificates.findings);
  return certificates;
}

function systemStore(
  { systemCa }: TlsOptions,
  ports: MaterialPorts,
  findings: TlsFinding[],
): Pick<TlsMaterial, 'system' | 'systemStore'> {
  if (!systemCa) return { system: null, systemStore: null };
  const found = systemAuthorities(ports);
  if (typeof found !== 'string') return { system: found, systemStore: null };
  findings.push(warning('systemCa', 'system-store', found, 'Give the CA certificate as a file, or as text.'));
  return { system: null, systemStore: found };
}

/**
 * Read for each attempt, so that a renewed certificate is used at the next one.
 *
 * @throws DialError for the first thing that cannot work
 */
export async function readTlsMaterial(tls: TlsOptions, ports: MaterialPorts): Promise<TlsMaterial> {
  const { material, findings } = await loadTls(tls, ports);
  const [worst] = findings;
  if (worst?.severity === 'error') throw new DialError({ failure: failureOf(worst), retry: 'never' });
  return material;
}

export function failureOf({ code, message, advice }: TlsFinding): Failure {
  return failed(code, message, advice);
}

function keyOf(
  cert: Source | null,
  inCertificate: DecodedKey | null,
  key: Source | null,
  findings: TlsFinding[],
): DecodedKey | null {
  if (key) {
    const decoded = decodeKey(key);
    if (!('severity' in decoded)) return decoded;
    findings.push(decoded);
    return null;
  }
  if (inCertificate && cert) {
    findings.push(
      note('key', 'key-in-certificate', `The key is taken from ${sourceName(cert)}, which holds both.`),
    );
  }
  return inCertificate;
}

function lintEncryption(key: DecodedKey, passphrase: string | null): TlsFinding[] {
  if (!key.encrypted) return [];
  if (passphrase === null || passphrase === '') {
    return [
      error(
        'passphrase',
        'key-passphrase-missing',
        'The client key is encrypted, but there is no passphrase for it.',
        'Give the key passphrase.',
      ),
    ];
  }
  const { encryptedDer } = key;
  if (encryptedDer === null) return [];
  const rounds = orNull(() => readEncryptedKey(encryptedDer).scheme.rounds);
  // What it would cost cannot be seen, so no library is given it either.
  if (rounds === null) return [error('key', 'key-format', UNREADABLE_KEY, KEY_ADVICE)];
  return rounds > MOST_ROUNDS ? [tooManyRounds('key')] : [];
}

function lintCombination(tls: TlsOptions, hasKey: boolean): TlsFinding[] {
  const given = (text: string | null): boolean => text !== null && text.trim() !== '';
  const [cert, key, pfx] = [given(tls.cert), given(tls.key), given(tls.pfx)];
  if (pfx && (cert || key)) {
    return [
      error(
        'pfx',
        'client-certificate-twice',
        'There are two client certificates: a PKCS#12 file, and a certificate or key of its own.',
        'Remove one of them.',
      ),
    ];
  }
  if (cert === (key || hasKey)) return [];
  return [
    error(
      cert ? 'key' : 'cert',
      'client-certificate-incomplete',
      `A client certificate and its key are needed together, but only the ${cert ? 'certificate' : 'key'} is given.`,
      `Give the client ${cert ? 'key' : 'certificate'} as well, or remove both.`,
    ),
  ];
}

/** Or why there are none. */
function systemAuthorities(ports: MaterialPorts): readonly string[] | string {
  const ours = 'The list of authorities that comes with this program is used instead.';
  try {
    // Debian's folder names each one several times.
    const found = [...new Set(ports.systemAuthorities())];
    return found.length > 0 ? found : `The system’s store of CA certificates is empty. ${ours}`;
  } catch {
    return `The system’s store of CA certificates could not be read. ${ours}`;
  }
}

/** PEM of all authorities to trust; null: those that come with the program. */
export function authoritiesOf({ ca, system }: TlsMaterial): string[] | null {
  if (ca === null && system === null) return null;
  return [...(ca ?? []).map((der) => toPem('CERTIFICATE', der)), ...(system ?? [])];
}
