import {
  AuthorityKeyIdentifier,
  BasicConstraints,
  ExtendedKeyUsage,
  SubjectAlternativeName,
  type Extension,
  type GeneralName,
} from '@peculiar/asn1-x509';
import { BitString } from 'asn1js';
import { escapeUnsafe } from '../payload/visible.ts';
import { decode, DerError, encode, hex, octetsOf, readDer } from './der.ts';
import { EXTENDED_USAGES, EXTENSION, KEY_USAGES } from './oids.ts';

export interface AlternativeName {
  readonly kind: 'dns' | 'ip' | 'email' | 'uri' | 'other';
  readonly value: string;
}

/** What the extensions of a certificate say; empty lists where it has none. */
export interface Extensions {
  readonly names: readonly AlternativeName[];
  readonly ca: boolean;
  readonly pathLength: number | null;
  readonly keyUsage: readonly string[];
  readonly extendedKeyUsage: readonly string[];
  /** Hex; null where it is not given. */
  readonly keyId: string | null;
  readonly issuerKeyId: string | null;
  /** Critical ones that are not understood here, and name constraints, which bind also where they are not. */
  readonly criticalUnknown: readonly string[];
}

/** Names that are kept; a certificate of a content network has a hundred or two. */
const MOST_NAMES = 1_000;
const MOST_NAME_CHARS = 1_000;

interface Mutable {
  names: AlternativeName[];
  ca: boolean;
  pathLength: number | null;
  keyUsage: string[];
  extendedKeyUsage: string[];
  keyId: string | null;
  issuerKeyId: string | null;
  criticalUnknown: string[];
}

/** An extension that is there and allows no use: not the same as one that is not there, which allows all. */
const NO_USE = 'none';

const orNothing = (uses: readonly string[]): string[] => (uses.length === 0 ? [NO_USE] : [...uses]);

const READERS: Readonly<Record<string, (value: ArrayBuffer, into: Mutable) => void>> = {
  [EXTENSION.subjectAltName]: (value, into) => {
    into.names = decode(value, SubjectAlternativeName).slice(0, MOST_NAMES).map(readGeneralName);
  },
  [EXTENSION.basicConstraints]: (value, into) => {
    const { cA, pathLenConstraint } = decode(value, BasicConstraints);
    into.ca = cA;
    into.pathLength = pathLenConstraint === undefined ? null : pathLengthOf(pathLenConstraint);
  },
  [EXTENSION.keyUsage]: (value, into) => {
    const { node } = readDer(new Uint8Array(value));
    if (!(node instanceof BitString)) throw new DerError('no bits');
    const bits = node.valueBlock.valueHexView;
    into.keyUsage = orNothing(KEY_USAGES.filter((_, i) => ((bits[i >> 3] ?? 0) & (0x80 >> (i & 7))) !== 0));
  },
  [EXTENSION.extendedKeyUsage]: (value, into) => {
    const oids = decode(value, ExtendedKeyUsage).slice(0, 100);
    into.extendedKeyUsage = orNothing(
      oids.map((oid) => EXTENDED_USAGES[oid] ?? oid.slice(0, MOST_NAME_CHARS)),
    );
  },
  [EXTENSION.subjectKeyIdentifier]: (value, into) => {
    into.keyId = hex(octetsOf(readDer(new Uint8Array(value)).node).subarray(0, 64));
  },
  [EXTENSION.authorityKeyIdentifier]: (value, into) => {
    const { keyIdentifier } = decode(value, AuthorityKeyIdentifier);
    into.issuerKeyId = keyIdentifier ? hex(new Uint8Array(keyIdentifier.buffer).subarray(0, 64)) : null;
  },
};

/** @throws DerError */
export function readExtensions(extensions: readonly Extension[]): Extensions {
  const into: Mutable = {
    names: [],
    ca: false,
    pathLength: null,
    keyUsage: [],
    extendedKeyUsage: [],
    keyId: null,
    issuerKeyId: null,
    criticalUnknown: [],
  };
  const seen = new Set<string>();
  for (const { extnID, critical, extnValue } of extensions) {
    const reader = READERS[extnID];
    // Given twice, which one counts is a matter of taste, so neither does [RFC 5280, 4.2].
    if (reader && !seen.has(extnID)) reader(extnValue.buffer, into);
    else if (reader || critical || extnID === EXTENSION.nameConstraints) into.criticalUnknown.push(extnID);
    seen.add(extnID);
  }
  return into;
}

/** The library gives small numbers as such and larger ones as text. Below zero, nothing may follow. */
function pathLengthOf(value: unknown): number {
  const count = Number(value);
  return count < 0 ? 0 : Number.isSafeInteger(count) ? count : Infinity;
}

const shown = (text: string): string => escapeUnsafe(text.slice(0, MOST_NAME_CHARS));

/** Addresses are written in the usual form [RFC 5952]; other kinds of names in hex. */
export function readGeneralName(name: GeneralName): AlternativeName {
  if (name.rfc822Name !== undefined) return { kind: 'email', value: shown(name.rfc822Name) };
  if (name.dNSName !== undefined) return { kind: 'dns', value: shown(name.dNSName) };
  if (name.uniformResourceIdentifier !== undefined)
    return { kind: 'uri', value: shown(name.uniformResourceIdentifier) };
  // With another length than 4 or 16 bytes it is no address; the library returns a network or hex.
  if (name.iPAddress !== undefined) {
    const isAddress = /^[^/]*[.:][^/]*$/.test(name.iPAddress);
    return { kind: isAddress ? 'ip' : 'other', value: shown(name.iPAddress) };
  }
  return { kind: 'other', value: hex(encode(name).subarray(0, 64)) };
}
