import type { RetainedFact, RetainedState } from '../../../src-main/contract/model/retained.ts';
import type { Random } from '../random.ts';

/** One message of a test, as the tap would hand it on. */
export interface NaiveMessage {
  readonly topic: Uint8Array;
  readonly properties: Uint8Array;
  readonly payload: Uint8Array;
  /** On the wire; more than the payload's length if it was shortened. */
  readonly size: number;
  readonly flags: number;
  readonly expiry: number;
  readonly at: number;
}

export interface NaiveKept extends NaiveMessage {
  readonly seq: number;
}

export interface NaiveTopic {
  readonly key: string;
  readonly history: NaiveKept[];
  own: number;
  lastRetained: NaiveKept | null;
  state: RetainedState;
  by: RetainedFact['by'];
  factAt: number;
  expiresAt: number;
  epoch: number;
  /** The scan during which it came live. */
  mark: number;
}

/** Bytes as text without loss: one character a byte. */
export const latin1 = (bytes: Uint8Array): string => {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
};

/** The levels' paths of a topic, shortest first, cut as the store documents: 512 levels at most. */
export function pathsOf(key: string, given = '/'): string[] {
  const separator = key.startsWith('$') ? '/' : given;
  const paths: string[] = [];
  let from = 0;
  while (paths.length < 511) {
    const end = key.indexOf(separator, from);
    if (end < 0) break;
    paths.push(key.slice(0, end));
    from = end + 1;
  }
  return [...paths, key];
}

/** What the store says, in the plainest way: split, Map, arrays; nothing is ever evicted. */
export class NaiveStore {
  readonly topics = new Map<string, NaiveTopic>();
  separator = '/';
  now = 0;
  startedAt = 0;
  session = 0;
  epoch = 0;
  scan = 0;
  mark = 0;
  scanning = false;
  marking = false;

  sessionChanged(): void {
    this.session = this.scan = ++this.epoch;
    this.scanning = this.marking = false;
  }

  scanBegan(): void {
    this.scan = ++this.epoch;
    // As the store does: distinguished by four bits.
    if (!this.marking) this.mark = (this.mark % 15) + 1;
    this.scanning = this.marking = true;
  }

  scanJudged(): void {
    if (!this.scanning) this.marking = false;
  }

  message(message: NaiveMessage, seq: number): void {
    this.now = Math.max(this.now, message.at);
    const key = latin1(message.topic);
    let topic = this.topics.get(key);
    if (topic === undefined) {
      topic = {
        key,
        history: [],
        own: 0,
        lastRetained: null,
        state: 'unknown',
        by: 'none',
        factAt: 0,
        expiresAt: Infinity,
        epoch: 0,
        mark: 0,
      };
      this.topics.set(key, topic);
    }
    const kept = { ...message, seq };
    topic.own++;
    topic.history.push(kept);
    if (topic.state === 'retained' && message.at >= topic.expiresAt) {
      this.#learn(topic, 'unknown', 'expiry', topic.expiresAt);
    }
    if ((message.flags & 1) === 0) this.#unflagged(topic, message);
    else this.#flagged(topic, kept);
  }

