import { failed, type Failure } from '../contract/base/errors.ts';
import type { ConnectionOptions, ConnectionState } from '../contract/model/model.ts';
import type { PublishMessage } from '../contract/model/publish-message.ts';
import type { PublishOutcome } from '../contract/session/outcomes.ts';
import { internalFault, type Phase } from '../core/session/failures/failures.ts';
import {
  idle,
  step,
  type SessionEffect,
  type SessionEvent,
  type SessionModel,
} from '../core/session/machine/machine.ts';
import type { Ending } from '../core/session/failures/reasons.ts';
import { RttHistory } from '../core/session/machine/rtt.ts';
import { versionMemory, type WireVersion } from '../core/session/machine/version.ts';
import { TopicStore } from '../core/topics/store/store.ts';
import { Attempt, chooseClientId, type PhaseTime } from './link/attempt.ts';
import { CountingIntake } from './intake/counting-intake.ts';
import type { Dialled } from './dial/dial.ts';
import { Doctor } from './doctor/doctor.ts';
import type { Connack, Link, LinkEnd } from './link/link.ts';
import { LogRing, logFault, logState } from './base/log-ring.ts';
import { linkLimits, onlineState } from './link/online-state.ts';
import type { Liveness } from './liveness/liveness.ts';
import { pingNow } from './link/ping-now.ts';
import { watchLink } from './liveness/watch-link.ts';
import { Packets } from './doctor/packets.ts';
import type { Clock } from './base/clock.ts';
import type { ConnectionPorts } from './base/ports.ts';
import { notConnected } from './auth/prepare.ts';
import { Publisher } from './publish/publisher.ts';
import { ChangeSignal } from './base/change-signal.ts';
import { IdleScheduler } from './intake/idle-scheduler.ts';
import { RetainedTruth } from './retained/truth.ts';
import { SessionMemory } from './link/session-memory.ts';
import { Subscriptions } from './subscriptions/subscriptions.ts';
import type { ReceivedNote } from './tap/events.ts';
import type { ShownCertificates } from './tls/peer.ts';
import { ByteRates, NO_TRAFFIC, withLink, type Traffic } from './tap/traffic.ts';
import { Views } from './views.ts';
import { WireRequests } from './link/wire-requests.ts';
import type { ConnectionLimits, WorkerStart } from './worker-api.ts';

/**
 * One broker as the user sees it: connects, stays connected, and keeps what was learnt over every
 * outage. Knows nothing of threads; `worker.ts` puts it into one.
 */
export class BrokerConnection {
  readonly options: ConnectionOptions;
  readonly store: TopicStore;
  readonly subscriptions: Subscriptions;
  readonly publisher: Publisher;
  readonly truth: RetainedTruth;
  readonly views: Views;
  readonly log: LogRing;
  readonly packets: Packets;
  readonly doctor: Doctor;
  readonly rtt = new RttHistory();
  readonly byteRates = new ByteRates();
  /** Beats when the state or a subscription changed. */
  readonly changed: ChangeSignal;
  readonly clock: Clock;
  /** What the broker showed last. */
  shown: ShownCertificates | null = null;
  /** Sessions so far. */
  connects = 0;
  readonly #ports: ConnectionPorts;
  readonly #memory = new SessionMemory();
  readonly #intake: CountingIntake;
  readonly #pump: IdleScheduler;
  #before = NO_TRAFFIC;
  readonly #clientId: string;
  #assignedClientId: string | null = null;
  #limits: ConnectionLimits;
  #model: SessionModel;
  #attempt: Attempt | null = null;
  #requests: WireRequests | null = null;
  #connack: Connack | null = null;
  #liveness: Liveness | null = null;
  #phases: PhaseTime[] = [];
  #notes: readonly string[] = [];
  #cancelRetry: (() => void) | null = null;
  #closed = false;

