import type { ConnectionId } from '../../../src-main/contract/model/model.ts';
import type { ViewAction, ViewFrame, ViewSpec } from '../../../src-main/contract/model/view.ts';
import type { Engine } from '../engine/engine.ts';
import { sameSpec } from './view-spec.ts';

/** What a view asks of the engine; a plain client serves as well. */
export type ViewClient = Pick<Engine, 'call' | 'stream'>;

/** What only the window's surroundings can give; tests give their own. */
export interface Pace {
  /** Resolves when the screen is about to be drawn: no frame is asked for before the last was shown. */
  nextPaint(): Promise<void>;
  sleep(ms: number): Promise<void>;
}

export interface ViewLinkEvents {
  frame(frame: ViewFrame): void;
  /** The stream opened (again): the engine knows nothing but the spec. */
  opened(): void;
  ended(problem: string): void;
}

/** A view that ended is asked for again after this many ms, doubling up to the second figure. */
const RETRY_MS = 250;
const RETRY_MAX_MS = 2_000;

/** One view on one connection: frames in, what is looked at and what is done out. */
export class ViewLink {
  readonly #client: ViewClient;
  readonly #connection: ConnectionId;
  readonly #pace: Pace;
  readonly #events: ViewLinkEvents;
  readonly #wanted: () => ViewSpec;
  readonly #newName: () => string;
  #view: string;
  #frames: AsyncIterableIterator<ViewFrame> | null = null;
  #sent: ViewSpec | null = null;
  #looking = false;
  #lookAgain = false;
  #closed = false;

  constructor(
    client: ViewClient,
    connection: ConnectionId,
    newName: () => string,
    wanted: () => ViewSpec,
    pace: Pace,
    events: ViewLinkEvents,
  ) {
    this.#client = client;
    this.#connection = connection;
    this.#newName = newName;
    this.#view = newName();
    this.#wanted = wanted;
    this.#pace = pace;
    this.#events = events;
  }

  /** The view's name; a view that is opened again has a new one, as the old may not be gone yet. */
  get view(): string {
    return this.#view;
  }

  /** Reads frames until closed; opens the view again when it ends by itself. */
  async run(): Promise<void> {
    let wait = RETRY_MS;
    while (!this.#closed) {
      const problem = await this.#readAll(() => {
        wait = RETRY_MS;
      });
      this.#frames = null;
      this.#sent = null;
      if (this.#closed) return;
      this.#events.ended(problem);
      await this.#pace.sleep(wait);
      wait = Math.min(RETRY_MAX_MS, wait * 2);
      this.#view = this.#newName();
    }
  }

  async #readAll(alive: () => void): Promise<string> {
    const spec = this.#wanted();
    try {
      this.#frames = this.#client.stream('view', { connection: this.#connection, view: this.#view, spec });
      let first = true;
      for await (const frame of this.#frames) {
        if (this.#closed) break;
        if (first) {
          this.#sent = spec;
          this.#events.opened();
          first = false;
          alive();
        }
        this.#events.frame(frame);
        this.look();
        await this.#pace.nextPaint();
      }
      return 'The view ended.';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** Says what is looked at, if that changed: at most one message on its way, and always the newest. */
  look(): void {
    if (this.#looking) {
      this.#lookAgain = true;
      return;
    }
    const spec = this.#wanted();
    if (this.#closed || this.#sent === null || sameSpec(spec, this.#sent)) return;
    this.#looking = true;
    this.#sent = spec;
    void this.act({ kind: 'look', spec }).finally(() => {
      this.#looking = false;
      if (!this.#lookAgain) return;
      this.#lookAgain = false;
      this.look();
    });
  }

  /** Never rejects: a view that is gone is reported by its stream. */
  async act(action: ViewAction): Promise<void> {
    if (this.#closed || this.#sent === null) return;
    try {
      await this.#client.call('updateView', { connection: this.#connection, view: this.#view, action });
    } catch {
      // The stream of this view ends as well, and says why.
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    void this.#frames?.return?.();
  }
}
