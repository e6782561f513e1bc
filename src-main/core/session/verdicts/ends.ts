import { formatCounted } from '../../text/amounts.ts';
import { isTakenOver, silentTakeOver } from './takeover.ts';
import {
  endedSessions,
  isSettled,
  MOST_PROOF,
  RECENT_MS,
  seconds,
  type AttemptFacts,
  type Evidence,
  type LastMoments,
  type VerdictRuleFn,
} from './evidence.ts';
import { DISCONNECT } from '../../mqtt/packet-types.ts';
import { reasonIn } from '../failures/reasons.ts';
import { isSystemFilter } from '../../topics/filters.ts';
import { quoted } from '../../topics/names.ts';

/** Rules about how sessions ended. */

/** A close so soon after a packet of ours is taken for its answer. */
const ANSWER_MS = 5_000;
const PUBLISH_ANSWER_MS = 1_000;

const line = (at: number | null, text: string) => ({ at, text });

function lasted(session: AttemptFacts): string {
  return session.onlineAt === null || session.endedAt === null
    ? ''
    : seconds(session.endedAt - session.onlineAt);
}

function whyUnsaid({ version }: Evidence): string {
  return version === '5'
    ? 'This broker gives no reason.'
    : `With MQTT ${version ?? '3.1.1'} a broker cannot say so.`;
}

const takenOver: VerdictRuleFn = (evidence) => {
  const { attempts, clientId, ownClientId, now, online } = evidence;
  const named = attempts.findLast((one) => isTakenOver(one) && one.endedAt !== null);
  const fight = named || !ownClientId ? [] : silentTakeOver(attempts);
  const last = named ?? fight.at(-1);
  if (!last?.endedAt || now - last.endedAt > RECENT_MS || isSettled(evidence, last.endedAt)) return null;
  const proof = named
    ? [
        line(named.onlineAt, `Connected as “${clientId}”.`),
        line(named.endedAt, 'DISCONNECT from the broker, reason 142: Session taken over.'),
      ]
    : fight.map((one) =>
        line(one.endedAt, `Closed by the broker without a reason, ${lasted(one)} after it had accepted us.`),
      );
  return {
    id: 'taken-over',
    rule: 'taken-over',
    severity: 'error',
    title: `Another client uses the client ID “${clientId}”`,
    proof,
    cause: named
      ? 'Two clients share one client ID. A broker keeps one session for an ID and closes the older connection.'
      : `Probably two clients share one client ID: the broker closes one each time the other connects. ${whyUnsaid(evidence)}`,
    advice: online
      ? 'Give this connection a client ID of its own, or stop the other client.'
      : 'Give this connection a client ID of its own, or stop the other client, then connect again. Automatic retry is off: both clients would keep disconnecting each other.',
    since: named?.endedAt ?? fight[0]?.endedAt ?? now,
  };
};

interface CloseOver<T> {
  readonly end: AttemptFacts;
  readonly endedAt: number;
  readonly over: T;
}

/** Sessions that the broker ended within that time of something we sent. */
function closesOver<T extends { readonly at: number }>(
  { attempts, now }: Evidence,
  withinMs: number,
  pick: (last: LastMoments) => T | null,
): CloseOver<T>[] {
  const found: CloseOver<T>[] = [];
  for (const [index, end] of attempts.entries()) {
    const { endedAt, last, by, code } = end;
    if (by !== 'remote' || endedAt === null || last === null || now - endedAt > RECENT_MS) continue;
    // Nothing listened any more: the broker itself went, and what we had sent just before is not to blame.
    if (code === null && attempts[index + 1]?.failure === 'refused') continue;
    const over = pick(last);
    if (over !== null && endedAt - over.at <= withinMs) found.push({ end, endedAt, over });
  }
  return found;
}

function closeWords({ code }: AttemptFacts): string {
  return code === null
    ? 'The broker closed the connection without a reason.'
    : `DISCONNECT from the broker, reason ${code}: ${reasonIn(DISCONNECT, code)}.`;
}

