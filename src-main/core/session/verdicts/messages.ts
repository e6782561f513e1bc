import { formatCounted, plural } from '../../text/amounts.ts';
import { MOST_PROOF, seconds, type VerdictRuleFn } from './evidence.ts';
import { quoted } from '../../topics/names.ts';

/** Rules about subscriptions and messages. */

const line = (at: number | null, text: string) => ({ at, text });

const wildcardDenied: VerdictRuleFn = ({ subscriptions, attempts }) => {
  const denied = subscriptions.filter(
    ({ filter, refusal }) => refusal !== null && (filter === '#' || filter.startsWith('+')),
  );
  const first = denied[0];
  if (!first?.refusal) return null;
  const since = attempts.findLast(({ onlineAt }) => onlineAt !== null)?.onlineAt ?? 0;
  return {
    id: 'wildcard-denied',
    rule: 'wildcard-denied',
    severity: 'warning',
    title: `The broker does not allow the subscription to ${quoted(first.filter)}`,
    proof: denied.map(({ refusal }) => line(since, refusal?.message ?? '')),
    cause: 'Its access list or policy keeps a client from listening to everything, which many services do.',
    advice: 'Subscribe to what this client may read, such as the top level of your devices (plant/#).',
    since,
  };
};

const silentAcl: VerdictRuleFn = ({ unheard, silence, version }) => {
  const first = unheard[0];
  if (first) {
    return {
      id: 'silent-acl',
      rule: 'silent-acl',
      severity: 'warning',
      title: `The broker acknowledged a message to ${quoted(first.topic)} and did not deliver it`,
      proof: unheard
        .slice(-MOST_PROOF)
        .map(({ at, topic, filter }) =>
          line(
            at,
            `PUBLISH to ${quoted(topic)} was acknowledged, and the granted subscription to ${quoted(filter)} did not bring it.`,
          ),
        ),
      cause:
        version === '5'
          ? 'An access list filters without saying so: this client may not read this topic, or may not write it.'
          : `An access list filters without saying so: this client may not write this topic, or may not read it. With MQTT ${version ?? '3.1.1'} a broker cannot refuse a message.`,
      advice:
        version === '5'
          ? 'Check the access list of the broker for this user and topic.'
          : 'Check the access list of the broker for this user and topic. With MQTT 5 the broker can say why (reason 135).',
      since: first.at,
    };
  }
  if (silence === null) return null;
  const { filter, since, until, broker } = silence;
  return {
    id: 'silent-acl',
    rule: 'silent-acl',
    severity: 'warning',
    title: `${quoted(filter)} is granted, and brings nothing of what others publish`,
    proof: [
      line(since, `The subscription to ${quoted(filter)} was granted.`),
      line(
        until,
        `In ${seconds(until - since)} the broker received ${formatCounted(broker, 'message')} from clients ($SYS), and not one came here.`,
      ),
    ],
    cause:
      'An access list filters without saying so: this client may not read these topics, or the other clients may not write them. What a broker refuses it counts as received.',
    advice: 'Check the access list of the broker for this user and for those that publish.',
    since,
  };
};

const noSubscriber: VerdictRuleFn = ({ noSubscriber: found }) => {
  const last = found.recent.at(-1);
  const first = found.recent[0];
  if (!last || !first) return null;
  return {
    id: 'no-subscriber',
    rule: 'no-subscriber',
    severity: 'note',
    title:
      found.count === 1
        ? `Nobody is subscribed to ${quoted(last.topic)}`
        : `${formatCounted(found.count, 'message')} had no subscriber`,
    proof: found.recent
      .slice(-MOST_PROOF)
      .map(({ at, topic }) =>
        line(at, `PUBLISH to ${quoted(topic)} was acknowledged with reason 16, No matching subscribers.`),
      ),
    cause: 'No client has a subscription that matches: the receiver is away, or listens to another topic.',
    advice:
      'Compare the topic with what the receiver subscribes to, letter by letter and in upper and lower case.',
    since: first.at,
  };
};

const droppedProof = (dropped: number) =>
  dropped === 0
    ? []
    : [line(null, `${formatCounted(dropped, 'older message')} dropped: the quarantine was full.`)];

const quarantine: VerdictRuleFn = ({ quarantined, quarantineDropped }) => {
  const first = quarantined[0];
  if (!first) return null;
  return {
    id: 'quarantined',
    rule: 'quarantined',
    severity: 'warning',
    title:
      quarantined.length === 1
        ? `A message to ${quoted(first.topic)} is in quarantine`
        : `${formatCounted(quarantined.length, 'message')} are in quarantine`,
    proof: [
      ...droppedProof(quarantineDropped),
      ...quarantined
        .slice(-MOST_PROOF)
        .map(({ at, topic, qos, size }) =>
          line(
            at,
            `The link ended over a PUBLISH to ${quoted(topic)} (QoS ${qos}, ${formatCounted(size, 'byte')}).`,
          ),
        ),
    ],
    cause: 'The broker closed the connection right after it, and would do so each time it is sent again.',
    advice: 'Look why the broker does not take it, then send it again or discard it.',
    since: first.at,
  };
};

const overlapping: VerdictRuleFn = ({ copies }) => {
  if (copies === null) return null;
  return {
    id: 'overlapping',
    rule: 'overlapping',
    severity: 'note',
    title: 'Messages come more than once, because subscriptions overlap',
    proof: [
      line(
        copies.at,
        `The message to ${quoted(copies.topic)} came once for each of ${copies.filters.map(quoted).join(' and ')}. ${formatCounted(copies.count, 'such copy', 'such copies')} ${plural(copies.count, 'was', 'were')} seen.`,
      ),
    ],
    cause: 'A broker may deliver a message once for each subscription that matches it.',
    advice:
      'Remove the narrower subscription, unless you need its QoS. Counts of messages include the copies.',
    since: copies.at,
  };
};

export const MESSAGE_RULES: readonly VerdictRuleFn[] = [
  wildcardDenied,
  silentAcl,
  noSubscriber,
  quarantine,
  overlapping,
];
