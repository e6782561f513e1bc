import type { Failure } from '../../contract/base/errors.ts';
import type { ConnectionOptions, ConnectionState } from '../../contract/model/model.ts';
import type { FlightRecorder } from '../../core/packet-capture/store/recorder.ts';
import { internalFault, type Phase } from '../../core/session/failures/failures.ts';
import type { Ending } from '../../core/session/failures/reasons.ts';
import type { LinkLimits } from '../../core/session/failures/service-limits.ts';
import {
  idle,
  step,
  type SessionEffect,
  type SessionEvent,
  type SessionModel,
} from '../../core/session/machine/machine.ts';
import { RttHistory } from '../../core/session/machine/rtt.ts';
import { versionMemory, type WireVersion } from '../../core/session/machine/version.ts';
import type { Intake } from '../../core/topics/store/intake.ts';
import { notConnected } from '../auth/prepare.ts';
import type { ChangeSignal } from '../base/change-signal.ts';
import { pause } from '../base/clock.ts';
import { logFault, logState, type LogRing } from '../base/log-ring.ts';
import type { ConnectionPorts } from '../base/ports.ts';
import type { Dialled } from '../dial/dial.ts';
import { Attempt, chooseClientId, type PhaseTime } from '../link/attempt.ts';
import { closedByUs, type Connack, type Link, type LinkEnd } from '../link/link.ts';
import type { SessionMemory } from '../link/session-memory.ts';
import type { Liveness } from '../liveness/liveness.ts';
import { watchLink } from '../liveness/watch-link.ts';
import type { PacketListener } from '../tap/events.ts';
import { ByteRates, NO_TRAFFIC, withLink, type Traffic } from '../tap/traffic.ts';
import type { ShownCertificates } from '../tls/peer.ts';
import { linkLimits, onlineState } from './online-state.ts';
import { pingNow } from './ping-now.ts';

/** CONNACK with success. */
export interface AcceptedSession {
  readonly link: Link;
  readonly connack: Connack;
  readonly limits: LinkLimits;
}

/** Packets can be sent. */
export interface OnlineSession extends AcceptedSession {
  readonly dialled: Dialled;
  /** In CONNECT. */
  readonly clientId: string;
}

/** What happens to the session, for whoever works on it. */
export interface SessionEvents {
  /** @param attempt of those since the last session, from 1 */
  started(attempt: number, version: WireVersion): void;
  phase(phase: Exclude<Phase, 'online'>, at: string): void;
  /** In wire order: what follows this CONNACK in the same chunk is already of the new session. */
  accepted(session: AcceptedSession): void;
  ready(session: OnlineSession): void;
  /** The link is over, or none came of the attempt. Answers how to go on, unless we ended it. */
  ended(end: LinkEnd, link: Link | null, byUs: boolean): Ending;
}

export interface SessionOptions {
  readonly options: ConnectionOptions;
  readonly maxPayloadBytes: number;
  readonly ports: ConnectionPorts;
  readonly memory: SessionMemory;
  readonly intake: Intake;
  readonly recorder: FlightRecorder;
  readonly log: LogRing;
  /** Called for every packet but received messages. */
  readonly listeners: readonly PacketListener[];
  /** Notified when the state changed. */
  readonly changed: ChangeSignal;
  readonly events: SessionEvents;
}

/** Time for DISCONNECT to leave when the user disconnects. */
const CLOSE_MS = 1_000;

/** Connects, stays connected, and comes back after every outage, as the state machine says. */
export class BrokerSession {
  readonly rtt = new RttHistory();
  readonly byteRates = new ByteRates();
  /** What the broker showed last. */
  shown: ShownCertificates | null = null;
  /** Sessions so far. */
  connects = 0;
  readonly #o: SessionOptions;
  readonly #clientId: string;
  #assignedClientId: string | null = null;
  #maxPayloadBytes: number;
  #model: SessionModel;
  #attempt: Attempt | null = null;
  #accepted: AcceptedSession | null = null;
  #liveness: Liveness | null = null;
  #phases: PhaseTime[] = [];
  #before = NO_TRAFFIC;
  #notes: readonly string[] = [];
  #cancelRetry: (() => void) | null = null;
  #closeMs = CLOSE_MS;
  /** Resolves when the last attempt has sent DISCONNECT and its socket is destroyed. */
  #left: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: SessionOptions) {
    this.#o = options;
    const { ports, maxPayloadBytes } = options;
    this.#maxPayloadBytes = maxPayloadBytes;
    this.#model = idle(versionMemory(options.options.version));
    this.#clientId = chooseClientId(options.options, ports.random);
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

  /** Longer payloads are kept as their first bytes. */
  get maxPayloadBytes(): number {
    return this.#maxPayloadBytes;
  }

  set maxPayloadBytes(bytes: number) {
    this.#maxPayloadBytes = bytes;
    const tap = this.link?.tap;
    if (tap) tap.maxPayloadBytes = bytes;
  }

