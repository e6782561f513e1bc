import { createSecureContext, DEFAULT_CIPHERS, type SecureContext } from 'node:tls';
import type { TlsOptions } from '../../contract/model/model.ts';
import { toPem } from './decode.ts';
import { authoritiesOf, type TlsMaterial } from './material.ts';

/** Electron's TLS is not Node's: it knows no security levels, and fewer algorithms. */
export const BORING_SSL: boolean = 'electron' in process.versions;

/**
 * The context of a handshake.
 *
 * @throws the error of the TLS library: a wrong passphrase, a foreign key, a broken file
 */
export function contextOf(tls: Pick<TlsOptions, 'minVersion'>, material: TlsMaterial): SecureContext {
  const authorities = authoritiesOf(material);
  const { cert, key, pfx, passphrase } = material;
  const isOld = tls.minVersion === 'TLSv1' || tls.minVersion === 'TLSv1.1';
  return createSecureContext({
    // What the user names is an anchor, also where it is not a root.
    ...(authorities === null ? {} : { ca: authorities, allowPartialTrustChain: true }),
    ...(cert && key ? { cert: cert.map((der) => toPem('CERTIFICATE', der)).join(''), key: key.pem } : {}),
    ...(pfx ? { pfx: Buffer.from(pfx) } : {}),
    ...(passphrase === null ? {} : { passphrase }),
    minVersion: tls.minVersion,
    // OpenSSL 3 has the old versions at level 0 only, because they sign with SHA-1.
    ...(isOld && !BORING_SSL ? { ciphers: `${DEFAULT_CIPHERS}:@SECLEVEL=0` } : {}),
  });
}
