import type { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import type { Confirmation } from '../../../../src-main/contract/profiles/transfer.ts';
import { draftOf, marksOf, withAddress, type Draft } from './editor-draft.ts';

/** `mosquitto_sub -h …`, with the path of the program where there is one. */
const COMMAND = /^\s*(?:\S*[\\/])?mosquitto_(?:sub|pub|rr)(?:\.exe)?\s/i;

/** What the engine reads into a whole connection: an address or a command of mosquitto. */
export function isWhole(text: string): boolean {
  return /^\s*[a-z][a-z0-9+.-]*:\/\//i.test(text) || COMMAND.test(text);
}

/** The form with what was read from a pasted text. An address says little, a command says everything. */
export function withPasted(draft: Draft, text: string, options: ConnectionOptions): Draft {
  if (!COMMAND.test(text)) return withAddress(draft, options);
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