  constructor(start: Pick<WorkerStart, 'options' | 'limits' | 'seed'>, ports: ConnectionPorts) {
    const { options, limits, seed } = start;
    this.options = options;
    this.#ports = ports;
    const { clock } = ports;
    this.clock = clock;
    this.changed = new ChangeSignal(clock);
    this.#limits = limits;
    this.#model = idle(versionMemory(options.version));
    this.#clientId = chooseClientId(options, ports.random);
    this.log = new LogRing(() => clock.wall());
    this.packets = new Packets(clock);
    this.store = new TopicStore({ ...limits, seed, startedAt: clock.wall() });
    this.#pump = new IdleScheduler({
      clock,
      work: (until) => this.#work(until),
      tick: (shedding) => this.#tick(shedding),
      idle: () => this.views.notify(),
      isUrgent: () => this.store.facts.scanning,
    });
    this.#intake = new CountingIntake(this.store, () => this.#pump.feed());
    this.views = new Views(this.store, clock, () => this.#pump.wake());
    this.subscriptions = new Subscriptions({
      requests: options.subscriptions,
      service: options.serviceLimits,
      intake: this.#intake,
      clock,
      changed: () => {
        this.truth.subscriptionsChanged();
        this.changed.notify();
      },
      scanBegins: () => this.truth.scanBegins(this.link),
    });
    this.publisher = new Publisher(this.#memory, clock, (text, why) =>
      this.log.add('warn', text, `${why.message} ${why.advice}`),
    );
    this.truth = new RetainedTruth({
      store: this.store,
      intake: this.#intake,
      subscriptions: this.subscriptions,
      publisher: this.publisher,
      clock,
      log: this.log,
      options,
      ports,
      online: () => {
        const { state } = this.#model;
        return state.kind === 'online' ? { version: state.version, clientId: this.clientId } : null;
      },
      maxPayloadBytes: () => this.#limits.maxPayloadBytes,
      fault: (error) => logFault(this.log, error),
      wake: () => this.#pump.wake(),
    });
    this.doctor = new Doctor(this, this.#intake);
    this.#pump.start();
  }

  get state(): ConnectionState {
    return this.#model.state;
  }

  /** In CONNECT, and what the broker made of it. */
  get clientId(): string {
    return this.#assignedClientId ?? this.#clientId;
  }

  get link(): Link | null {
    return this.#attempt?.link ?? null;
  }

  /** Durations of the current or the last attempt. */
  phases(): PhaseTime[] {
    return this.#attempt?.phases() ?? this.#phases;
  }

  traffic(): Traffic {
    return withLink(this.#before, this.link?.tap);
  }

  connect(): void {
    this.subscriptions.forgive();
    this.#step({ kind: 'connect' });
  }

  disconnect(): void {
    this.#step({ kind: 'disconnect' });
  }

  retryNow(): void {
    this.#step({ kind: 'retry-now' });
  }

  pingNow(): ReturnType<typeof pingNow> {
    return pingNow(this.link);
  }

  reauthenticate(): Promise<{ kind: 'done' } | Failure> {
    return this.link?.reauthenticate() ?? Promise.resolve(notConnected());
  }

  publish(message: PublishMessage): Promise<PublishOutcome> {
    return this.publisher.publish(message);
  }

  setLimits(limits: ConnectionLimits): void {
    this.#limits = limits;
    this.store.setLimits(limits);
    const tap = this.link?.tap;
    if (tap) tap.maxPayloadBytes = limits.maxPayloadBytes;
    this.#pump.wake();
  }

  /** A fault of ours that nobody caught: the connection starts anew, what was learnt stays. */
  fault(error: unknown): void {
    logFault(this.log, error);
    this.link?.destroy({ failure: internalFault(error), retry: 'slowly' });
    this.changed.notify();
  }

  /** Closes everything for good within `withinMs`. */
  async shutdown(withinMs: number): Promise<void> {
    if (this.#closed) return;
    const attempt = this.#attempt;
    this.#step({ kind: 'disconnect' });
    this.#closed = true;
    await attempt?.close(withinMs);
    this.doctor.close();
    this.#pump.stop();
  }

  #work(until: () => boolean): boolean {
    const store = this.store.work(until);
    const views = this.views.work(until);
    return store || views;
  }

  #tick(shedding: boolean): void {
    if (shedding !== this.store.shedding) {
      this.store.shedding = shedding;
      this.log.add(
        'warn',
        shedding
          ? 'Messages come faster than they can be kept: until it eases, only the latest of each topic is kept.'
          : 'Messages are kept in full again.',
      );
    }
    this.store.tick(this.clock.wall());
    this.byteRates.tick(this.traffic(), this.clock.now());
  }

  #step(event: SessionEvent): void {
    if (this.#closed) return;
    const context = { now: this.clock.wall(), random: this.#ports.random(), backOff: this.options.backOff };
    const before = this.#model.state;
    const { model, effect } = step(this.#model, event, context);
    this.#model = model;
    if (model.state.kind !== before.kind) logState(this.log, model.state);
    this.#carryOut(effect);
    if (model.state !== before) this.changed.notify();
  }

  #carryOut(effect: SessionEffect): void {
    switch (effect?.kind) {
      case 'start':
        this.#cancelRetry?.();
        return this.#start(effect.version);
      case 'wait':
        this.#cancelRetry = this.clock.after(effect.ms, () => this.#step({ kind: 'due' }));
        return;
      case 'close':
        this.#cancelRetry?.();
        return this.#leave();
      case undefined:
    }
  }

  #start(version: WireVersion): void {
    this.doctor.attempts.started(this.#model.attempt, version);
    const attempt = new Attempt(
      {
        options: this.options,
        clientId: this.#clientId,
        version,
        memory: this.#memory,
        intake: this.#intake,
        maxPayloadBytes: this.#limits.maxPayloadBytes,
        recorder: this.packets.recorder,
        shown: (shown) => (this.shown = shown),
        ports: this.#ports,
      },
      {
        phase: (phase, at) => this.#phase(attempt, phase, at),
        notes: (lines) => this.#tellNotes(lines),
        accepted: (link, connack) => this.#accepted(link, connack),
        ready: (link, dialled) => this.#ready(link, dialled),
        sent: (note) => {
          this.doctor.sent(note);
          this.#liveness?.sent(note);
          this.#requests?.sent(note);
          this.publisher.sent(note);
        },
        received: (note) => this.#received(note),
        pinged: (at, ms) => this.rtt.add(this.clock.wall(at), ms),
        fault: (error) => logFault(this.log, error),
        ended: (end) => this.#ended(attempt, end),
      },
    );
    this.#attempt = attempt;
  }

  /** The user's or the machine's decision: no `ended` follows. */
  #leave(): void {
    const attempt = this.#attempt;
    if (!attempt) return;
    this.doctor.ended(null, attempt.link, attempt.phases());
    this.#sessionOver({
      ending: { failure: failed('closed-by-us', 'The connection was closed here.', ''), retry: 'never' },
      by: 'local',
      code: null,
      versionUnknown: false,
    });
    void attempt.close(CLOSE_MS);
  }

  #phase(attempt: Attempt, phase: Exclude<Phase, 'online'>, at: string): void {
    if (this.#attempt !== attempt) return;
    this.doctor.attempts.phase(phase, at);
    this.#step({ kind: 'phase', phase, at });
  }

  /** Once, not at every attempt. */
  #tellNotes(lines: readonly string[]): void {
    if (lines.join() === this.#notes.join()) return;
    this.#notes = lines;
    for (const line of lines) this.log.add('warn', line);
  }

  /** In wire order: what follows this CONNACK in the same chunk is already of the new session. */
  #accepted(link: Link, connack: Connack): void {
    if (!connack.sessionPresent) this.publisher.sessionLost();
    this.truth.accepted(link);
    this.#assignedClientId = connack.properties.assignedClientId ?? null;
    this.#requests = new WireRequests(link, this.#memory, this.clock);
    this.#connack = connack;
    const limits = linkLimits(connack, this.options);
    this.subscriptions.accepted({ limits, isMqtt5: link.level === 5 });
    this.connects++;
    this.doctor.accepted(connack, this.phases());
  }

  #ready(link: Link, dialled: Dialled): void {
    const connack = this.#connack;
    const requests = this.#requests;
    if (!connack || !requests) return;
    const limits = linkLimits(connack, this.options);
    const state = onlineState(this.options, link, dialled, connack, this.clientId, this.clock.wall());
    this.#step({ kind: 'online', state });
    this.#liveness = watchLink(link, dialled, this.options, state.version, this.#ports);
    this.publisher.started(link, limits, connack.sessionPresent);
    this.truth.ready({ link, limits });
    this.doctor.ready(link, dialled, connack, this.#clientId);
    void this.subscriptions.started({ requests, limits, isMqtt5: link.level === 5 });
  }

  #received(note: ReceivedNote): void {
    this.doctor.received(note);
    this.#liveness?.received(note);
    this.#requests?.received(note);
    this.publisher.received(note);
    // A SUBSCRIBE, an acknowledgement: nothing that a view shows, but the diagnostics do.
    this.#pump.wake();
  }

  #ended(attempt: Attempt, end: LinkEnd): void {
    if (this.#attempt !== attempt) return;
    const advised = this.doctor.ended(end, attempt.link, attempt.phases());
    const [blame] = this.#sessionOver(end);
    // Without the subscription that was to blame it may well work.
    const ending: Ending = blame ? { failure: blame, retry: 'later' } : (advised ?? end.ending);
    this.#step({ kind: 'ended', ending, versionUnknown: end.versionUnknown });
  }

  /** Returns what subscriptions are to blame for. */
  #sessionOver(end: LinkEnd): readonly Failure[] {
    const attempt = this.#attempt;
    this.#attempt = null;
    this.#liveness?.close();
    this.#liveness = null;
    if (!attempt) return [];
    this.#phases = attempt.phases();
    this.#before = withLink(this.#before, attempt.link?.tap);
    this.publisher.ended(end, this.options.cleanStart);
    const blame = this.subscriptions.ended(end);
    this.truth.ended();
    this.#requests?.close();
    this.#requests = null;
    this.#connack = null;
    return blame;
  }
}

/** Time for DISCONNECT to leave when the user disconnects. */
const CLOSE_MS = 1_000;
