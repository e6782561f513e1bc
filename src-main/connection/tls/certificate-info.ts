import { createHash, X509Certificate } from 'node:crypto';
import type { CertificateInfo } from '../../contract/model/certificates.ts';
import { SOON_DAYS } from '../../core/tls/lint.ts';
import { isSelfIssued, type SignedBy } from '../../core/tls/path.ts';
import { daysUntil } from '../../core/tls/labels.ts';
import { nameLine, type ParsedCertificate } from '../../core/tls/x509.ts';
import { toPem } from './decode.ts';

/** Whether the key of the issuer made the signature. False also where either cannot be used. */
export const signedBy: SignedBy = (child, issuer) => {
  try {
    return new X509Certificate(child.der).verify(new X509Certificate(issuer.der).publicKey);
  } catch {
    return false;
  }
};

function fingerprint(algorithm: 'sha1' | 'sha256', der: Uint8Array): string {
  return createHash(algorithm)
    .update(der)
    .digest('hex')
    .toUpperCase()
    .replace(/..(?=.)/g, '$&:');
}

function validityOf({ notBefore, notAfter }: ParsedCertificate, now: number): CertificateInfo['validity'] {
  if (now > notAfter) return 'expired';
  if (now < notBefore) return 'ahead';
  return daysUntil(notAfter, now) < SOON_DAYS ? 'soon' : 'valid';
}

/** For the window. */
export function certificateInfo(one: ParsedCertificate, now: number): CertificateInfo {
  return {
    subject: [...one.subject],
    issuer: [...one.issuer],
    subjectLine: nameLine(one.subject),
    issuerLine: nameLine(one.issuer),
    names: [...one.names],
    serial: one.serial,
    notBefore: one.notBefore,
    notAfter: one.notAfter,
    daysLeft: daysUntil(one.notAfter, now),
    validity: validityOf(one, now),
    keyType: one.keyType,
    keyBits: one.keyBits,
    curve: one.curve,
    signatureAlgorithm: one.signatureAlgorithm,
    ca: one.ca,
    pathLength: one.pathLength,
    keyUsage: [...one.keyUsage],
    extendedKeyUsage: [...one.extendedKeyUsage],
    selfSigned: isSelfIssued(one) && signedBy(one, one),
    fingerprints: { sha1: fingerprint('sha1', one.der), sha256: fingerprint('sha256', one.der) },
    pem: toPem('CERTIFICATE', one.der),
  };
}
