import { failed, type Failure } from '../../../contract/base/errors.ts';
import { quoted } from '../../topics/names.ts';
import { quote, type BrokerWords } from './broker-quote.ts';
import { reasonName } from './reasons.ts';

/** What to subscribe to where everything is too much. */
export function narrowerFilters(filter: string): string {
  if (filter === '#')
    return 'Subscribe to something narrower, such as +/# or the top level you need (for example plant/#).';
  if (filter.startsWith('$SYS/'))
    return 'Many brokers keep $SYS to administrators or do not have it; the rest works without it.';
  if (filter.endsWith('/#'))
    return `Subscribe to something narrower, such as ${filter.slice(0, -1)}+ or one topic below it.`;
  return 'Check the access list of the broker for this user and filter.';
}

/** A SUBACK that refuses one filter. */
export function subscribeRefusal(filter: string, code: number, words: BrokerWords = {}): Failure {
  const name = code < 128 ? 'Failure' : reasonName(code);
  const what =
    code === 135
      ? `The broker does not allow this client to subscribe to ${quoted(filter)}.`
      : `The broker refused the subscription to ${quoted(filter)}.`;
  return failed(
    `suback-${code}`,
    `${what} Reason code ${code}, ${name}.${quote(words)}`,
    narrowerFilters(filter),
  );
}

/** The broker closed the connection in answer to a SUBSCRIBE, so it is not sent again. */
export function subscribeClosedRefusal(filter: string): Failure {
  return failed(
    'subscribe-closed',
    `The broker closed the connection right after the subscription to ${quoted(filter)} was sent, so it was left out when connecting again.`,
    `${narrowerFilters(filter)} To try this one again, subscribe to it again.`,
  );
}
