import * as tls from 'node:tls';

/** Electron's TLS is not Node's: it knows no security levels, and fewer algorithms. */
export const BORING_SSL: boolean = 'electron' in process.versions;

/** Authorities (PEM) that are trusted where none are named. Node before 22.15 has no such function, but the list itself. */
export function builtInAuthorities(): readonly string[] {
  const { getCACertificates }: { getCACertificates?: typeof tls.getCACertificates } = tls;
  return getCACertificates?.('default') ?? tls.rootCertificates;
}
