import type { ConnectionOptions } from '../../contract/model/model.ts';
import { classify, timedOut, type Phase } from '../../core/session/failures/failures.ts';
import type { FlightRecorder } from '../../core/packet-capture/store/recorder.ts';
import { generateClientId } from '../../core/session/auth/client-id.ts';
import type { WireVersion } from '../../core/session/machine/version.ts';
import type { Intake } from '../../core/topics/store/intake.ts';
import type { Clock } from '../base/clock.ts';
import { dial, targetOf, type Dialled, type ShownListener } from '../dial/dial.ts';
import { DialError } from '../base/dial-error.ts';
import { Link, type Connack, type LinkEnd, type LinkEvents } from './link.ts';
import type { ConnectionPorts } from '../base/ports.ts';
import { prepare, type Prepared } from '../auth/prepare.ts';
import type { SessionMemory } from './session-memory.ts';
import type { Target } from '../../core/session/failures/failure-case.ts';
import type { Finding } from '../dial/transport.ts';
import type { Handshakes, PacketListener } from '../tap/events.ts';

export interface AttemptOptions {
  readonly options: ConnectionOptions;
  readonly clientId: string;
  readonly version: WireVersion;
  /** The broker took a CONNECT of this version from here before. */
  readonly answeredBefore?: boolean;
  readonly memory: SessionMemory;
  readonly intake: Intake;
  readonly maxPayloadBytes: number;
  readonly ports: ConnectionPorts;
  /** Records every packet. */
  readonly recorder?: FlightRecorder;
  /** Who answers at QoS 2; without it, mqtt.js. */
  readonly handshakes?: Handshakes;
  readonly listeners?: readonly PacketListener[];
  /** Gets the broker's certificates, also where they end the attempt. */
  readonly shown?: ShownListener;
  /** Gets what is found out while connecting, such as addresses. */
  readonly found?: Finding;
}

export interface AttemptEvents {
  phase(phase: Exclude<Phase, 'online'>, at: string): void;
  /** What CONNECT leaves out or changes, in sentences; called before it is sent. */
  notes(lines: readonly string[]): void;
  accepted(link: Link, connack: Connack): void;
  ready(dialled: Dialled): void;
  pinged: LinkEvents['pinged'];
  fault: LinkEvents['fault'];
  /** Exactly once, unless the attempt was abandoned. */
  ended(end: LinkEnd): void;
}

/** Time of each phase, for the diagnostics. */
export interface PhaseTime {
  readonly phase: string;
  readonly ms: number;
}

/** One try to connect, and the link that comes of it. */
export class Attempt {
  readonly #o: AttemptOptions;
  readonly #events: AttemptEvents;
  readonly #abort = new AbortController();
  readonly #clock: Clock;
  readonly #cancelTimeout: () => void;
  readonly #times: { phase: Phase; at: number }[] = [];
  readonly #target: Target;
  #phase: Phase = 'resolving';
  #over = false;
  #link: Link | null = null;
  #sessionPhaseEnded = 0;

  constructor(options: AttemptOptions, events: AttemptEvents) {
    this.#o = options;
    this.#events = events;
    this.#target = { ...targetOf(options.options), answeredBefore: options.answeredBefore ?? false };
    const { connectTimeoutMs } = options.options;
    this.#clock = options.ports.clock;
    this.#cancelTimeout = this.#clock.after(connectTimeoutMs, () => this.#timedOut());
    // Not in this turn: the caller has to know this attempt before it hears of it.
    queueMicrotask(() => void this.#run());
  }

  get link(): Link | null {
    return this.#link;
  }

  /** Duration of each phase up to CONNACK; the last one so far may still run. */
  phases(): PhaseTime[] {
    const end = this.#sessionPhaseEnded || this.#clock.now();
    return this.#times.map(({ phase, at }, i) => ({
      phase,
      ms: Math.round(((this.#times[i + 1]?.at ?? end) - at) * 10) / 10,
    }));
  }

  /** Closes in an orderly way if there is something to close; `ended` is not called any more. */
  async close(withinMs: number): Promise<void> {
    if (this.#over) return;
    this.#settle();
    this.#abort.abort();
    await this.#link?.close(withinMs);
  }

  async #run(): Promise<void> {
    if (this.#over) return;
    const { options, version, ports } = this.#o;
    let dialled: Dialled | null = null;
    try {
      const prepared = await prepare(options, this.#o.clientId, version, ports);
      if (this.#over) return;
      if (prepared.notes.length > 0) this.#events.notes(prepared.notes);
      dialled = await dial(
        prepared.options,
        version,
        ports,
        this.#abort.signal,
        (phase, at) => this.#enter(phase, at),
        this.#o.shown,
        this.#o.found,
      );
      if (this.#over) {
        dialled.socket.on('error', () => undefined);
        dialled.socket.destroy();
        return;
      }
      this.#enter('handshaking', dialled.address);
      this.#link = this.#open(dialled, prepared);
    } catch (error) {
      dialled?.socket.on('error', () => undefined);
      dialled?.socket.destroy();
      const ending = error instanceof DialError ? error.ending : classify(this.#phase, this.#target, error);
      this.#end({ ending, by: 'remote', code: null, versionUnknown: false });
    }
  }

  #open(dialled: Dialled, prepared: Prepared): Link {
    const { ports, listeners = [], ...rest } = this.#o;
    return new Link({
      ...rest,
      dialled,
      prepared,
      target: this.#target,
      clock: ports.clock,
      listeners,
      events: {
        accepted: (connack) => {
          if (this.#over || !this.#link) return;
          this.#cancelTimeout();
          this.#phase = 'online';
          this.#sessionPhaseEnded = this.#clock.now();
          this.#events.accepted(this.#link, connack);
        },
        ready: () => {
          if (!this.#over) this.#events.ready(dialled);
        },
        pinged: (at, ms) => this.#events.pinged(at, ms),
        fault: (error) => this.#events.fault(error),
        ended: (end) => this.#end(end),
      },
    });
  }

  #enter(phase: Exclude<Phase, 'online'>, at: string): void {
    if (this.#over) return;
    // Several addresses are one phase of connecting.
    if (this.#times.at(-1)?.phase !== phase) this.#times.push({ phase, at: this.#clock.now() });
    this.#phase = phase;
    this.#events.phase(phase, at);
  }

  #timedOut(): void {
    const { options } = this.#o;
    const ending = timedOut(this.#phase, this.#target, options.connectTimeoutMs);
    if (this.#link) this.#link.destroy(ending, 'silence');
    else this.#end({ ending, by: 'silence', code: null, versionUnknown: false });
  }

  #end(end: LinkEnd): void {
    if (this.#over) return;
    this.#settle();
    this.#abort.abort();
    this.#events.ended(end);
  }

  #settle(): void {
    this.#over = true;
    this.#sessionPhaseEnded ||= this.#clock.now();
    this.#cancelTimeout();
  }
}

/** The client ID of a connection: the user's, or one made once and kept over its reconnects. */
export function chooseClientId(options: ConnectionOptions, random: () => number): string {
  return options.clientId !== '' ? options.clientId : generateClientId(random);
}