const closedAfterSubscribe: VerdictRuleFn = (evidence) => {
  // Everything works without $SYS: it is reported with the subscriptions and is no verdict.
  const all = closesOver(evidence, ANSWER_MS, ({ pendingSubscribe }) =>
    pendingSubscribe === null || isSystemFilter(pendingSubscribe.filter) ? null : pendingSubscribe,
  );
  const filter = all.at(-1)?.over.filter;
  // What was closed over another filter is no proof against this one.
  const closes = all.filter(({ over }) => over.filter === filter);
  const [first] = closes;
  if (!first || filter === undefined) return null;
  const blamed = evidence.subscriptions.some((one) => one.filter === filter && one.refusal !== null);
  return {
    id: `closed-after-subscribe:${filter}`,
    rule: 'closed-after-subscribe',
    severity: blamed || closes.length > 1 ? 'error' : 'warning',
    title: `The broker closed the connection over the subscription to ${quoted(filter)}`,
    proof: closes
      .slice(-MOST_PROOF / 2)
      .flatMap(({ end, endedAt, over }) => [
        line(over.at, `SUBSCRIBE to ${quoted(over.filter)} sent.`),
        line(endedAt, closeWords(end)),
      ]),
    cause:
      'A policy of the broker does not allow this filter for this client, and the broker answers by closing, as AWS IoT does.',
    advice: blamed
      ? 'It is left out when connecting again. Subscribe to something narrower, or ask for the right to this filter.'
      : 'Subscribe to something narrower. If it happens again, this filter is left out.',
    since: first.endedAt,
  };
};

const closedAfterPublish: VerdictRuleFn = (evidence) => {
  const closes = closesOver(evidence, PUBLISH_ANSWER_MS, ({ pendingSubscribe, lastPublish }) =>
    pendingSubscribe === null ? lastPublish : null,
  );
  const [first] = closes;
  const last = closes.at(-1);
  if (!first || !last || isSettled(evidence, last.endedAt)) return null;
  const { topic } = last.over;
  const isQuarantined = evidence.quarantined.some((one) => one.topic === topic);
  const certain = isQuarantined || closes.length > 1 || last.end.code !== null;
  return {
    id: `closed-after-publish:${topic}`,
    rule: 'closed-after-publish',
    severity: certain ? 'error' : 'warning',
    title: `The broker closed the connection right after a message to ${quoted(topic)}`,
    proof: closes
      .slice(-MOST_PROOF / 2)
      .flatMap(({ end, endedAt, over }) => [
        line(
          over.at,
          `PUBLISH to ${quoted(over.topic)} at QoS ${over.qos} ${over.refused === true ? 'refused' : 'sent'}.`,
        ),
        line(endedAt, closeWords(end)),
      ]),
    cause:
      'The broker does not allow this topic, size, QoS or Retain for this client, and answers by closing the connection.',
    advice: 'Look into the log of the broker, and check its access list and limits for this message.',
    since: first.endedAt,
  };
};

/** Accepted again so soon after a silent death: the broker was well, the way to it was not. */
const BACK_SOON_MS = 5_000;

function deaths(attempts: readonly AttemptFacts[], now: number) {
  const found: { session: AttemptFacts & { endedAt: number }; backMs: number }[] = [];
  for (const [i, one] of attempts.entries()) {
    const { endedAt, onlineAt, by, failure } = one;
    const next = attempts[i + 1];
    if (
      endedAt === null ||
      onlineAt === null ||
      typeof next?.onlineAt !== 'number' ||
      now - endedAt > RECENT_MS
    )
      continue;
    const silent = by === 'silence' || failure === 'unreachable' || failure === 'reset';
    const backMs = next.onlineAt - next.startedAt;
    if (silent && backMs <= BACK_SOON_MS) found.push({ session: { ...one, endedAt }, backMs });
  }
  return found;
}

/** A link that died after so long without a packet, as a share of the keep-alive, died of being idle. */
const IDLE_SHARE = 0.9;

function diedIdle({ last }: AttemptFacts): boolean {
  if (last === null || last.intervalMs === 0) return false;
  return last.idleInMs >= last.intervalMs * IDLE_SHARE;
}

