import type { Draft } from './draft.ts';
import { readHost } from './host.ts';

/**
 * A host as other programs keep it: a name or an address, sometimes with a scheme, a port or a path. What a
 * scheme says counts less than the fields beside it and is left out; a port counts more, because without it
 * the host could not be used there. To be called after the port was put.
 */
export function setDraftHost(draft: Draft, host: unknown): void {
  if (typeof host !== 'string' || host.trim() === '') return;
  const rest = host.trim().replace(/^[a-z][a-z0-9+.-]*:\/\//i, '');
  const [authority = '', ...path] = rest.split('/');
  const read = readHost(authority);
  if (read.kind === 'failed') {
    draft.note('The host was not taken over: it is not a valid name or address.');
    return;
  }
  draft.put('host', read.host, 'The host');
  if (path.some((part) => part !== '')) draft.note('A path in the host was left out.');
  if (read.port === null) return;
  if (draft.get('port') !== read.port) draft.note('The port was taken from the host.');
  draft.put('port', read.port, 'The port');
}
