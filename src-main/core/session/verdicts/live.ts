import { formatCount, formatCounted, plural } from '../../text/amounts.ts';
import { MOST_PROOF, seconds, type Evidence, type Finding, type VerdictRuleFn } from './evidence.ts';

/** Rules about what goes on in a session. */

const line = (at: number | null, text: string) => ({ at, text });

/** A broker that does not answer a PINGREQ for this long, and sends nothing else, hangs. Reported within 5 s. */
const FROZEN_MS = 4_500;
/** With a short keep-alive, this share of it, so that it is reported before the link is closed. */
const FROZEN_SHARE = 1.25;

/** Since when the broker answers nothing although it was asked; null if it does. */
export function frozenSince({ life, now }: Pick<Evidence, 'life' | 'now'>): number | null {
  const unanswered = life?.unanswered;
  // Bytes that came after the first question prove it alive.
  if (!life || !unanswered || life.lastReceivedAt > unanswered.firstAt) return null;
  const askedMs = now - unanswered.firstAt;
  const silentMs = now - life.lastReceivedAt;
  const short = life.intervalMs > 0 && silentMs >= life.intervalMs * FROZEN_SHARE && unanswered.count >= 2;
  return askedMs >= FROZEN_MS || short ? life.lastReceivedAt : null;
}

const frozen: VerdictRuleFn = (evidence) => {
  const silentSince = frozenSince(evidence);
  if (silentSince !== null) return frozenNow(evidence, silentSince);
  return stillFrozen(evidence);
};

function frozenNow({ life, now }: Evidence, since: number): Finding {
  const asked = life?.unanswered;
  return {
    ...FROZEN,
    proof: [
      line(since, 'The last byte from the broker.'),
      line(asked?.firstAt ?? null, 'PINGREQ sent.'),
      line(
        now,
        `${seconds(now - since)} of silence, ${formatCount(asked?.count ?? 0)} PINGREQ without an answer.`,
      ),
    ],
    advice:
      life?.intervalMs === 0 ? LOOK : `${LOOK} The connection is given up after 1.5 times the keep-alive.`,
    since,
  };
}

/** The link was given up, and the broker takes connections without answering CONNECT. */
function stillFrozen({ attempts, online, retrying, now }: Evidence): Finding | null {
  const last = attempts.findLast(({ endedAt, by }) => endedAt !== null && by !== 'user');
  const silent = last?.failure === 'silent' || (last?.by === 'silence' && last.onlineAt !== null);
  if (online || !silent || !last?.endedAt) return null;
  const lived = attempts.findLast(({ onlineAt }) => onlineAt !== null);
  const since = lived?.endedAt ? lived.endedAt - (lived.last?.idleInMs ?? 0) : last.endedAt;
  const proof = attempts
    .filter(
      ({ failure, by, endedAt }) =>
        endedAt !== null && endedAt >= since && (failure === 'silent' || by === 'silence'),
    )
    .slice(-MOST_PROOF)
    .map(({ endedAt, message }) => line(endedAt, message));
  return {
    ...FROZEN,
    title: 'The broker is frozen: it takes connections and answers nothing',
    advice: retrying ? `${LOOK} Topicscope goes on trying to connect.` : LOOK,
    proof: [...proof, line(now, 'Not connected again so far.')],
    since,
  };
}

const FROZEN = {
  id: 'broker-frozen',
  rule: 'broker-frozen',
  severity: 'error',
  // Also true once the link is given up: what is over is shown for a while.
  title: 'The broker is frozen: it answers nothing',
  cause:
    'The program of the broker hangs or was stopped (SIGSTOP, a full disk, swapping), or the way to it was cut without a word.',
} as const;

const LOOK = 'Look at the broker: its process, its disk, its processor time.';

/** Slower answers mean an overloaded broker or computer; a network takes a tenth of it. */
const LATE_MS = 2_000;
const LATE_WITHIN_MS = 300_000;

/** Pings that were answered late or never; none if the last one was answered in time. */
function latePings({ pings, now }: Evidence): Evidence['pings'] {
  const late = pings.filter(
    ({ at, rttMs }) => now - at < LATE_WITHIN_MS && (rttMs === null || rttMs >= LATE_MS),
  );
  const last = pings.at(-1);
  // A quick answer shows that it is over.
  const isQuick = last !== undefined && last.rttMs !== null && last.rttMs < LATE_MS;
  return isQuick ? [] : late;
}

/** When a ping was sent whose answer is overdue while data goes on coming; null if there is none. */
function overdueSince({ life, now }: Evidence): number | null {
  const asked = life?.unanswered;
  if (!life || !asked || life.lastReceivedAt <= asked.firstAt) return null;
  return now - asked.firstAt >= LATE_MS ? asked.firstAt : null;
}