const keepAliveTooLong: VerdictRuleFn = ({ attempts, now }) => {
  const idle = deaths(attempts, now).filter(({ session }) => diedIdle(session));
  const first = idle[0];
  const last = idle.at(-1)?.session.last;
  if (!first || !last || idle.length < 2) return null;
  return {
    id: 'keep-alive-too-long',
    rule: 'keep-alive-too-long',
    severity: 'warning',
    title: 'The keep-alive is too long for this network',
    proof: idle
      .slice(-MOST_PROOF)
      .map(({ session, backMs }) =>
        line(
          session.endedAt,
          `Dead after ${seconds(session.last?.idleInMs ?? 0)} without a byte; a new connection was accepted within ${seconds(backMs)}.`,
        ),
      ),
    cause: `Something on the way (a NAT router, a firewall, a mobile network) forgets connections that are idle for less than the keep-alive of ${seconds(last.intervalMs)}.`,
    advice: `Set the keep-alive to ${seconds(last.intervalMs / 2)} or less, so that a PINGREQ keeps the way open.`,
    since: first.session.endedAt,
  };
};

const halfOpen: VerdictRuleFn = (evidence) => {
  const dead = deaths(evidence.attempts, evidence.now).filter(({ session }) => session.by === 'silence');
  const last = dead.at(-1);
  if (!last || isSettled(evidence, last.session.endedAt)) return null;
  const { session, backMs } = last;
  return {
    id: 'half-open',
    rule: 'half-open',
    severity: 'warning',
    title: 'The link was half-open: no data came through, but it was not closed',
    proof: [
      line(session.endedAt - (session.last?.idleInMs ?? 0), 'The last byte from the broker.'),
      line(session.endedAt, session.message),
      line(
        session.endedAt,
        `The next connection was accepted within ${seconds(backMs)}, so the broker itself was well.`,
      ),
    ],
    cause:
      'The connection was cut on the way without a word: a network that changed, a router that restarted or forgot it, a VPN.',
    advice: 'A shorter keep-alive finds it sooner. If it comes after idle times, it also prevents it.',
    since: session.endedAt,
  };
};

/** The attempts since the last session, which all ended; null unless the last one was refused lately. */
function refusals(attempts: readonly AttemptFacts[], now: number) {
  const from = attempts.findLastIndex(({ onlineAt }) => onlineAt !== null);
  const since = attempts.slice(from + 1).filter(({ endedAt }) => endedAt !== null);
  const refused = since.filter(({ failure }) => failure === 'refused');
  const last = since.at(-1);
  // As long as it lasts, however long; what has ended otherwise since then is another story.
  if (last?.failure !== 'refused' || now - (last.endedAt ?? 0) > RECENT_MS) return null;
  return { session: attempts[from], refused, firstAt: refused[0]?.endedAt ?? now };
}

const brokerGone: VerdictRuleFn = ({ attempts, online, retrying, version, now }) => {
  const found = online ? null : refusals(attempts, now);
  if (found === null) return null;
  const { session, refused, firstAt } = found;
  // Of a long outage the session is not among the attempts any more; its version is known still.
  const hasRun = session !== undefined || version !== null;
  const lost = typeof session?.endedAt !== 'number' ? [] : [line(session.endedAt, session.message)];
  return {
    id: 'broker-gone',
    rule: 'broker-gone',
    severity: 'error',
    title: hasRun ? 'The broker has stopped' : 'No broker runs there',
    proof: [
      ...lost,
      ...refused
        .slice(-3)
        .map(({ endedAt }) => line(endedAt, 'The connection was refused: nothing listens on this port.')),
    ],
    cause: hasRun
      ? 'The program of the broker ended or crashed; its computer is up and answers.'
      : 'The computer answers, but nothing listens on this port.',
    advice: hasRun
      ? `Start it again and look into its log.${retrying ? ' The connection comes back by itself.' : ''}`
      : 'Check host and port, and that the broker runs.',
    since: session?.endedAt ?? firstAt,
  };
};

const CREDENTIALS = new Set([4, 5, 134, 135]);

