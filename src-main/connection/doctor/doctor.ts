import type { ConnectionOptions } from '../../contract/model/model.ts';
import { failed } from '../../contract/base/errors.ts';
import type { SessionFacts } from '../../contract/model/session-facts.ts';
import type { Verdict, VerdictSummary } from '../../contract/model/verdicts.ts';
import { CopyFinder } from '../../core/packet-capture/export/copies.ts';
import { ClockJumps } from '../../core/session/machine/clock-jumps.ts';
import { NOT_AUTHORIZED, type Ending } from '../../core/session/failures/reasons.ts';
import { silentTakeOver, TAKEN_OVER, takenOverByUs } from '../../core/session/verdicts/takeover.ts';
import type { Evidence, LastMoments } from '../../core/session/verdicts/evidence.ts';
import { findings, VerdictBook, verdictReport } from '../../core/session/verdicts/verdicts.ts';
import { matchesFilter } from '../../core/topics/filters.ts';
import { untilLook, type Clock } from '../base/clock.ts';
import { AttemptLog } from './attempt-log.ts';
import { UnansweredPackets } from './unanswered-packets.ts';
import type { Link, LinkEnd } from '../link/link.ts';
import type { LogRing } from '../base/log-ring.ts';
import type { Packets } from './packets.ts';
import type { PublishMessage } from '../../contract/model/publish-message.ts';
import type { Publisher } from '../publish/publisher.ts';
import { ResumeWatch } from '../intake/resume-watch.ts';
import { NO_SESSION_FACTS, settledFacts } from './session-facts.ts';
import { retainedShortfall } from '../subscriptions/retained-count.ts';
import type { Subscriptions } from '../subscriptions/subscriptions.ts';
import { SystemWatch } from './system-watch.ts';
import type { AcceptedSession, BrokerSession, OnlineSession } from '../session/broker-session.ts';
import type { PacketListener } from '../tap/events.ts';
import type { TopicWorkspace } from '../workspace/topic-workspace.ts';

/** What the doctor looks at. */
export interface DoctorPorts {
  readonly options: ConnectionOptions;
  readonly workspace: TopicWorkspace;
  readonly subscriptions: Subscriptions;
  readonly publisher: Publisher;
  readonly packets: Packets;
  readonly log: LogRing;
  readonly session: Pick<BrokerSession, 'clientId' | 'link' | 'phases' | 'rtt' | 'setBack' | 'state'>;
  readonly clock: Clock;
}

/** Looks at clocks and evidence by itself that often. */
const LOOK_MS = 1_000;
/** Who asks sooner gets what was found last. */
const FRESH_MS = 100;
const KEPT_UNSUBSCRIBED = 20;

/** Watches one connection, says what is wrong, and stops it from making things worse. */
export class Doctor {
  readonly attempts: AttemptLog;
  readonly clocks = new ClockJumps(LOOK_MS);
  readonly #p: DoctorPorts;
  readonly #words: UnansweredPackets;
  readonly #system: SystemWatch;
  readonly #resume: ResumeWatch;
  readonly #copies: CopyFinder;
  readonly #book = new VerdictBook();
  #cancelLook: () => void;
  readonly #noSubscriber = { count: 0, recent: [] as { at: number; topic: string }[] };
  #copied: Evidence['copies'] = null;
  #standing = NO_SESSION_FACTS;
  #outcome: SessionFacts['outcome'] = null;
  #judgedAt = -Infinity;
  #version: Evidence['version'] = null;
  readonly #logged = new Set<string>();

  constructor(ports: DoctorPorts) {
    this.#p = ports;
    const { packets, publisher, clock } = ports;
    const { store, intake } = ports.workspace;
    this.attempts = new AttemptLog(clock);
    this.#words = new UnansweredPackets(packets.recorder, clock);
    this.#system = new SystemWatch(store, clock);
    this.#resume = new ResumeWatch(intake, clock);
    this.#copies = new CopyFinder(packets.recorder.ring);
    publisher.acknowledged = (request, code, packetId) => this.#acknowledged(request, code, packetId);
    this.#cancelLook = clock.atTick(untilLook(clock), this.#lookAgain);
  }

  close(): void {
    this.#cancelLook();
    this.#resume.end();
  }

