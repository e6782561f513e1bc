import type { Failure } from '../../contract/base/errors.ts';
import type { TopicKey } from '../../contract/model/model.ts';
import type { Job } from '../../contract/session/jobs.ts';
import type { CheckedPlaces, Copies, SentPlaces, Unkept } from '../retained/listed-kept.ts';

/** What a job needs of the connection whose messages it clears. */
export interface ClearingConnection {
  /** What is cleared, each once: places below are indices of this list. */
  readonly keys: readonly TopicKey[];
  /** False: it was closed for good. */
  isOpen(): boolean;
  isOnline(): boolean;
  /** Of the session in force: another after each reconnect. */
  session(): number;
  /** Resolves when one of these may have changed, or the signal ended. */
  changed(signal: AbortSignal): Promise<void>;
  /**
   * Keeps and clears, and checks nothing. Rejects when the connection had to be restarted.
   * A failure: nothing can be kept any more, and nothing was sent.
   */
  send(places: Uint32Array<ArrayBuffer>, unkept: Unkept): Promise<SentPlaces | Failure>;
  /** Those that a few questions find to be no longer there; of the others nothing is known yet. Rejects likewise. */
  findCleared(places: Uint32Array<ArrayBuffer>): Promise<Uint32Array>;
  /** Asks for topics again, and sends nothing. Rejects likewise. */
  check(places: Uint32Array<ArrayBuffer>): Promise<CheckedPlaces>;
  /** The message that was there can be put back. */
  restorable(place: number): boolean;
  /** How many can, with their payload bytes. */
  copies(): Copies;
}

export interface ClearJobOptions extends Pick<Job, 'id' | 'connection' | 'title' | 'entry'> {
  readonly broker: ClearingConnection;
  /** Nothing more is kept for now: what was is settled on the disk. */
  readonly finish: () => Promise<void>;
  /** ms since the epoch */
  readonly now: () => number;
  /** Something that `job` shows changed; urgent: that it runs, waits, is paused or over. */
  readonly changed: (isUrgent?: boolean) => void;
  readonly sizes?: JobSizes;
}

/** How many topics go together. */
export interface JobSizes {
  /** Fetched, kept and cleared. */
  readonly batch: number;
  /** Checked while others are sent, as far as a few questions are enough. */
  readonly along: number;
}
