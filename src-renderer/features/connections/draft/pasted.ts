import { readHost } from '../../../../src-main/core/profiles/host.ts';
import type { Confirmation, PastedAddress } from '../../../../src-main/contract/profiles/transfer.ts';
import { draftOf, marksOf, withAddress, type Draft } from './editor-draft.ts';

/**
 * What the engine reads into a whole connection, and what belongs into no single field: an address, a command
 * of mosquitto, a connection string, several lines.
 */
export function isWhole(text: string): boolean {
  const trimmed = text.trim();
  return (
    /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ||
    /mosquitto_(?:sub|pub|rr)(?:\.exe)?["']?\s/i.test(trimmed) ||
    /^['"]?[\w.]+ ?=/.test(trimmed) ||
    /\S\s*\n\s*\S/.test(trimmed)
  );
}

/** What was left in the field of the host needs the engine to be taken apart, or to be refused. */
export function isMoreThanHost(text: string): boolean {
  return text.trim() !== '' && readHost(text).kind === 'failed';
}

/** The form with what was read from a pasted text. An address says little, anything else says everything. */
export function withPasted(
  draft: Draft,
  { source, options }: Pick<PastedAddress, 'source' | 'options'>,
): Draft {
  if (source === 'address') return withAddress(draft, options);
  const name = draft.name.trim() === '' ? options.name : draft.name;
  return draftOf({ ...options, name }, marksOf(draft));
}

/** The form with a file or a variable that the person allows to be used. */
export function withConfirmed(draft: Draft, { field, what }: Confirmation): Draft {
  const tls = (change: Partial<Draft['tls']>): Draft => ({ ...draft, tls: { ...draft.tls, ...change } });
  switch (field) {
    case 'password-file':
      return { ...draft, passwordFrom: { ...draft.passwordFrom, kind: 'file', path: what } };
    case 'password-environment':
      return { ...draft, passwordFrom: { ...draft.passwordFrom, kind: 'environment', name: what } };
    case 'ca':
      return tls({ ca: what });
    case 'certificate':
      return tls({ cert: what });
    case 'key':
      return tls({ key: what });
    case 'pkcs12':
      return tls({ pfx: what });
  }
}
