import {
  createSecureContext,
  DEFAULT_CIPHERS,
  type SecureContext,
  type SecureContextOptions,
} from 'node:tls';
import type { TlsOptions } from '../../contract/model/model.ts';
import { isSelfIssued } from '../../core/tls/path.ts';
import { parseCertificate } from '../../core/tls/x509.ts';
import { toPem } from './decode.ts';
import { BORING_SSL, builtInAuthorities } from './library.ts';
import { authoritiesOf, type TlsMaterial } from './material.ts';

/**
 * The context of a handshake.
 *
 * @throws the error of the TLS library: a wrong passphrase, a foreign key, a broken file
 */
export function contextOf(tls: Pick<TlsOptions, 'minVersion'>, material: TlsMaterial): SecureContext {
  const isOld = tls.minVersion === 'TLSv1' || tls.minVersion === 'TLSv1.1';
  return createSecureContext({
    ...anchorsOf(material),
    ...clientOf(material),
    minVersion: tls.minVersion,
    // OpenSSL 3 has the old versions at level 0 only, because they sign with SHA-1.
    ...(isOld && !BORING_SSL ? { ciphers: `${DEFAULT_CIPHERS}:@SECLEVEL=0` } : {}),
  });
}

function clientOf({ cert, key, pfx, passphrase }: TlsMaterial): SecureContextOptions {
  if (pfx) return { cert: pemOf(pfx.certificates), key: pfx.key };
  if (!cert || !key) return {};
  return { cert: pemOf(cert), key: key.pem, ...(passphrase === null ? {} : { passphrase }) };
}

const pemOf = (ders: readonly Uint8Array[]): string => ders.map((der) => toPem('CERTIFICATE', der)).join('');

/** Whom to trust: what the user names is an anchor, also where it is not a root. */
function anchorsOf(material: TlsMaterial): SecureContextOptions {
  const named = authoritiesOf(material);
  const carried = rootsIn(material);
  const partial = named === null ? {} : { allowPartialTrustChain: true };
  if (carried.length === 0) return named === null ? {} : { ca: named, ...partial };
  return { ca: [...(named ?? builtInAuthorities()), ...carried], ...partial };
}

/** Roots (PEM) that a PKCS#12 file carries are trusted as well, as Node does when it opens one itself. */
function rootsIn({ pfx }: TlsMaterial): string[] {
  return (pfx?.certificates ?? []).slice(1).flatMap((der) => {
    const one = parseCertificate(der);
    return one?.ca === true && isSelfIssued(one) ? [toPem('CERTIFICATE', der)] : [];
  });
}
