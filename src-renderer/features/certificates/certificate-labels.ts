import type {
  CertificateInfo,
  ServerCertificates,
  TlsInspection,
} from '../../../src-main/contract/model/certificates.ts';
import { escapeUnsafe } from '../../../src-main/core/payload/visible.ts';
import { formatCounted, formatDay } from '../../ui/base/format.ts';
import type { Tone } from '../../ui/feedback/status-text.tsx';

/** A certificate in its place of a tree; children were issued by their parent. */
export interface CertificateNode {
  /** Its place, stable for one reading. */
  readonly id: string;
  readonly certificate: CertificateInfo;
  /** From 1. */
  readonly level: number;
  readonly parent: string | null;
}

export interface CertificateTree {
  readonly label: string;
  readonly nodes: readonly CertificateNode[];
}

/** A chain comes from its end; a tree begins with who stands behind it. */
export function chainTree(label: string, chain: readonly CertificateInfo[]): CertificateTree {
  const nodes = chain.toReversed().map((certificate, index) => ({
    id: `${label} ${index}`,
    certificate,
    level: index + 1,
    parent: index === 0 ? null : `${label} ${index - 1}`,
  }));
  return { label, nodes };
}

export function serverTrees({ chain }: ServerCertificates): readonly CertificateTree[] {
  return chain.length === 0 ? [] : [chainTree('Chain of the broker', chain)];
}

export function localTrees({ ca, client }: TlsInspection): readonly CertificateTree[] {
  const authorities = ca.map((certificate, index) => ({
    id: `CA ${index}`,
    certificate,
    level: 1,
    parent: null,
  }));
  return [
    ...(client.chain.length === 0 ? [] : [chainTree('Client certificate', client.chain)]),
    ...(authorities.length === 0 ? [] : [{ label: 'CA certificates', nodes: authorities }]),
  ];
}

/** What a person calls it: the common name, else the first name it is for, else its serial number. */
export function certificateName({ subject, names, serial, subjectLine }: CertificateInfo): string {
  const common = subject.find(({ name }) => name === 'CN')?.value;
  const [first] = names;
  const text = common ?? first?.value ?? (subjectLine === '' ? `serial number ${serial}` : subjectLine);
  return escapeUnsafe(text);
}

/** How long it lasts, in a sentence. */
export function validityWords({ validity, daysLeft, notAfter, notBefore }: CertificateInfo): {
  readonly tone: Tone;
  readonly words: string;
} {
  switch (validity) {
    case 'valid':
      return { tone: 'ok', words: `Valid for ${formatCounted(daysLeft, 'more day')}` };
    case 'soon':
      return {
        tone: 'warn',
        words: daysLeft === 0 ? 'Ends within a day' : `Ends in ${formatCounted(daysLeft, 'day')}`,
      };
    case 'expired':
      return { tone: 'err', words: `Expired on ${formatDay(notAfter)}` };
    case 'ahead':
      return { tone: 'err', words: `Not valid before ${formatDay(notBefore)}` };
  }
}

/** The same for a narrow column: `8 y`, `212 d`, `expired`, `not yet`. */
export function validityShort({ validity, daysLeft }: CertificateInfo): string {
  if (validity === 'expired') return 'expired';
  if (validity === 'ahead') return 'not yet';
  return daysLeft >= 730 ? `${Math.floor(daysLeft / 365)} y` : `${daysLeft} d`;
}

/** `EC P-256`, `RSA 2048 bits`, `Ed25519`. */
export function keyWords({ keyType, keyBits, curve }: CertificateInfo): string {
  if (curve !== null) return `${keyType} ${curve}`;
  return keyBits === null ? keyType : `${keyType} ${keyBits} bits`;
}

const PURPOSES: Readonly<Record<string, string>> = {
  serverAuth: 'server authentication',
  clientAuth: 'client authentication',
  codeSigning: 'code signing',
  emailProtection: 'mail protection',
  timeStamping: 'time stamping',
  ocspSigning: 'OCSP signing',
  OCSPSigning: 'OCSP signing',
};

/** What it may be used for, in words; the terms of X.509 stay in the second list. */
export function usageWords({
  ca,
  pathLength,
  keyUsage,
  extendedKeyUsage,
}: CertificateInfo): readonly string[] {
  const signs = ca ? [signsWords(pathLength)] : [];
  const purposes = extendedKeyUsage.map((one) => PURPOSES[one] ?? escapeUnsafe(one));
  const all = [...signs, ...purposes];
  const words = all.length === 0 ? ['not restricted'] : all;
  return keyUsage.length === 0 ? words : [...words, keyUsage.map(escapeUnsafe).join(', ')];
}

function signsWords(pathLength: number | null): string {
  if (pathLength === null) return 'may sign others';
  return pathLength === 0
    ? 'may sign others, but no CA'
    : `may sign others, with at most ${formatCounted(pathLength, 'CA')} below it`;
}

/** `Nov 20, 2025 to Jun 20, 2027`. */
export function untilWords({ notBefore, notAfter }: CertificateInfo): string {
  return `${formatDay(notBefore)} to ${formatDay(notAfter)}`;
}

export const CHECK_WORDS = { chain: 'chain', dates: 'dates', hostName: 'host name' } as const;
