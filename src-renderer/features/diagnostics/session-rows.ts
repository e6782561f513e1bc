import type { ConnectionState, ServerLimits } from '../../../src-main/contract/model.ts';
import type { Diagnostics } from '../../../src-main/contract/diagnostics.ts';
import { formatBytes, formatCount, formatSpan } from '../../ui/format.ts';

export interface SessionRow {
  readonly name: string;
  readonly asked: string;
  readonly granted: string;
  /** What the difference means; empty where there is none. */
  readonly means: string;
  readonly differs: boolean;
}

/** The terms as the engine tells them, or, until it has, what the state alone says. */
export function termRows(diagnostics: Diagnostics): readonly SessionRow[] {
  const known = sessionRows(diagnostics);
  if (diagnostics.facts.terms.length === 0) return known;
  return diagnostics.facts.terms.map(({ label, asked, granted, differs }) => ({
    name: label,
    asked: asked ?? '',
    granted: granted ?? '',
    differs,
    means: known.find(({ name }) => name === label)?.means ?? '',
  }));
}

type Online = Extract<ConnectionState, { kind: 'online' }>;

/** What we asked the broker for against what it granted. */
export function sessionRows(diagnostics: Diagnostics): readonly SessionRow[] {
  const { asked } = diagnostics.session;
  const online = diagnostics.state.kind === 'online' ? diagnostics.state : null;
  const rows: SessionRow[] = [
    row(
      'Protocol',
      asked.version === 'auto' ? 'auto' : `MQTT ${asked.version}`,
      online && `MQTT ${online.version}`,
      {
        differs: online !== null && asked.version === 'auto' && online.version !== '5',
        means: 'The broker does not speak MQTT 5.',
      },
    ),
    row('Client ID', asked.clientId === '' ? 'any' : asked.clientId, online && online.clientId, {
      differs: online !== null && asked.clientId !== '' && online.clientId !== asked.clientId,
      means: 'The broker gave another one.',
    }),
    row(
      'Session',
      asked.cleanStart ? 'new' : 'resume',
      online && (online.sessionPresent ? 'resumed' : 'new'),
      {
        differs: online !== null && !asked.cleanStart && !online.sessionPresent,
        means: 'The broker had no session to resume.',
      },
    ),
    row('Keep-alive', seconds(asked.keepAlive), online && seconds(online.keepAlive), {
      differs: online?.keepAliveBy === 'server' && online.keepAlive !== asked.keepAlive,
      means: `The broker decides; we ping by its figure.`,
    }),
  ];
  if (online?.version === '5') rows.push(...limitRows(online, asked.sessionExpiry));
  return rows;
}

function limitRows({ limits }: Online, sessionExpiry: number | null): readonly SessionRow[] {
  const expiry = limits.sessionExpiryInterval;
  const asked = sessionExpiry === null ? 'none' : expiryWords(sessionExpiry);
  return [
    row('Session expiry', asked, expiry === undefined ? asked : expiryWords(expiry), {
      differs: expiry !== undefined && expiry !== (sessionExpiry ?? 0),
      means: 'The broker forgets the session after its own time.',
    }),
    row('Receive maximum', '65,535', formatCount(limits.receiveMaximum ?? 65_535), {
      differs: (limits.receiveMaximum ?? 65_535) < 65_535,
      means: `At most ${formatCount(limits.receiveMaximum ?? 65_535)} publishes unacknowledged.`,
    }),
    row('Maximum packet size', 'no limit', sizeWords(limits), {
      differs: limits.maximumPacketSize !== undefined,
      means: 'Larger publishes are refused here, before they are sent.',
    }),
    row('Maximum QoS', '2', String(limits.maximumQos ?? 2), {
      differs: (limits.maximumQos ?? 2) < 2,
      means: 'Publishing above it is refused.',
    }),
    row(
      'Topic alias maximum',
      'none',
      limits.topicAliasMaximum === undefined ? '0' : formatCount(limits.topicAliasMaximum),
      {
        differs: false,
        means: 'We never offer aliases: every message carries its topic.',
      },
      true,
    ),
    allowed('Retained messages', limits.retainAvailable),
    allowed('Wildcards', limits.wildcardSubscriptionAvailable),
    allowed('Subscription identifiers', limits.subscriptionIdentifiersAvailable),
    allowed('Shared subscriptions', limits.sharedSubscriptionAvailable),
  ];
}

function row(
  name: string,
  asked: string,
  granted: string | null,
  difference: { readonly differs: boolean; readonly means: string },
  always = false,
): SessionRow {
  const { differs, means } = difference;
  return { name, asked, granted: granted ?? '', differs, means: differs || always ? means : '' };
}

/** Absent in CONNACK means allowed. */
function allowed(name: string, value: boolean | undefined): SessionRow {
  return row(name, '', value === false ? 'not available' : 'available', {
    differs: value === false,
    means: 'The broker does not offer it.',
  });
}

function seconds(value: number): string {
  return value === 0 ? 'off' : `${formatCount(value)} s`;
}

/** MQTT 5: 0 ends with the connection, 0xFFFFFFFF never. */
function expiryWords(value: number): string {
  if (value === 0) return 'at disconnect';
  return value === 0xffff_ffff ? 'never' : formatSpan(value * 1_000);
}

function sizeWords({ maximumPacketSize }: ServerLimits): string {
  return maximumPacketSize === undefined ? 'no limit' : formatBytes(maximumPacketSize);
}
