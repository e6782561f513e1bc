import type { Protocol } from '../../contract/model/model.ts';
import { readAddress } from '../../core/profiles/address.ts';
import { readConnectionString } from '../../core/profiles/paste/connection-string.ts';
import { readPasted } from './transfer-handlers.ts';

/** What was typed or pasted where an address belongs: a command, the connection string of a service, an address. */
export function readTyped(text: string, protocol: Protocol | null) {
  const pasted = readPasted(text);
  if (pasted !== null) return pasted;
  const string = readConnectionString(text);
  if (string?.kind === 'failed') return string;
  if (string !== null) {
    const { options, notes } = string;
    return { kind: 'address' as const, source: 'connection-string' as const, options, notes: [...notes] };
  }
  const read = readAddress(text, protocol);
  if (read.kind === 'failed') return read;
  const { options, notes } = read;
  return { kind: 'address' as const, source: 'address' as const, options, notes: [...notes] };
}
