import { escapeUnsafe } from '../../../../../src-main/core/payload/visible.ts';
import { formatCounted } from '../../../../ui/base/format.ts';
import type { TlsDraft } from '../../draft/draft-tls.ts';
import type { Inspected } from './use-tls-inspection.ts';

/** `1 certificate, Plant Root CA`. */
export function caHint({ ca }: TlsDraft, { inspection }: Pick<Inspected, 'inspection'>): string {
  if (ca.trim() === '') return 'Empty: the built-in trusted CAs.';
  const [first] = inspection?.ca ?? [];
  if (inspection === null || first === undefined) return 'A path or PEM text.';
  const name = commonName(first.subject) ?? first.subjectLine;
  return escapeUnsafe(`${formatCounted(inspection.caCount, 'certificate')}, ${name}`);
}

export function clientHint(
  { cert }: TlsDraft,
  { inspection }: Pick<Inspected, 'inspection'>,
): string | undefined {
  const [own] = inspection?.client.chain ?? [];
  if (cert.trim() === '' || own === undefined) return undefined;
  return escapeUnsafe(commonName(own.subject) ?? own.subjectLine);
}

export function keyHint(
  { cert, key }: TlsDraft,
  { inspection }: Pick<Inspected, 'inspection'>,
): string | undefined {
  if (cert.trim() !== '' && key.trim() === '') return 'A client certificate needs its key.';
  return inspection?.client.keyMatches === true && key.trim() !== ''
    ? 'Belongs to the client certificate.'
    : undefined;
}

function commonName(
  subject: readonly { readonly name: string; readonly value: string }[],
): string | undefined {
  return subject.find(({ name }) => name === 'CN')?.value;
}
