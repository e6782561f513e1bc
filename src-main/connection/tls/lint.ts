import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import type { TlsFinding, TlsInspection } from '../../contract/model/certificates.ts';
import type { ConnectionOptions, TlsOptions } from '../../contract/model/model.ts';
import { errorFacts } from '../../core/session/failures/failures.ts';
import { bySeverity, error } from '../../core/tls/findings.ts';
import { lintMaterial, lintOptions, type Material } from '../../core/tls/lint.ts';
import { parseCertificate, type ParsedCertificate } from '../../core/tls/x509.ts';
import { certificateInfo } from './certificate-info.ts';
import { contextOf } from './context.ts';
import { BORING_SSL } from './library.ts';
import type { Pkcs12Material } from './lint-pkcs12.ts';
import { KEY_ADVICE, loadTls, UNREADABLE_KEY, type MaterialPorts, type TlsMaterial } from './material.ts';

/** Certificates of the CA field that are listed in full; a bundle of all authorities has 150. */
const MOST_CA = 200;
const MOST_CHAIN = 16;

/** What the TLS fields hold and what will not work; connects nothing and rejects never. */
export async function inspectTls(
  options: Pick<ConnectionOptions, 'protocol' | 'tls'>,
  ports: MaterialPorts & { now(): number },
): Promise<TlsInspection> {
  const now = ports.now();
  const { material, findings } = await loadTls(options.tls, ports);
  const found = lintLoaded(options.tls, material, findings, now);
  const all = bySeverity([...findings, ...found.findings, ...lintOptions(options)]);
  return {
    ca: (found.ca ?? []).slice(0, MOST_CA).map((one) => certificateInfo(one, now)),
    caCount: found.ca?.length ?? 0,
    client: {
      chain: found.client.slice(0, MOST_CHAIN).map((one) => certificateInfo(one, now)),
      keyMatches: found.keyMatches,
    },
    findings: all,
  };
}

/** Why the TLS library could not use the material, as a finding; null if the cause is not known. */
export function explainMaterial(tls: TlsOptions, material: TlsMaterial, now: number): TlsFinding | null {
  const { findings } = lintLoaded(tls, material, [], now);
  return findings.find(({ severity }) => severity === 'error') ?? null;
}

/** Findings about a key that is not to be opened: what asks for too much would never end. */
const UNOPENED = new Set(['key-rounds', 'key-passphrase-missing', 'key-format']);

interface Linted {
  readonly ca: readonly ParsedCertificate[] | null;
  readonly client: readonly ParsedCertificate[];
  readonly keyMatches: boolean | null;
  readonly findings: readonly TlsFinding[];
}

function lintLoaded(
  tls: TlsOptions,
  material: TlsMaterial,
  before: readonly TlsFinding[],
  now: number,
): Linted {
  const mayOpen = !before.some(({ code }) => UNOPENED.has(code));
  const client = material.pfx ? fromPkcs12(material.pfx) : fromPem(material, mayOpen);
  const ca = material.ca && parseAll(material.ca);
  const findings = [...client.findings, ...lintMaterial({ ...client, ca, now, boringSsl: BORING_SSL })];
  const isFine = [...before, ...findings].every(({ severity }) => severity !== 'error');
  // Whatever else the library has against it.
  if (isFine && client.clientField === 'cert' && client.client.length > 0)
    findings.push(...tryContext(tls, material));
  return { ca, client: client.client, keyMatches: client.keyMatches, findings };
}

type Client = Pick<Material, 'client' | 'clientField' | 'keyMatches' | 'keyMatchesLater'> & {
  readonly findings: readonly TlsFinding[];
};

function fromPem(material: TlsMaterial, mayOpen: boolean): Client {
  const client = parseAll(material.cert ?? []);
  const key = mayOpen ? openKey(material) : null;
  const isOpen = key !== null && !('severity' in key);
  const matches = client.map((one) => (isOpen ? keyMatches(one, key) : null));
  return {
    client,
    clientField: 'cert',
    keyMatches: matches[0] ?? null,
    keyMatchesLater: matches.indexOf(true) > 0,
    findings: key !== null && !isOpen ? [key] : [],
  };
}

/** The key was compared when the file was opened. */
function fromPkcs12(pfx: Pkcs12Material): Client {
  const client = inOrder(parseAll(pfx.certificates));
  return {
    client,
    clientField: 'pfx',
    keyMatches: client.length > 0 ? true : null,
    keyMatchesLater: false,
    findings: [],
  };
}

function parseAll(ders: readonly Uint8Array[]): ParsedCertificate[] {
  return ders.flatMap((der) => parseCertificate(der) ?? []);
}

/** A PKCS#12 file has no order, but the certificate of its key comes first here. */
function inOrder(all: readonly ParsedCertificate[]): ParsedCertificate[] {
  const chain: ParsedCertificate[] = [];
  for (let last = all[0]; last;) {
    chain.push(last);
    const { issuerKey } = last;
    last = all.find((one) => !chain.includes(one) && one.subjectKey === issuerKey);
  }
  return [...chain, ...all.filter((one) => !chain.includes(one))];
}

function keyMatches(one: ParsedCertificate, key: KeyObject): boolean | null {
  try {
    return new X509Certificate(one.der).checkPrivateKey(key);
  } catch {
    return null;
  }
}

function openKey({ key, passphrase }: TlsMaterial): KeyObject | TlsFinding | null {
  if (!key) return null;
  try {
    return createPrivateKey({ key: key.pem, ...(passphrase === null ? {} : { passphrase }) });
  } catch {
    // A wrong passphrase may by chance decrypt to something that is no key, so the error does not matter.
    if (key.encrypted) {
      return error(
        'passphrase',
        'key-passphrase',
        'The client key could not be decrypted with this passphrase.',
        'Check the key passphrase. If it is right, the key is encrypted in a way that TLS does not know here.',
      );
    }
    return error('key', 'key-format', UNREADABLE_KEY, KEY_ADVICE);
  }
}

function tryContext(tls: TlsOptions, material: TlsMaterial): TlsFinding[] {
  try {
    contextOf(tls, material);
    return [];
  } catch (cause) {
    const { code, message } = errorFacts(cause);
    return [
      error(
        'cert',
        'client-certificate-unusable',
        `TLS does not take the client certificate: ${(/:([^:]+)$/.exec(message)?.[1] ?? (message || code)).slice(0, 200)}.`,
        'Have it issued again with RSA of 2,048 bits or more, or an elliptic curve, signed with SHA-256.',
      ),
    ];
  }
}
