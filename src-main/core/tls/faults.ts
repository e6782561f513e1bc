import type { Fault } from './findings.ts';
import type { PathFault } from './path.ts';
import { called, day, fromNow, issuerCalled } from './labels.ts';
import type { ParsedCertificate } from './x509.ts';

const GIVE_CA =
  'If the broker is yours, give the certificate of the authority that signed its certificate under “CA certificate”.';

/** Why there is no way from the certificate to one that is trusted here. */
export function chainFault(fault: PathFault, leaf: ParsedCertificate): Fault {
  const { at } = fault;
  const isLeaf = at === leaf;
  const whose = isLeaf ? '' : `is signed through ${called(at)}, which `;
  const untrusted = (what: string, advice: string): Fault => ({
    check: 'chain',
    code: 'certificate-untrusted',
    what,
    advice,
  });
  switch (fault.kind) {
    case 'unknown-issuer':
      return untrusted(
        `${whose}is signed by ${issuerCalled(at)}, which is not trusted here`,
        `${GIVE_CA} If there is an authority in between, the broker should send its certificate as well.`,
      );
    case 'self-signed':
      return isLeaf
        ? {
            check: 'chain',
            code: 'certificate-self-signed',
            what: 'is self-signed, so no authority vouches for it',
            advice: 'If it is yours, give this certificate under “CA certificate”.',
          }
        : untrusted(`is signed by the authority ${called(at)}, which is not trusted here`, GIVE_CA);
    case 'bad-signature':
      return untrusted(
        `${whose}names ${issuerCalled(at)} as its issuer, but the key of the authority known here by that name did not sign it`,
        'Several authorities may have the same name: give the one that signed it under “CA certificate”. Otherwise the certificate is a forgery.',
      );
    case 'not-an-authority':
      return untrusted(
        `is signed with ${called(at)}, which is not allowed to sign others`,
        'Have the certificate signed by an authority (CA:TRUE, keyCertSign).',
      );
    case 'too-long':
      return untrusted(
        `has a chain of more authorities than ${called(at)} allows`,
        'Have the certificate issued by an authority that may do so.',
      );
    case 'weak-signature':
      return untrusted(
        `${whose}is signed with ${at.signatureAlgorithm}, which can be forged`,
        'Have it issued again with SHA-256 or better.',
      );
    case 'weak-key':
      return untrusted(
        `${isLeaf ? 'has' : `is signed through ${called(at)}, which has`} a key that is too weak (${at.keyType}${at.keyBits === null ? '' : `, ${at.keyBits} bits`})`,
        'Have it issued again with RSA of 2,048 bits or an elliptic curve.',
      );
    case 'purpose':
      return {
        check: 'chain',
        code: 'certificate-purpose',
        what: `${whose}may not be used by a server (${usageOf(at)})`,
        advice: 'Have a certificate issued for serverAuth, with digitalSignature.',
      };
    case 'not-understood':
      return untrusted(
        `${isLeaf ? 'has' : `is signed through ${called(at)}, which has`} a critical extension (${at.criticalUnknown.slice(0, 3).join(', ')}) that cannot be checked here on its own`,
        'Switch the check of the dates on again, or have the expired certificate renewed.',
      );
  }
}

function usageOf({ keyUsage, extendedKeyUsage }: ParsedCertificate): string {
  return extendedKeyUsage.length > 0 && !extendedKeyUsage.includes('serverAuth')
    ? `extended key usage: ${extendedKeyUsage.slice(0, 5).join(', ')}`
    : `key usage: ${keyUsage.join(', ')}`;
}

/** Of any certificate on the way; null while it is valid. */
export function dateFault(at: ParsedCertificate, leaf: ParsedCertificate, now: number): Fault | null {
  const whose = at === leaf ? '' : `is signed through ${called(at)}, whose certificate `;
  if (now > at.notAfter) {
    return {
      check: 'dates',
      code: 'certificate-expired',
      what: `${whose}expired on ${day(at.notAfter)} (${fromNow(at.notAfter, now)})`,
      advice: 'Have it renewed at the broker, or check the clock of this computer.',
    };
  }
  if (now < at.notBefore) {
    return {
      check: 'dates',
      code: 'certificate-not-yet-valid',
      what: `${whose}is not valid before ${day(at.notBefore)} (${fromNow(at.notBefore, now)})`,
      advice: 'Check the clock of this computer, and that of the issuer.',
    };
  }
  return null;
}

/** The TLS library looked at another way to an anchor than we did. */
export function libraryDateFault(): Fault {
  return {
    check: 'dates',
    code: 'certificate-expired',
    what: 'has a certificate in its chain that is not valid today',
    advice: 'Have it renewed at the broker, or check the clock of this computer.',
  };
}

/** What the TLS library says of the chain where our own search sees nothing wrong. */
export function libraryFault(code: string): Fault {
  const words =
    LIBRARY[code] ?? `was not accepted by the TLS library (${code.slice(0, 80) || 'no reason given'})`;
  return { check: 'chain', code: 'certificate-untrusted', what: words, advice: GIVE_CA };
}

const LIBRARY: Readonly<Record<string, string>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'is signed by an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT: 'is signed by an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'is signed by an authority that is not trusted here',
  SELF_SIGNED_CERT_IN_CHAIN: 'is signed by an authority that is not trusted here',
  CERT_REVOKED: 'has been revoked',
  CA_MD_TOO_WEAK: 'has a signature in its chain that can be forged (MD5 or SHA-1)',
  CA_KEY_TOO_SMALL: 'is signed with a key that is too weak',
  EE_KEY_TOO_SMALL: 'has a key that is too weak',
  INVALID_CA: 'is signed with a certificate that is not allowed to sign others',
  PATH_LENGTH_EXCEEDED: 'has a chain of more authorities than allowed',
  INVALID_PURPOSE: 'may not be used by a server',
  PERMITTED_VIOLATION: 'is for a name that its authority may not vouch for',
  EXCLUDED_VIOLATION: 'is for a name that its authority may not vouch for',
};
