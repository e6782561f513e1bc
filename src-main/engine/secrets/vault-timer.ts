export interface VaultTimerPorts {
  /** ms; may be set, and goes on while the computer sleeps. */
  now(): number;
  /** Runs once after so many ms; the answer cancels it. Keeps no process alive. */
  after(ms: number, run: () => void): () => void;
  lock(): void;
}

/** Timers stand still while the computer sleeps, so the clock is looked at as often, in ms. */
const LOOK_EVERY = 15_000;
const MINUTE = 60_000;

/** Locks the vault when it was not used for some time. Connections that are open have what they need. */
export class VaultTimer {
  readonly #ports: VaultTimerPorts;
  #limit = 0;
  #usedAt: number;
  #cancel: (() => void) | null = null;

  constructor(ports: VaultTimerPorts) {
    this.#ports = ports;
    this.#usedAt = ports.now();
  }

  /** A secret of it was read or written, or it was unlocked. */
  used(): void {
    this.#usedAt = this.#ports.now();
    if (this.#cancel === null) this.#wait();
  }

  /** @param minutes 0: it stays open. */
  setMinutes(minutes: number): void {
    this.#limit = minutes * MINUTE;
    this.#stop();
    this.#wait();
  }

  close(): void {
    this.#limit = 0;
    this.#stop();
  }

  #wait(): void {
    if (this.#limit === 0) return;
    const left = this.#left();
    this.#cancel = this.#ports.after(Math.min(Math.max(0, left), LOOK_EVERY), () => this.#look());
  }

  #look(): void {
    this.#cancel = null;
    if (this.#left() > 0) this.#wait();
    // The next use begins again.
    else this.#ports.lock();
  }

  #left(): number {
    const now = this.#ports.now();
    // The clock was set back.
    if (now < this.#usedAt) this.#usedAt = now;
    return this.#usedAt + this.#limit - now;
  }

  #stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
