import type { Pipe } from '../../src-main/wire/pipe.ts';

/** How often it is looked; ms */
const LOOK_EVERY = 1_000;
/** Nothing came for so long: the other side is asked for a sign of life; ms */
const ASK_AFTER = 2_000;
/** It was asked, and nothing came for so long: it is silent. A host that is only busy answers sooner; ms */
const SILENT_AFTER = 5_000;
/** A look that is later than this says that the page itself was stopped: what came meanwhile is not read yet; ms */
const LATE = 1_000;

export interface SignOfLifePorts {
  /** Whatever comes back is a sign of life. */
  readonly ask: () => void;
  /** @param since ms since the epoch, of what came last */
  readonly silent: (since: number) => void;
  readonly heard: () => void;
}

/**
 * Watches a pipe whose other side may stop without closing it: a process that is stopped or hangs, a machine that
 * is suspended. Costs nothing while something comes anyway, or nobody looks.
 */
export class SignOfLife {
  /** The same pipe; what comes over it is heard. */
  readonly pipe: Pipe;
  #ports: SignOfLifePorts | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #lookedAt = 0;
  #heardAt = 0;
  #hasAsked = false;
  #isSilent = false;

  constructor(pipe: Pipe) {
    this.pipe = {
      send: (message) => pipe.send(message),
      close: (reason) => pipe.close(reason),
      onClose: (listener) => pipe.onClose(listener),
      onMessage: (listener) =>
        pipe.onMessage((message) => {
          this.#heard();
          listener(message);
        }),
    };
  }

  start(ports: SignOfLifePorts): void {
    this.#ports = ports;
    this.#lookedAt = performance.now();
    this.#heard();
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#ports = null;
  }

  #heard(): void {
    this.#heardAt = performance.now();
    this.#hasAsked = false;
    if (!this.#isSilent) return;
    this.#isSilent = false;
    this.#ports?.heard();
  }

  #look(): void {
    const now = performance.now();
    const isLate = now - this.#lookedAt > LOOK_EVERY + LATE;
    this.#lookedAt = now;
    if (this.#isSilent) return;
    // A hidden page asks for nothing, and nobody reads what it says.
    if (isLate || document.visibilityState === 'hidden') {
      this.#heardAt = now;
      this.#hasAsked = false;
      return;
    }
    const quiet = now - this.#heardAt;
    if (this.#hasAsked && quiet >= SILENT_AFTER) {
      this.#isSilent = true;
      this.#ports?.silent(Date.now() - quiet);
    } else if (!this.#hasAsked && quiet >= ASK_AFTER) {
      this.#hasAsked = true;
      this.#ports?.ask();
    }
  }
}
