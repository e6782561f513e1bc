import { createPrivateKey } from 'node:crypto';
import { generate, type CertificateExtension } from 'selfsigned';
import type { Pair } from './pair.ts';
import { pkcs12 } from './pkcs12.ts';

export interface Certificates {
  /** Signs everything below unless said otherwise. */
  readonly ca: Pair;
  /** A CA that nobody trusts; signs `foreignServer` and `foreignClient`. */
  readonly otherCa: Pair;
  /** For localhost, 127.0.0.1 and ::1. */
  readonly server: Pair;
  /** For broker.example only. */
  readonly wrongHost: Pair;
  /** Ended yesterday. */
  readonly expired: Pair;
  /** Begins tomorrow. */
  readonly notYetValid: Pair;
  /** Expired, for another host, of the CA nobody trusts: all three faults at once. */
  readonly expiredWrongHostForeign: Pair;
  readonly selfSigned: Pair;
  readonly foreignServer: Pair;
  readonly client: Pair;
  readonly expiredClient: Pair;
  readonly foreignClient: Pair;
  /** Signed by `ca`; signs `chained` and `chainedClient`. */
  readonly intermediate: Pair;
  /** As `server`; its text has the intermediate after it. */
  readonly chained: Pair;
  readonly chainedClient: Pair;
  /** `client` as PKCS#12 under the passphrase below, as written today and as written years ago (RC2). */
  readonly clientP12: Buffer;
  readonly legacyClientP12: Buffer;
  /** The key of `client` under the passphrase below (PKCS#8, AES-256-CBC). */
  readonly encryptedClientKey: string;
  readonly passphrase: string;
}

const DAY_MS = 86_400_000;
const HERE = ['localhost', '127.0.0.1', '::1'];
const ELSEWHERE = ['broker.example'];

interface Order {
  readonly name: string;
  /**
   * Names and addresses of a server, empty for no alternative name at all; `dns:` in front makes a name of type
   * DNS out of an address. Null for a client.
   */
  readonly hosts: readonly string[] | null;
  readonly issuer: Pair | null;
  /** Days from now. */
  readonly from?: number;
  readonly until?: number;
}

/** Made for the names and dates given; for what the ready-made set lacks. */
export async function makeCertificate({ name, hosts, issuer, from = -2, until = 30 }: Order): Promise<Pair> {
  return make(name, hosts === null ? clientExtensions() : serverExtensions(hosts), issuer, from, until);
}

let made: Promise<Certificates> | null = null;

/** One set a process; elliptic keys, because they are made in no time. */
export function certificates(): Promise<Certificates> {
  made ??= makeAll();
  return made;
}

async function makeAll(): Promise<Certificates> {
  const [ca, otherCa] = await Promise.all([makeCa('Topicscope test CA'), makeCa('Some other CA')]);
  const server = (
    hosts: readonly string[],
    issuer: Pair | null,
    from?: number,
    until?: number,
  ): Promise<Pair> => makeCertificate({ name: hosts[0] ?? '', hosts, issuer, ...dates(from, until) });
  const client = (issuer: Pair, from?: number, until?: number): Promise<Pair> =>
    makeCertificate({ name: 'press-03', hosts: null, issuer, ...dates(from, until) });
  const passphrase = 'correct horse';
  const clientPair = await client(ca);
  const intermediate = await makeAuthority({ name: 'Topicscope test CA 2', issuer: ca });
  const above = (pair: Pair): Pair => ({ ...pair, cert: `${pair.cert}\n${intermediate.cert}` });
  return {
    ca,
    otherCa,
    server: await server(HERE, ca),
    wrongHost: await server(ELSEWHERE, ca),
    expired: await server(HERE, ca, -30, -1),
    notYetValid: await server(HERE, ca, 1, 30),
    expiredWrongHostForeign: await server(ELSEWHERE, otherCa, -30, -1),
    selfSigned: await server(HERE, null),
    foreignServer: await server(HERE, otherCa),
    client: clientPair,
    expiredClient: await client(ca, -30, -1),
    foreignClient: await client(otherCa),
    intermediate,
    chained: above(await server(HERE, intermediate)),
    chainedClient: above(await client(intermediate)),
    clientP12: pkcs12(clientPair, { passphrase }),
    legacyClientP12: pkcs12(clientPair, { passphrase, legacy: true }),
    encryptedClientKey: createPrivateKey(clientPair.key)
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase })
      .toString(),
    passphrase,
  };
}

function dates(from: number | undefined, until: number | undefined): { from?: number; until?: number } {
  return { ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) };
}

const makeCa = (name: string): Promise<Pair> => makeAuthority({ name, issuer: null });

interface AuthorityOrder extends Omit<Order, 'hosts'> {
  /** How many authorities may follow it. */
  readonly pathLength?: number;
}

/** An authority; without an issuer a root. */
export function makeAuthority({
  name,
  issuer,
  from = -365,
  until = 365,
  pathLength,
}: AuthorityOrder): Promise<Pair> {
  const extensions: CertificateExtension[] = [
    {
      name: 'basicConstraints',
      cA: true,
      critical: true,
      ...(pathLength === undefined ? {} : { pathLenConstraint: pathLength }),
    },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
  ];
  return make(name, extensions, issuer, from, until);
}

function serverExtensions(hosts: readonly string[]): CertificateExtension[] {
  const isAddress = (host: string): boolean => /^(?!dns:)(?:[\d.]+$|.*:)/.test(host);
  const altNames = hosts.map((host) =>
    isAddress(host) ? { type: 7 as const, ip: host } : { type: 2 as const, value: host.replace(/^dns:/, '') },
  );
  return [
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    ...(altNames.length === 0 ? [] : [{ name: 'subjectAltName' as const, altNames }]),
  ];
}

function clientExtensions(): CertificateExtension[] {
  return [
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, critical: true },
    { name: 'extKeyUsage', clientAuth: true },
  ];
}

async function make(
  name: string,
  extensions: CertificateExtension[],
  issuer: Pair | null,
  from: number,
  until: number,
): Promise<Pair> {
  const now = Date.now();
  const made = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(now + from * DAY_MS),
    notAfterDate: new Date(now + until * DAY_MS),
    extensions,
    ...(issuer === null ? {} : { ca: issuer }),
  });
  return { cert: made.cert, key: made.private };
}