  /** Who has to hear of packets. */
  get listeners(): readonly PacketListener[] {
    return [this.#words, this.#system];
  }

  /** In wire order, before what follows the CONNACK. */
  accepted({ connack, link }: AcceptedSession): void {
    this.#version = link.version;
    const before = this.#standing !== NO_SESSION_FACTS;
    const { cleanStart } = this.#p.options;
    const present = connack.sessionPresent;
    const lost = before && !present && !cleanStart;
    const at = this.#p.clock.wall();
    this.attempts.online(present, this.#p.session.phases());
    this.#outcome = {
      kind: present ? 'resumed' : lost ? 'lost' : 'new',
      at,
      text: outcomeText(present, lost, cleanStart),
      resubscribed: [],
      queued: 0,
      sentAgain: 0,
    };
    this.#judgedAt = -Infinity;
    if (present) this.#resume.begin();
    else this.#resume.last = null;
  }

  ready(session: OnlineSession): void {
    this.#standing = settledFacts(this.#p.options, session);
    if (this.#outcome) this.#outcome = { ...this.#outcome, sentAgain: this.#p.publisher.sentAgain };
    // What was true of the outage is not true of the session.
    this.#judgedAt = -Infinity;
  }

  /** The link is over, before anything forgets it. Says how to go on. */
  ended(said: LinkEnd, link: Link | null, byUs: boolean): Ending {
    const last = this.#words.take(link);
    const end = this.#understood(said, last);
    this.#resume.end();
    this.#system.linkEnded();
    this.attempts.ended(byUs ? null : end, this.#p.session.phases(), last);
    this.#judgedAt = -Infinity;
    const fights = this.#p.options.clientId !== '' && silentTakeOver(this.attempts.facts()).length > 0;
    return fights && end.ending.retry !== 'never' ? takenOver(this.#p.session.clientId) : end.ending;
  }

  /** The end as it is judged: the broker may name another client and mean an attempt of ours. */
  #understood(end: LinkEnd, last: LastMoments | null): LinkEnd {
    // It is over what was refused, which nobody sends again: nothing speaks against connecting at once.
    if (end.code === NOT_AUTHORIZED && end.ending.retry === 'slowly' && last?.lastPublish?.refused === true)
      return { ...end, ending: { ...end.ending, retry: 'later' } };
    if (end.code !== TAKEN_OVER) return end;
    const ending = takenOverByUs(this.attempts.facts(), this.#p.clock.wall());
    return ending === null ? end : { ...end, ending };
  }

  /** As of now, give or take the time for which a judgement is kept. */
  verdicts(): Verdict[] {
    this.#judge();
    return this.#book.list();
  }

  summary(): VerdictSummary | null {
    this.#judge();
    return this.#book.summary();
  }

  report(id: string) {
    const verdict = this.#book.get(id);
    if (verdict === null) {
      return failed('no-verdict', 'This verdict is not there any more.', 'Look at the present ones.');
    }
    const { options } = this.#p;
    const { host, port, protocol } = options;
    const { state } = this.#p.session;
    const version = state.kind === 'online' ? `MQTT ${state.version}` : `MQTT ${options.version}`;
    const about = [
      `Connection: ${protocol}://${host}:${port}, ${version}, client ID ${this.#p.session.clientId}`,
      `State: ${state.kind}`,
    ];
    return { kind: 'report' as const, text: verdictReport(verdict, about) };
  }

  /** What does not change while a session runs, and what became of it. */
  facts(): SessionFacts {
    const { publisher, subscriptions } = this.#p;
    const all = publisher.underWay();
    const resubscribed = subscriptions
      .status()
      .flatMap(({ filter, result }) => (result.kind === 'granted' ? [filter] : []));
    return {
      ...this.#standing,
      outcome: this.#outcome && { ...this.#outcome, resubscribed, queued: this.#resume.last?.queued ?? 0 },
      inFlight: all.slice(0, 200),
      inFlightTotal: all.length,
      queue: publisher.queue(),
      quarantined: publisher.quarantine.list(),
      quarantineDropped: publisher.quarantine.dropped,
    };
  }

  readonly #lookAgain = (): void => {
    const { clock } = this.#p;
    this.#cancelLook = clock.atTick(untilLook(clock), this.#lookAgain);
    this.look();
  };

  /** Once a second, by itself. */
  look(): void {
    const { clock } = this.#p;
    const gap = this.clocks.look(clock.wall(), clock.now());
    if (gap) this.#jumped(gap.ms, gap.kind);
    this.#system.look(this.#p.subscriptions.status());
    this.#lookForCopies();
    this.#judge();
    this.#logNew();
  }

  #jumped(ms: number, kind: 'asleep' | 'clock-set'): void {
    const seconds = Math.abs(ms / 1_000).toFixed(0);
    this.#p.log.add(
      'warn',
      kind === 'asleep'
        ? `Nothing ran here for ${seconds} s: this computer slept, or its clock was set forward.`
        : `The clock of this computer was set back by ${seconds} s.`,
      'The link is checked at once.',
    );
    if (kind === 'clock-set') this.#p.session.setBack(-ms);
    // What the link missed in between shows now, not when the keep-alive is due.
    this.#p.session.link?.keepAlive.clockJumped(this.clocks.stoodStillMs);
  }

  #acknowledged({ topic }: PublishMessage, code: number, packetId: number): void {
    if (code === 16) {
      const { recent } = this.#noSubscriber;
      this.#noSubscriber.count++;
      recent.push({ at: this.#p.clock.wall(), topic });
      if (recent.length > KEPT_UNSUBSCRIBED) recent.shift();
      return;
    }
    this.#system.acknowledged(topic, this.#p.subscriptions.status(), packetId);
  }

  #lookForCopies(): void {
    let filters: string[] = [];
    const granted = this.#granted();
    const found = this.#copies.look((topic) => {
      const matching = granted.filter((filter) => matchesFilter(filter, topic));
      if (matching.length < 2) return false;
      filters = matching;
      return true;
    });
    const topic = found.at(-1);
    if (topic === undefined) return;
    const count = (this.#copied?.count ?? 0) + found.length;
    this.#copied = { count, at: this.#copied?.at ?? this.#p.clock.wall(), topic, filters };
  }

