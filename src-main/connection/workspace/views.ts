import type { StreamSignal } from '../../contract/base/define.ts';
import { ProtocolError } from '../../contract/base/errors.ts';
import type { TopicKey } from '../../contract/model/model.ts';
import type { ViewAction, ViewFrame, ViewSpec } from '../../contract/model/view.ts';
import type { TopicStore } from '../../core/topics/store/store.ts';
import { branchHistory, type BranchHistoryAnswer } from '../../core/topics/view/branch-history.ts';
import {
  liveScope,
  MessageReader,
  type HistoryAnswer,
  type MessageAnswer,
} from '../../core/topics/view/records.ts';
import { TopicView } from '../../core/topics/view/view.ts';
import { TICK_MS, LONG_TICK_MS } from '../base/coarse-timer.ts';
import { ChangeSignal } from '../base/change-signal.ts';
import { untilLook, type Clock } from '../base/clock.ts';
import { inTurns } from '../base/turns.ts';

/** Views of one connection; the product's rule. */
const MOST_VIEWS = 8;
/**
 * The shortest time between two frames of a view that answer its reader or go on with what he asked for:
 * 30 a second.
 */
const FRAME_MS = 33;
/** Between two frames that only show what arrived: nobody reads numbers that change more often (`docs/decisions/0019-news-ten-times-a-second.md`). */
const NEWS_MS = LONG_TICK_MS;
/**
 * Between two frames that show only new counts, of messages below branches or in total: nobody reads more than three
 * or four a second.
 */
const COUNTS_MS = 3 * NEWS_MS;
/** A timer may fire a little before its time, and it is over all the same. ms */
const EARLY_MS = 2;

interface Open {
  /** A fault of ours in it ends this view only. */
  fault: unknown;
  readonly view: TopicView;
  /** The reader did something, or messages came. */
  readonly changed: ChangeSignal;
  /** The reader did something. */
  readonly acted: ChangeSignal;
  /** The next frame answers something that the reader did. */
  asked: boolean;
  /** A tick has passed since the last frame. */
  rested: boolean;
}

/** The views that are open on a connection. One that nobody reads costs nothing. */
export class Views {
  readonly #store: TopicStore;
  readonly #clock: Clock;
  readonly #wake: () => void;
  readonly #live: MessageReader;
  readonly #open = new Map<string, Open>();

  /** @param wake asks for `work` */
  constructor(store: TopicStore, clock: Clock, wake: () => void) {
    this.#store = store;
    this.#live = new MessageReader(store);
    this.#clock = clock;
    this.#wake = wake;
  }