const credentials: VerdictRuleFn = ({ attempts }) => {
  const last = attempts.at(-1);
  if (!last?.endedAt || last.onlineAt !== null || last.code === null || !CREDENTIALS.has(last.code))
    return null;
  return {
    id: 'credentials',
    rule: 'credentials',
    severity: 'error',
    title: 'The broker refuses these credentials',
    proof: [line(last.endedAt, last.message)],
    cause: 'Username, password or client ID are not what the broker expects.',
    advice:
      'Check them, then connect again. Automatic retry is off, because many brokers ban a client for that.',
    since: last.endedAt,
  };
};

const DATES = new Set(['certificate-expired', 'certificate-not-yet-valid', 'client-certificate-expired']);

const clockSkew: VerdictRuleFn = ({ attempts, online, now }) => {
  const last = attempts.findLast(({ endedAt }) => endedAt !== null);
  if (online || !last?.endedAt || !DATES.has(last.failure)) return null;
  const early = last.failure === 'certificate-not-yet-valid';
  return {
    id: 'clock-skew',
    rule: 'clock-skew',
    severity: 'error',
    title: early
      ? 'The certificate begins in the future: a clock is wrong'
      : 'A certificate has expired, or a clock is wrong',
    proof: [
      line(last.endedAt, last.message),
      line(
        last.endedAt,
        `The clock of this computer says ${new Date(now).toISOString().slice(0, 19).replace('T', ' ')} UTC.`,
      ),
    ],
    cause: early
      ? 'The clock of this computer is behind, or the certificate was made by a computer whose clock is ahead.'
      : 'The certificate is past its end, or the clock of this computer is ahead.',
    advice: early
      ? 'Compare the clock of this computer with a watch, then the one where the certificate was made.'
      : 'Compare the clock of this computer with a watch; if it is right, the certificate has to be renewed.',
    since: last.endedAt,
  };
};

const protocolBroken: VerdictRuleFn = (evidence) => {
  const broken = endedSessions(evidence).filter(
    ({ by, failure, endedAt, message }) =>
      by === 'local' &&
      failure !== 'closed-by-us' &&
      message.startsWith('The broker broke the protocol') &&
      evidence.now - endedAt < RECENT_MS,
  );
  const last = broken.at(-1);
  if (!last || isSettled(evidence, last.endedAt)) return null;
  return {
    id: `protocol-broken:${last.failure}`,
    rule: 'protocol-broken',
    severity: 'error',
    title: 'The broker sent a packet that breaks the protocol',
    proof: broken.slice(-MOST_PROOF).map(({ endedAt, message }) => line(endedAt, message)),
    cause: 'A fault in the broker, or something on the way that changes the bytes.',
    advice:
      'The packet is in the list of packets with its bytes and the rule. Report it to the makers of the broker, or try another MQTT version.',
    since: broken[0]?.endedAt ?? last.endedAt,
  };
};

const willsFiring: VerdictRuleFn = (evidence) => {
  const { willTopic, version } = evidence;
  if (willTopic === null) return null;
  const without = endedSessions(evidence).filter(
    ({ by, endedAt }) => (by === 'remote' || by === 'silence') && evidence.now - endedAt < RECENT_MS,
  );
  const first = without[0];
  if (!first || without.length < 2) return null;
  return {
    id: 'wills-firing',
    rule: 'wills-firing',
    severity: 'warning',
    title: `Our will was published ${formatCounted(without.length, 'time')} within an hour`,
    proof: without
      .slice(-MOST_PROOF)
      .map(({ endedAt }) =>
        line(
          endedAt,
          `A session ended without our DISCONNECT, so the broker publishes the will to ${quoted(willTopic)}.`,
        ),
      ),
    cause:
      'The connection breaks again and again. Subscribers to the will topic see this client go offline each time.',
    advice: `Find out why it breaks (see the other verdicts). ${
      version === '5' ? 'A will delay hides short breaks.' : 'With MQTT 5 a will delay hides short breaks.'
    }`,
    since: first.endedAt,
  };
};

export const END_RULES: readonly VerdictRuleFn[] = [
  takenOver,
  closedAfterSubscribe,
  closedAfterPublish,
  keepAliveTooLong,
  halfOpen,
  brokerGone,
  credentials,
  clockSkew,
  protocolBroken,
  willsFiring,
];