  #granted(): string[] {
    return this.#p.subscriptions
      .status()
      .flatMap(({ filter, result }) => (result.kind === 'granted' ? [filter] : []));
  }

  #judge(): void {
    const { clock } = this.#p;
    const now = clock.now();
    if (now - this.#judgedAt < FRESH_MS) return;
    this.#judgedAt = now;
    const at = clock.wall(now);
    this.#book.update(findings(this.#evidence(at)), at);
  }

  /** Writes a line for each new verdict. */
  #logNew(): void {
    for (const { id, over, severity, title, advice } of this.#book.list()) {
      if (over) this.#logged.delete(id);
      else if (!this.#logged.has(id)) {
        this.#logged.add(id);
        this.#p.log.add(severity === 'note' ? 'info' : 'warn', `${title}.`, advice);
      }
    }
  }

  #evidence(now: number): Evidence {
    const { options, subscriptions, workspace, publisher } = this.#p;
    const { clock, session } = this.#p;
    const { link, rtt } = session;
    const online = link?.online === true;
    const resumed = this.#resume.last;
    return {
      now,
      ownClientId: options.clientId !== '',
      clientId: this.#p.session.clientId,
      online,
      retrying: !online && session.state.kind !== 'idle' && session.state.kind !== 'stopped',
      version: this.#version,
      attempts: this.attempts.facts(),
      life: online ? lifeOf(link, clock) : null,
      pings: rtt.summary().recent,
      subscriptions: subscriptions.status().map(({ filter, result }) => ({
        filter,
        refusal:
          result.kind === 'refused'
            ? { code: result.code, failure: result.failure.code, message: result.failure.message }
            : null,
      })),
      dropped: this.#system.dropped,
      shortfall: retainedShortfall(workspace.store, subscriptions),
      resumed: resumed && !resumed.counting ? { at: resumed.at, queued: resumed.queued } : null,
      unheard: this.#system.unheard,
      silence: this.#system.silence,
      noSubscriber: this.#noSubscriber,
      quarantined: publisher.quarantine.list(),
      quarantineDropped: publisher.quarantine.dropped,
      copies: this.#copied,
      willTopic: options.will?.topic ?? null,
      gaps: this.clocks.gaps,
    };
  }
}

/** In ms since the epoch, as all evidence. */
function lifeOf({ tap, keepAlive }: Link, clock: Clock): Evidence['life'] {
  const { unanswered, intervalMs } = keepAlive;
  const asked = unanswered && {
    firstAt: clock.wall(unanswered.firstAt),
    latestAt: clock.wall(unanswered.latestAt),
    count: unanswered.count,
  };
  return {
    intervalMs,
    lastReceivedAt: clock.wall(tap.lastReceivedAt ?? undefined),
    lastSentAt: clock.wall(tap.lastSentAt ?? undefined),
    unanswered: asked,
  };
}

function outcomeText(present: boolean, lost: boolean, cleanStart: boolean): string {
  if (present) return 'The broker kept the session: it is resumed, with its subscriptions and its queue.';
  if (lost) {
    return 'The broker did not keep the session: messages sent while disconnected are lost. Everything is subscribed to again.';
  }
  return cleanStart
    ? 'New session: messages sent while disconnected were not kept.'
    : 'A new session: the broker had none of this client ID.';
}

function takenOver(clientId: string): Ending {
  return {
    failure: failed(
      'taken-over',
      `The broker closed the connection three times right after it had accepted it: another client probably uses the client ID “${clientId}”.`,
      'Give this connection a client ID of its own, then connect again. Automatic retry is off: both clients would keep disconnecting each other.',
    ),
    retry: 'never',
  };
}