  /** Frames until the reader leaves: each is made when it is asked for, so the last one is always the newest. */
  async *frames(id: string, spec: ViewSpec, signal: StreamSignal): AsyncGenerator<ViewFrame> {
    if (this.#open.size >= MOST_VIEWS) {
      throw new ProtocolError('too-many-streams', `A connection has at most ${MOST_VIEWS} views.`);
    }
    if (this.#open.has(id)) throw new ProtocolError('bad-params', 'A view with this id is open already.');
    const clock = this.#clock;
    const view = new TopicView({ source: this.#store, spec, now: clock.wall() });
    const [changed, acted] = [new ChangeSignal(clock), new ChangeSignal(clock)];
    const open: Open = { fault: null, view, changed, acted, asked: true, rested: true };
    this.#open.set(id, open);
    this.#wake();
    try {
      let last = -Infinity;
      while (!signal.aborted) {
        const pause = this.#pause(open, last, signal);
        if (pause !== null) {
          await pause;
          continue;
        }
        if (open.fault !== null) throw open.fault;
        // While nothing comes the store's own tick is rare: rates sink until now.
        if (!view.hasNews()) this.#store.tick(clock.wall(), clock.now());
        const frame = view.next(clock.wall());
        if (frame !== null) {
          last = clock.now();
          open.rested = false;
          // What did not fit into it, or is still being put in order, was asked for as well.
          open.asked &&= view.isAnswering;
          yield frame;
        } else {
          // Retained facts expire, and rates sink, without a message.
          await changed.nextOrTick(untilLook(clock), signal);
        }
      }
    } finally {
      this.#open.delete(id);
      view.dispose();
    }
  }

  /** What the next frame waits for, after one at `last` by the clock; null: for nothing. */
  #pause(open: Open, last: number, signal: StreamSignal): Promise<void> | null {
    const { asked, acted, view, fault } = open;
    const passed = this.#clock.now() - last;
    if (asked) {
      // A timer counts whole milliseconds; a fraction early would be one more wake-up.
      return passed < FRAME_MS ? acted.next(Math.ceil(FRAME_MS - passed), signal) : null;
    }
    // An answer may have come just before the tick.
    const isSoon = passed < FRAME_MS - EARLY_MS || (!open.rested && passed < NEWS_MS - EARLY_MS);
    if (isSoon) return this.#untilTick(open, signal);
    // Less than a tick too early is not worth waiting for another one.
    if (COUNTS_MS - passed < TICK_MS || fault !== null || !view.hasNews() || !view.onlyCounts()) return null;
    // A value that comes meanwhile is sent at the next tick all the same.
    return this.#untilTick(open, signal);
  }

  /** Waits for the next long tick and what is read at it: reads that were held back end with it as well. */
  async #untilTick(open: Open, signal: StreamSignal): Promise<void> {
    open.rested = true;
    await open.acted.nextOrTick(NEWS_MS, signal);
    await new Promise<void>((resolve) => this.#clock.nextTurn(resolve));
  }

  act(id: string, action: ViewAction): void {
    const open = this.#open.get(id);
    // The stream may just have ended; what the reader did in it does not matter any more.
    if (!open) return;
    open.view.act(action, this.#clock.wall());
    open.asked = true;
    open.acted.notify();
    open.changed.notify();
    this.#wake();
  }

  /** The next row of a view, from one on, whose own level begins with a text; null if there is none. */
  async nextRow(id: string, text: string, from: number): Promise<TopicKey | null> {
    const open = this.#open.get(id);
    return open === undefined ? null : inTurns(this.#clock, open.view.nextRow(text, from));
  }

  /** Messages came. */
  notify(): void {
    for (const { changed } of this.#open.values()) changed.notify();
  }

  /** Some view shows the messages of a topic. */
  get hasSelected(): boolean {
    for (const { view } of this.#open.values()) if (view.hasSelected) return true;
    return false;
  }

  /** Some view has work that no message asked for. */
  get due(): boolean {
    for (const { view, fault } of this.#open.values()) if (fault === null && view.due) return true;
    return false;
  }

  /** Sliced work of all views, each in its turn; true if there is more. */
  work(until: () => boolean): boolean {
    let more = false;
    for (const open of this.#open.values()) {
      try {
        if (open.fault === null && open.view.work(until)) more = true;
      } catch (error) {
        open.fault = error ?? new Error('unknown');
        open.changed.notify();
      }
    }
    return more;
  }

  /** Of the store, or as a view shows it: with a pause, as of the pause. */
  readMessage(
    view: string | undefined,
    key: TopicKey,
    which: number | 'latest' | 'retained',
    offset: number,
    length: number,
  ): MessageAnswer {
    return this.#reader(view).readMessage(key, which, offset, length);
  }

  readHistory(view: string | undefined, key: TopicKey, before: number | null, limit: number): HistoryAnswer {
    return this.#reader(view).readHistory(key, before, limit);
  }

  readBranchHistory(
    view: string | undefined,
    key: TopicKey,
    before: number | null,
    limit: number,
  ): BranchHistoryAnswer {
    return this.#reader(view).readBranchHistory(key, before, limit);
  }

  #reader(view: string | undefined): Pick<TopicView, 'readMessage' | 'readHistory' | 'readBranchHistory'> {
    const open = view === undefined ? undefined : this.#open.get(view);
    if (open) return open.view;
    const live = this.#live;
    return {
      readMessage: (key, which, offset, length) => live.message(key, which, offset, length),
      readHistory: (key, before, limit) => live.history(key, before, limit),
      readBranchHistory: (key, before, limit) =>
        branchHistory(this.#store, liveScope(this.#store), key, before, limit),
    };
  }
}