  /** Called a few times a second: rates are carried on. */
  tick(): void {
    this.byteRates.tick(this.traffic(), this.#o.ports.clock.now());
  }

  /** The clock on the wall was set back by so many ms: how long the session lasts does not change by it. */
  setBack(ms: number): void {
    this.#step({ kind: 'set-back', ms });
  }

  /** A fault of ours: the connection starts again. */
  fault(error: unknown): void {
    logFault(this.#o.log, error);
    this.link?.destroy({ failure: internalFault(error), retry: 'slowly' });
    this.#o.changed.notify();
  }

  /** Ends for good within `withinMs`. */
  async close(withinMs: number): Promise<void> {
    if (this.#closed) return;
    this.#closeMs = withinMs;
    this.#step({ kind: 'disconnect' });
    this.#closed = true;
    // The user may have left before, with more time.
    await Promise.race([this.#left, pause(this.#o.ports.clock, withinMs)]);
  }

  #step(event: SessionEvent): void {
    if (this.#closed) return;
    const { ports, options, log } = this.#o;
    const context = { now: ports.clock.wall(), random: ports.random(), backOff: options.backOff };
    const before = this.#model.state;
    const { model, effect } = step(this.#model, event, context);
    this.#model = model;
    if (model.state.kind !== before.kind) logState(log, model.state);
    this.#carryOut(effect);
    if (model.state !== before) this.#o.changed.notify();
  }

  #carryOut(effect: SessionEffect): void {
    switch (effect?.kind) {
      case 'start':
        this.#cancelRetry?.();
        return this.#start(effect.version);
      case 'wait':
        this.#cancelRetry = this.#o.ports.clock.after(effect.ms, () => this.#step({ kind: 'due' }));
        return;
      case 'close':
        this.#cancelRetry?.();
        return this.#leave();
      case undefined:
    }
  }

  #start(version: WireVersion): void {
    const { options, ports, memory, intake, recorder, listeners, log, events } = this.#o;
    events.started(this.#model.attempt, version);
    const attempt = new Attempt(
      {
        options,
        clientId: this.#clientId,
        version,
        answeredBefore: this.#model.versions.proven === version,
        memory,
        intake,
        maxPayloadBytes: this.#maxPayloadBytes,
        recorder,
        listeners,
        shown: (shown) => (this.shown = shown),
        ports,
      },
      {
        phase: (phase, at) => this.#phase(attempt, phase, at),
        notes: (lines) => this.#logNotes(lines),
        accepted: (link, connack) => this.#connected(link, connack),
        ready: (dialled) => this.#ready(dialled),
        pinged: (at, ms) => this.rtt.add(ports.clock.wall(at), ms),
        fault: (error) => logFault(log, error),
        ended: (end) => this.#ended(attempt, end),
      },
    );
    this.#attempt = attempt;
  }

  #phase(attempt: Attempt, phase: Exclude<Phase, 'online'>, at: string): void {
    if (this.#attempt !== attempt) return;
    this.#o.events.phase(phase, at);
    this.#step({ kind: 'phase', phase, at });
  }

  /** Once, not at every attempt. */
  #logNotes(lines: readonly string[]): void {
    if (lines.join() === this.#notes.join()) return;
    this.#notes = lines;
    for (const line of lines) this.#o.log.add('warn', line);
  }

  #connected(link: Link, connack: Connack): void {
    this.#assignedClientId = connack.properties.assignedClientId ?? null;
    this.#accepted = { link, connack, limits: linkLimits(connack, this.#o.options) };
    this.connects++;
    this.#o.events.accepted(this.#accepted);
  }

  #ready(dialled: Dialled): void {
    if (!this.#accepted) return;
    const { options, ports, events } = this.#o;
    const { link, connack } = this.#accepted;
    const state = onlineState(options, link, dialled, connack, this.clientId, ports.clock.wall());
    this.#step({ kind: 'online', state });
    this.#liveness = watchLink(link, dialled, options, state.version, ports);
    link.listen(this.#liveness);
    events.ready({ ...this.#accepted, dialled, clientId: this.#clientId });
  }

  #ended(attempt: Attempt, end: LinkEnd): void {
    if (this.#attempt !== attempt) return;
    const ending = this.#over(attempt, end, false);
    this.#step({ kind: 'ended', ending, versionUnknown: end.versionUnknown });
  }

  /** The user's or the machine's decision: no `ended` of the attempt follows. */
  #leave(): void {
    const attempt = this.#attempt;
    if (!attempt) return;
    this.#over(attempt, closedByUs(), true);
    this.#left = attempt.close(this.#closeMs);
  }

  #over(attempt: Attempt, end: LinkEnd, byUs: boolean): Ending {
    const { link } = attempt;
    this.#phases = attempt.phases();
    this.#before = withLink(this.#before, link?.tap);
    this.#attempt = null;
    this.#accepted = null;
    this.#liveness?.close();
    this.#liveness = null;
    return this.#o.events.ended(end, link, byUs);
  }
}
