import type { ConnectionState, SubscriptionStatus } from '../../../src-main/contract/model/model.ts';
import { escapeUnsafe } from '../../../src-main/core/payload/visible.ts';
import { isSystemFilter } from '../../../src-main/core/topics/filters.ts';

/** The four words for the state of a connection; acceptance tests and screen readers rely on them. */
export type StateWord = 'Connected' | 'Connecting' | 'Reconnecting' | 'Disconnected';

export function stateWord(state: ConnectionState): StateWord {
  switch (state.kind) {
    case 'online':
      return 'Connected';
    case 'waiting':
      return 'Reconnecting';
    case 'idle':
    case 'stopped':
      return 'Disconnected';
    default:
      return state.attempt > 1 ? 'Reconnecting' : 'Connecting';
  }
}

/** What an attempt is doing now, in words; null outside an attempt. */
export function phaseWords(state: ConnectionState): string | null {
  switch (state.kind) {
    case 'resolving':
      return `Looking up ${state.host}`;
    case 'connecting':
      return `Opening a connection to ${state.address}`;
    case 'securing':
      return `Agreeing on encryption with ${state.address}`;
    case 'handshaking':
      return `Waiting for the broker to accept us as MQTT ${state.version}`;
    default:
      return null;
  }
}

/** What stands where topics would be while there is no connection; null: there is one, or nothing keeps it away. */
export function noConnectionWords(state: ConnectionState): string | null {
  const why = state.kind === 'waiting' || state.kind === 'stopped' ? state.why : null;
  if (why !== null) return escapeUnsafe(`There is no connection: ${why.message} ${why.advice}`);
  return isOff(state) ? 'There is no connection. Connect, and topics appear here as they come.' : null;
}

/** `TLS 1.3`, `Mutual TLS 1.3`; null without TLS. */
export function tlsWords(state: ConnectionState): string | null {
  if (state.kind !== 'online' || state.tls === null) return null;
  const version = state.tls.version.replace(/^TLSv/, 'TLS ');
  return state.tls.mutual ? `Mutual ${version}` : version;
}

export function isBusy(state: ConnectionState): boolean {
  return phaseWords(state) !== null;
}

/** Whether a person would say it is off: nothing happens until they ask for it. */
export function isOff(state: ConnectionState): boolean {
  return state.kind === 'idle' || state.kind === 'stopped';
}

export function refused(subscriptions: readonly SubscriptionStatus[]): readonly SubscriptionStatus[] {
  return subscriptions.filter(({ result }) => result.kind === 'refused');
}

/** `# at QoS 0`, `refused`, `waiting for the answer`. */
export function grantWords({ result, qos }: SubscriptionStatus): string {
  switch (result.kind) {
    case 'granted':
      return result.qos === qos
        ? `granted at QoS ${result.qos}`
        : `granted at QoS ${result.qos}, ${qos} asked`;
    case 'refused':
      return 'refused';
    case 'pending':
      return 'waiting for the answer';
    case 'off':
      return 'not asked for yet';
  }
}

/** How a subscription's state is drawn. A refused `$SYS` harms nothing, and says so in words alone. */
export function grantTone({ result, qos, filter }: SubscriptionStatus): 'err' | 'warn' | 'ok' | 'mut' {
  switch (result.kind) {
    case 'refused':
      return isSystemFilter(filter) ? 'mut' : 'err';
    case 'granted':
      return result.qos < qos ? 'warn' : 'ok';
    case 'pending':
    case 'off':
      return 'mut';
  }
}

/**
 * A narrower filter to offer where one was refused: some brokers forbid just the plain `#`.
 * Empty where there is nothing to guess.
 */
export function narrowerFilter(filter: string): string {
  if (filter === '#') return '+/#';
  if (filter === '$SYS/#') return '$SYS/broker/#';
  return '';
}

/**
 * All that is worth a try after a refusal, the likeliest first. `own`: username and client ID, because
 * many brokers allow what is below them.
 */
export function narrowerFilters(filter: string, own: readonly (string | null)[]): readonly string[] {
  const offers = [narrowerFilter(filter)];
  if (filter === '#') {
    for (const name of own) if (name !== null && !/[+#/\u0000]/.test(name)) offers.push(`${name}/#`);
  } else if (filter.endsWith('/#')) offers.push(`${filter.slice(0, -1)}+`);
  return [...new Set(offers)].filter((offer) => offer !== '' && offer !== '/#');
}
