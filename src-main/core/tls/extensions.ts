import { escapeUnsafe } from '../payload/visible.ts';
import { childrenOf, DerError, expectTag, hex, readCount, readDer, readOid, TAG, type Der } from './der.ts';
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

const READERS: Readonly<Record<string, (value: Der, into: Mutable) => void>> = {
  [EXTENSION.subjectAltName]: (value, into) => {
    into.names = childrenOf(value).slice(0, MOST_NAMES).map(readGeneralName);
  },
  [EXTENSION.basicConstraints]: (value, into) => {
    const parts = childrenOf(value);
    const [ca] = parts;
    into.ca = ca?.tag === TAG.boolean && ca.content[0] !== 0;
    const limit = parts.find(({ tag }) => tag === TAG.integer);
    into.pathLength = limit ? readCount(limit) : null;
  },
  [EXTENSION.keyUsage]: (value, into) => {
    const bits = expectTag(value, TAG.bitString).content;
    into.keyUsage = KEY_USAGES.filter((_, i) => ((bits[1 + (i >> 3)] ?? 0) & (0x80 >> (i & 7))) !== 0);
  },
  [EXTENSION.extendedKeyUsage]: (value, into) => {
    const oids = childrenOf(value).slice(0, 100).map(readOid);
    into.extendedKeyUsage = oids.map((oid) => EXTENDED_USAGES[oid] ?? oid);
  },
  [EXTENSION.subjectKeyIdentifier]: (value, into) => {
    into.keyId = hex(expectTag(value, TAG.octetString).content.subarray(0, 64));
  },
  [EXTENSION.authorityKeyIdentifier]: (value, into) => {
    const id = childrenOf(value).find(({ tag }) => tag === 0x80);
    into.issuerKeyId = id ? hex(id.content.subarray(0, 64)) : null;
  },
};

/** @throws DerError */
export function readExtensions(element: Der | undefined): Extensions {
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
  if (!element) return into;
  const [list] = childrenOf(element);
  for (const one of childrenOf(expectTag(list, TAG.sequence))) {
    const [id, second, third] = childrenOf(expectTag(one, TAG.sequence));
    const oid = readOid(id);
    const value = expectTag(second?.tag === TAG.boolean ? third : second, TAG.octetString);
    const isCritical = second?.tag === TAG.boolean && second.content[0] !== 0;
    const reader = READERS[oid];
    if (reader) reader(readDer(value.content), into);
    else if (isCritical || oid === EXTENSION.nameConstraints) into.criticalUnknown.push(oid);
  }
  return into;
}

const ascii = new TextDecoder();
const shown = (bytes: Uint8Array): string => escapeUnsafe(ascii.decode(bytes.subarray(0, 1_000)));

function readGeneralName({ tag, content }: Der): AlternativeName {
  switch (tag) {
    case 0x81:
      return { kind: 'email', value: shown(content) };
    case 0x82:
      return { kind: 'dns', value: shown(content) };
    case 0x86:
      return { kind: 'uri', value: shown(content) };
    case 0x87:
      return { kind: 'ip', value: addressText(content) };
    default:
      return { kind: 'other', value: hex(content.subarray(0, 64)) };
  }
}

/** Dotted, or groups of hex with the longest run of zeros left out [RFC 5952]. */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) throw new DerError('no address');
  const groups: string[] = [];
  for (let at = 0; at < 16; at += 2)
    groups.push((((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16));
  const text = groups.join(':');
  const runs = [...text.matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].toSorted((a, b) => b[0].length - a[0].length);
  const [longest] = runs;
  if (!longest) return text;
  const before = text.slice(0, longest.index);
  const after = text.slice(longest.index + longest[0].length).replace(/^:/, '');
  return `${before}::${after}`;
}
