import type { Diagnostics } from '../../../src-main/contract/session/diagnostics.ts';
import type { Term } from '../../../src-main/contract/model/session-facts.ts';
import { formatCount } from '../../ui/base/format.ts';

export interface SessionRow {
  readonly key: string;
  readonly name: string;
  readonly asked: string;
  readonly granted: string;
  /** What the difference means; empty where there is none. */
  readonly means: string;
  readonly differs: boolean;
}

/** What it means that the broker decided otherwise, by the key of the term. */
const MEANS: Readonly<Record<string, string>> = {
  version: 'The broker speaks another version.',
  'client-id': 'The broker gave another one.',
  session: 'The broker had no session to resume.',
  'keep-alive': 'The broker decides; we ping by its figure.',
  'session-expiry': 'The broker forgets the session after its own time.',
  'receive-maximum': 'More publishes wait until others are acknowledged.',
  'maximum-packet-size': 'Larger publishes are refused here, before they are sent.',
  'maximum-qos': 'Publishing above it is refused.',
  'response-information': 'The broker gave none.',
  authentication: 'Another method was used.',
};
const NOT_OFFERED = 'The broker does not offer it.';
/** Said always: people look for it. */
const ALIASES = 'We never offer aliases: every message carries its topic.';

/** What we asked the broker for against what it granted; before the first connection what will be asked. */
export function sessionRows(diagnostics: Diagnostics): readonly SessionRow[] {
  const { terms } = diagnostics.facts;
  return terms.length === 0 ? askedRows(diagnostics) : terms.map(rowOf);
}

function rowOf({ key, label, asked, granted, differs }: Term): SessionRow {
  const means = differs ? (MEANS[key] ?? NOT_OFFERED) : key === 'topic-alias-maximum' ? ALIASES : '';
  return { key, name: label, asked: asked ?? '', granted: granted ?? '', differs, means };
}

function askedRows({ session: { asked } }: Diagnostics): readonly SessionRow[] {
  const row = (key: string, name: string, value: string): SessionRow => ({
    ...{ key, name, asked: value, granted: '', differs: false, means: '' },
  });
  return [
    row('version', 'Protocol version', asked.version),
    row('client-id', 'Client ID', asked.clientId === '' ? '(empty)' : asked.clientId),
    row('session', 'Clean start', asked.cleanStart ? 'yes' : 'no'),
    row('keep-alive', 'Keep-alive', asked.keepAlive === 0 ? 'off' : `${formatCount(asked.keepAlive)} s`),
  ];
}
