import type { TopicKey } from '../../contract/model/model.ts';
import type { KeptRetained } from '../../core/retained/clearing.ts';

/** Clearing is asked for by the thousand at most; what does not fit is said not to be restorable. */
const MOST_BYTES = 64 * 2 ** 20;
const MOST_TOPICS = 10_000;

/** What can be put back after clearing. The oldest leaves when the bound is reached. */
export class RetainedUndo {
  readonly #kept = new Map<TopicKey, KeptRetained>();
  #bytes = 0;

  get(key: TopicKey): KeptRetained | null {
    return this.#kept.get(key) ?? null;
  }

  /** False if it is larger than everything that is kept together. */
  keep(key: TopicKey, kept: KeptRetained): boolean {
    this.drop(key);
    if (kept.message.payload.length > MOST_BYTES) return false;
    this.#kept.set(key, kept);
    this.#bytes += kept.message.payload.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= MOST_BYTES && this.#kept.size <= MOST_TOPICS) break;
      this.drop(oldest);
    }
    return true;
  }

  drop(key: TopicKey): void {
    const kept = this.#kept.get(key);
    if (!kept) return;
    this.#bytes -= kept.message.payload.length;
    this.#kept.delete(key);
  }
}
