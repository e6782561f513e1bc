import type { ConnectionOptions, ConnectionState } from '../contract/model/model.ts';
import type { Ending } from '../core/session/failures/reasons.ts';
import type { TopicStore } from '../core/topics/store/store.ts';
import { ChangeSignal } from './base/change-signal.ts';
import type { Clock } from './base/clock.ts';
import { LogRing, logFault } from './base/log-ring.ts';
import type { ConnectionPorts } from './base/ports.ts';
import { Doctor } from './doctor/doctor.ts';
import { Packets } from './doctor/packets.ts';
import type { Link, LinkEnd } from './link/link.ts';
import { IDS_BEFORE, SessionMemory } from './link/session-memory.ts';
import { publishBatch, type Batch, type BatchResult } from './publish/batch.ts';
import { Publisher } from './publish/publisher.ts';
import { ListedLists } from './listed/listed-lists.ts';
import { RetainedTruth } from './retained/truth.ts';
import { BrokerSession, type AcceptedSession, type OnlineSession } from './session/broker-session.ts';
import { Subscriptions } from './subscriptions/subscriptions.ts';
import type { PacketListener } from './tap/events.ts';
import type { ConnectionLimits, WorkerStart } from './worker-api.ts';
import { TopicWorkspace } from './workspace/topic-workspace.ts';

/**
 * One broker as the user sees it, put together of its parts: what was received (workspace), the session
 * that comes and goes, what is subscribed to, published, retained, and the doctor who watches them.
 * Knows nothing of threads; `worker.ts` puts it into one.
 */
export class BrokerConnection {
  readonly options: ConnectionOptions;
  readonly clock: Clock;
  readonly log: LogRing;
  readonly packets: Packets;
  readonly workspace: TopicWorkspace;
  readonly session: BrokerSession;
  readonly subscriptions: Subscriptions;
  readonly publisher: Publisher;
  readonly truth: RetainedTruth;
  readonly listed: ListedLists;
  readonly doctor: Doctor;
  /** Notified when the state or a subscription changed. */
  readonly changed: ChangeSignal;

  constructor(start: Pick<WorkerStart, 'options' | 'limits' | 'seed'>, ports: ConnectionPorts) {
    const { options, limits, seed } = start;
    const { clock } = ports;
    this.options = options;
    this.clock = clock;
    this.changed = new ChangeSignal(clock);
    this.log = new LogRing(() => clock.wall());
    this.packets = new Packets(clock);
    this.workspace = new TopicWorkspace({
      limits,
      seed,
      clock,
      separator: options.levelSeparator,
      readyMemory: ports.readyMemory,
      shedding: (on) => this.log.add('warn', on ? SHEDDING : KEPT_IN_FULL),
      tick: () => this.session.tick(),
    });
    const { store, intake } = this.workspace;
    const memory = new SessionMemory(IDS_BEFORE);
    const listeners: PacketListener[] = [];
    this.session = new BrokerSession({
      options,
      maxPayloadBytes: limits.maxPayloadBytes,
      ports,
      memory,
      intake,
      recorder: this.packets.recorder,
      log: this.log,
      listeners,
      changed: this.changed,
      events: {
        started: (attempt, version) => this.doctor.attempts.started(attempt, version),
        phase: (phase, at) => this.doctor.attempts.phase(phase, at),
        accepted: (session) => this.#accepted(session),
        ready: (session) => this.#ready(session),
        ended: (end, link, byUs) => this.#ended(end, link, byUs),
      },
    });
    this.subscriptions = new Subscriptions({
      requests: options.subscriptions,
      service: options.serviceLimits,
      intake,
      clock,
      changed: () => {
        this.truth.subscriptionsChanged();
        this.store.subscriptions = this.subscriptions.identifiers();
        this.changed.notify();
      },
      scanBegins: (request) => this.truth.scanBegins(request, this.link),
    });
    this.publisher = new Publisher(memory, clock, (text, why) =>
      this.log.add('warn', text, `${why.message} ${why.advice}`),
    );
    this.truth = new RetainedTruth({
      store,
      subscriptions: this.subscriptions,
      publisher: this.publisher,
      clock,
      log: this.log,
      options,
      ports,
      online: () => {
        const { state, clientId } = this.session;
        return state.kind === 'online' ? { version: state.version, clientId } : null;
      },
      maxPayloadBytes: () => this.session.maxPayloadBytes,
      fault: (error) => logFault(this.log, error),
      wake: () => this.workspace.wake(),
    });
    this.listed = new ListedLists({ topics: store, clock, truth: this.truth });
    this.doctor = new Doctor(this);
    // An acknowledgement changes nothing that a view shows, but housekeeping may wait for it.
    const waker: PacketListener = { received: () => this.workspace.wake() };
    listeners.push(...this.doctor.listeners, this.publisher, waker);
  }

  get state(): ConnectionState {
    return this.session.state;
  }

  get link(): Link | null {
    return this.session.link;
  }

  get store(): TopicStore {
    return this.workspace.store;
  }

  connect(): void {
    this.subscriptions.forgive();
    this.session.connect();
  }

  disconnect(): void {
    this.session.disconnect();
  }

  retryNow(): void {
    this.session.retryNow();
  }

  pingNow(): ReturnType<BrokerSession['pingNow']> {
    return this.session.pingNow();
  }

  reauthenticate(): ReturnType<BrokerSession['reauthenticate']> {
    return this.session.reauthenticate();
  }

  publishBatch(batch: Batch): Promise<BatchResult> {
    const work = () => publishBatch(batch, (message, done) => this.publisher.submit(message, done));
    return this.link?.tap.together(work) ?? work();
  }

  setLimits(limits: ConnectionLimits): void {
    this.workspace.setLimits(limits);
    this.session.maxPayloadBytes = limits.maxPayloadBytes;
  }

  /** A fault of ours that nobody caught: the connection starts again, what was learnt stays. */
  fault(error: unknown): void {
    this.session.fault(error);
  }

  /** Closes everything for good within `withinMs`. */
  async shutdown(withinMs: number): Promise<void> {
    await this.session.close(withinMs);
    this.doctor.close();
    this.workspace.close();
  }

  #accepted(session: AcceptedSession): void {
    const { link, connack, limits } = session;
    if (!connack.sessionPresent) this.publisher.sessionLost();
    this.truth.accepted(link);
    this.subscriptions.accepted({ limits, isMqtt5: link.level === 5 });
    this.doctor.accepted(session);
  }

  #ready(session: OnlineSession): void {
    const { link, connack, limits } = session;
    const { requests } = link;
    this.publisher.started(link, limits, connack.sessionPresent);
    this.truth.ready({ link, limits });
    this.store.rhythms.began(this.clock.wall());
    this.doctor.ready(session);
    void this.subscriptions.started({ requests, limits, isMqtt5: link.level === 5 });
  }

  #ended(end: LinkEnd, link: Link | null, byUs: boolean): Ending {
    const advised = this.doctor.ended(end, link, byUs);
    this.publisher.ended(end, this.options.cleanStart);
    const [blame] = this.subscriptions.ended(end);
    this.truth.ended();
    this.store.rhythms.ended();
    // Without the subscription that was to blame it may well work.
    return blame ? { failure: blame, retry: 'later' } : advised;
  }
}

const SHEDDING =
  'Messages come faster than they can be kept: until it eases, only the latest of each topic is kept.';
const KEPT_IN_FULL = 'Messages are kept in full again.';