const lateAnswers: VerdictRuleFn = (evidence) => {
  if (!evidence.online || frozenSince(evidence) !== null) return null;
  const late = latePings(evidence);
  const overdue = overdueSince(evidence);
  const since = late[0]?.at ?? overdue;
  if (since === null) return null;
  const proof = late
    .slice(-MOST_PROOF)
    .map(({ at, rttMs }) =>
      line(at, rttMs === null ? 'PINGREQ was not answered in time.' : `PINGRESP took ${seconds(rttMs)}.`),
    );
  if (overdue !== null) {
    proof.push(line(overdue, 'PINGREQ is not answered yet, while data keeps coming.'));
  }
  return {
    id: 'late-answers',
    rule: 'late-answers',
    severity: 'warning',
    title: 'The broker answers late',
    proof,
    cause:
      'The link is slow or full, or the broker is overloaded: answers wait behind data. As long as data comes, the connection is alive.',
    advice: 'Subscribe to less, or look for what fills the link. The connection is kept.',
    since,
  };
};

const brokerDrops: VerdictRuleFn = ({ dropped }) => {
  if (dropped === null || dropped.last <= dropped.first) return null;
  return {
    id: 'broker-drops',
    rule: 'broker-drops',
    severity: 'warning',
    title: `The broker dropped ${formatCounted(dropped.last - dropped.first, 'message')} since we connected`,
    proof: [
      line(dropped.firstAt, `$SYS/broker/publish/messages/dropped was ${formatCount(dropped.first)}.`),
      line(dropped.lastAt, `It is ${formatCount(dropped.last)}.`),
    ],
    cause:
      'A client takes messages more slowly than they come, and its queue in the broker is full (mosquitto: max_queued_messages, 1,000). The count is of all clients, this one may be among them.',
    advice: 'Subscribe to less at once, raise the queue of the broker, or look for the slow client.',
    since: dropped.firstAt,
  };
};

/** The count is an estimate: it is old, and has `$SYS` itself in it. */
const MISSING = 100;

const retainedMissing: VerdictRuleFn = ({ shortfall }) => {
  if (shortfall === null || shortfall.missing < Math.max(MISSING, shortfall.announced * 0.02)) return null;
  const { announced, seen, missing, at } = shortfall;
  return {
    id: 'retained-missing',
    rule: 'retained-missing',
    severity: 'warning',
    title: `About ${formatCounted(missing, 'retained message')} may be missing`,
    proof: [
      line(
        at,
        `The broker says that it holds ${formatCounted(announced, 'retained message')}; ${formatCount(seen)} ${plural(seen, 'was', 'were')} seen.`,
      ),
    ],
    cause:
      'A broker that cannot send fast enough drops retained messages; or the access list hides some of them. The count is an estimate.',
    advice: 'Subscribe to parts one after the other, or raise the queue of the broker.',
    since: at,
  };
};

/**
 * Defaults of mosquitto: max_queued_messages and max_inflight_messages; HiveMQ has the same queue. Which
 * broker this is nobody knows, so that just as many messages are a sign and no proof.
 */
const QUEUE = 1_000;
const IN_FLIGHT = 20;

const queueLimit: VerdictRuleFn = ({ resumed, dropped }) => {
  if (resumed === null || resumed.queued < QUEUE || resumed.queued > QUEUE + IN_FLIGHT) return null;
  const grown =
    dropped !== null && dropped.last > 0
      ? [line(dropped.lastAt, `$SYS/broker/publish/messages/dropped is ${formatCount(dropped.last)}.`)]
      : [];
  return {
    id: 'queue-limit',
    rule: 'queue-limit',
    severity: 'warning',
    title: 'The queue of the broker was probably full: messages of the time offline may be lost',
    proof: [
      line(
        resumed.at,
        `After the session was resumed the broker sent ${formatCounted(resumed.queued, 'message')}. A full queue of many brokers gives ${formatCount(QUEUE)}, and up to ${IN_FLIGHT} that were in flight.`,
      ),
      ...grown,
    ],
    cause:
      'By default mosquitto (max_queued_messages) and HiveMQ (max-queue-size) keep 1,000 messages for a client that is away, and drop the rest; other brokers have limits of their own.',
    advice: 'Raise that limit in the broker, stay away for less time, or subscribe to less with QoS 1 and 2.',
    since: resumed.at,
  };
};

const timeJump: VerdictRuleFn = ({ gaps, online }) => {
  const last = gaps.at(-1);
  if (!last) return null;
  const asleep = last.kind === 'asleep';
  return {
    id: `time-jump:${last.to}`,
    rule: 'time-jump',
    severity: 'note',
    title: asleep
      ? `This computer was away for ${seconds(last.ms)}`
      : `The clock of this computer was set back by ${seconds(-last.ms)}`,
    proof: gaps
      .slice(-MOST_PROOF)
      .map(({ from, ms, kind }) =>
        line(
          from,
          kind === 'asleep' ? `Nothing ran for ${seconds(ms)}.` : `The clock went back by ${seconds(-ms)}.`,
        ),
      ),
    cause: asleep
      ? 'It slept, was stopped, or its clock was set forward. What happened in between is not known.'
      : 'Somebody or the time service set it. Times before and after do not compare.',
    advice: online ? 'The link was checked at once with a PINGREQ. Nothing to do.' : 'Nothing to do.',
    since: last.to,
  };
};

export const LIVE_RULES: readonly VerdictRuleFn[] = [
  frozen,
  lateAnswers,
  brokerDrops,
  retainedMissing,
  queueLimit,
  timeJump,
];