  /** Retain = 1: a stored message while a scan runs, unless it came in this scan already. */
  #flagged(topic: NaiveTopic, kept: NaiveKept): void {
    const { at, size, expiry } = kept;
    if (size === 0) return this.#learn(topic, 'cleared', 'live', at);
    const again =
      topic.state === 'retained' && ['subscribe', 'live'].includes(topic.by) && topic.epoch >= this.scan;
    const doubtful = (topic.by === 'emptied' || topic.state === 'cleared') && at - topic.factAt < 3_000;
    const stored = this.scanning && !again;
    this.#learn(topic, stored && doubtful ? 'unknown' : 'retained', stored ? 'subscribe' : 'live', at);
    topic.lastRetained = kept;
    if (topic.state === 'retained' && expiry >= 0) topic.expiresAt = this.#expiryAt(at, expiry);
  }

  /** Retain = 0, and nobody knows whether this broker keeps the flag of live messages. */
  #unflagged(topic: NaiveTopic, { at, size, expiry }: NaiveMessage): void {
    if (size === 0) {
      if (topic.state === 'retained') this.#learn(topic, 'unknown', 'emptied', at);
      return;
    }
    const marked = this.marking && topic.mark === this.mark;
    const reported =
      topic.state === 'unknown' && (this.marking ? marked && topic.by === 'live' : topic.by !== 'emptied');
    if (topic.state !== 'retained' && !reported) {
      this.#learn(topic, 'unknown', 'live', at);
    }
    if (this.marking) topic.mark = this.mark;
    if (topic.state === 'retained' && expiry >= 0) {
      topic.expiresAt = Math.min(topic.expiresAt, this.#expiryAt(at, expiry));
    }
  }

  /** In whole seconds after the start, rounded up. */
  #expiryAt(at: number, expiry: number): number {
    const seconds = Math.max(1, Math.ceil((at - this.startedAt) / 1_000 + expiry));
    return this.startedAt + seconds * 1_000;
  }

  #learn(topic: NaiveTopic, state: RetainedState, by: RetainedFact['by'], at: number): void {
    Object.assign(topic, { state, by, factAt: at, epoch: this.epoch, expiresAt: Infinity });
  }

  probeAbsent(topic: NaiveTopic, at: number): void {
    this.#learn(topic, 'not-retained', 'probe', at);
  }

  fact(topic: NaiveTopic): RetainedFact {
    if (topic.state === 'retained' && this.now >= topic.expiresAt) {
      return { state: 'unknown', by: 'expiry', at: topic.expiresAt, stale: false };
    }
    const stale = topic.by !== 'none' && topic.by !== 'expiry' && topic.epoch < this.session;
    return { state: topic.state, by: topic.by, at: topic.factAt, stale };
  }

  /** Every level with what its subtree adds up to. */
  levels(): Map<string, { topics: number; messages: number; lastSeen: number; children: Set<string> }> {
    const levels = new Map<
      string,
      { topics: number; messages: number; lastSeen: number; children: Set<string> }
    >();
    for (const topic of this.topics.values()) {
      const paths = pathsOf(topic.key, this.separator);
      const seen = topic.history.at(-1)?.at ?? 0;
      paths.forEach((path, i) => {
        let level = levels.get(path);
        if (level === undefined)
          levels.set(path, (level = { topics: 0, messages: 0, lastSeen: 0, children: new Set() }));
        level.topics++;
        level.messages += topic.own;
        level.lastSeen = Math.max(level.lastSeen, seen);
        const child = paths[i + 1];
        if (child !== undefined) level.children.add(child);
      });
    }
    return levels;
  }
}

/**
 * Topics of a few levels with every kind of name that has ever broken a tree.
 *
 * @param separators of which one lies between two levels
 */
export function nastyTopic(rng: Random, names: number, depth: number, separators = '/'): Uint8Array {
  const parts: number[] = [];
  const levels = 1 + rng.int(depth);
  for (let i = 0; i < levels; i++) {
    if (i > 0) parts.push((separators.length === 1 ? separators : rng.pick([...separators])).charCodeAt(0));
    const kind = rng.int(12);
    if (kind === 0) continue;
    const name =
      kind === 1
        ? [0xff, rng.int(4)]
        : kind === 2
          ? [...new TextEncoder().encode(rng.pick(['__proto__', 'constructor', 'é', '\ufeff', '$SYS']))]
          : [...new TextEncoder().encode(`n${rng.int(names)}`)];
    parts.push(...name);
  }
  if (rng.int(40) === 0) parts.unshift(...new TextEncoder().encode('$SYS/'));
  return Uint8Array.from(parts);
}
