import { Session, type DeliveryCounts } from './session.ts';
import type { DemoClock } from './time.ts';

/** Sessions at a time, those without a link included; a demo has a handful. */
const MAX_SESSIONS = 2_000;

/** Every session by client ID: how it begins, outlives its link, sends its will and ends. */
export class Sessions {
  readonly #clock: DemoClock;
  readonly #counts: DeliveryCounts;
  readonly #sendWill: (session: Session) => void;
  readonly #byId = new Map<string, Session>();
  readonly #timers = new Map<Session, () => void>();

  constructor(clock: DemoClock, counts: DeliveryCounts, sendWill: (session: Session) => void) {
    this.#clock = clock;
    this.#counts = counts;
    this.#sendWill = sendWill;
  }

  get full(): boolean {
    return this.#byId.size >= MAX_SESSIONS;
  }

  all(): Iterable<Session> {
    return this.#byId.values();
  }

  get(clientId: string): Session | undefined {
    return this.#byId.get(clientId);
  }

  /** The session of a client that connects; whoever held it before has no link any more. */
  open(clientId: string, clean: boolean): { session: Session; present: boolean } {
    const known = this.#byId.get(clientId);
    if (known !== undefined) {
      this.#cancel(known);
      if (!clean) return { session: known, present: true };
      // A delayed will is due at the latest when its session ends [MQTT-3.1.3-9].
      this.#sendWill(known);
    }
    const session = new Session(clientId, this.#counts);
    this.#byId.set(clientId, session);
    return { session, present: false };
  }

  /** The link is gone: first the will is due, then the session's end. */
  rest(session: Session): void {
    const endsAfter = session.expirySeconds * 1_000;
    const willAfter = Math.min((session.will?.properties?.willDelayInterval ?? 0) * 1_000, endsAfter);
    if (session.will === undefined || willAfter === 0) {
      this.#sendWill(session);
      this.#expire(session, endsAfter);
      return;
    }
    this.#later(session, willAfter, () => {
      this.#sendWill(session);
      this.#expire(session, endsAfter - willAfter);
    });
  }

  close(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#byId.clear();
  }

  #expire(session: Session, afterMs: number): void {
    const end = (): void => {
      if (this.#byId.get(session.clientId) === session) this.#byId.delete(session.clientId);
    };
    if (afterMs === 0) end();
    else if (Number.isFinite(afterMs)) this.#later(session, afterMs, end);
  }

  #later(session: Session, ms: number, run: () => void): void {
    const cancel = this.#clock.after(ms, () => {
      this.#timers.delete(session);
      run();
    });
    this.#timers.set(session, cancel);
  }

  #cancel(session: Session): void {
    this.#timers.get(session)?.();
    this.#timers.delete(session);
  }
}
