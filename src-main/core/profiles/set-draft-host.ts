import { readAddress } from './address.ts';
import type { Draft } from './draft.ts';

/**
 * A host as other programs keep it: a name or an address, sometimes with a scheme or in brackets. What
 * a scheme says counts less than the fields beside it, so only its host is taken.
 */
export function setDraftHost(draft: Draft, host: unknown): void {
  if (typeof host !== 'string' || host.trim() === '') return;
  const text = host.trim();
  const bare = /^[^/[\]]*:[^/[\]]*:/.test(text) ? `[${text}]` : text;
  const read = readAddress(bare.includes('://') ? bare : `mqtt://${bare}`);
  if ('kind' in read) draft.note('The host was not taken over: it is not a valid name or address.');
  else draft.put('host', read.host, 'The host');
}
