import type { RetainedFact, RetainedState } from '../../../src-main/contract/model/model.ts';
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
  session: number;
}

/** Bytes as text without loss: one character a byte. */
export const latin1 = (bytes: Uint8Array): string => {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
};

/** The levels' paths of a topic, shortest first, cut as the store documents: 512 levels at most. */
export function pathsOf(key: string): string[] {
  const paths: string[] = [];
  let from = 0;
  while (paths.length < 511) {
    const slash = key.indexOf('/', from);
    if (slash < 0) break;
    paths.push(key.slice(0, slash));
    from = slash + 1;
  }
  return [...paths, key];
}

/** What the store says, in the plainest way: split, Map, arrays; nothing is ever evicted. */
export class NaiveStore {
  readonly topics = new Map<string, NaiveTopic>();
  now = 0;
  session = 0;
  scanning = false;

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
        session: 0,
      };
      this.topics.set(key, topic);
    }
    const kept = { ...message, seq };
    topic.own++;
    topic.history.push(kept);
    if ((message.flags & 1) === 0) return;
    topic.by = this.scanning ? 'subscribe' : 'live';
    topic.factAt = message.at;
    topic.session = this.session;
    topic.expiresAt = Infinity;
    if (message.size === 0) {
      topic.state = 'cleared';
      return;
    }
    topic.state = 'retained';
    topic.lastRetained = kept;
    if (message.expiry >= 0) topic.expiresAt = message.at + message.expiry * 1_000;
  }

  probeAbsent(topic: NaiveTopic, at: number): void {
    Object.assign(topic, {
      state: 'not-retained',
      by: 'probe',
      factAt: at,
      session: this.session,
      expiresAt: Infinity,
    });
  }

  fact(topic: NaiveTopic): RetainedFact {
    if (topic.state === 'retained' && this.now >= topic.expiresAt) {
      return { state: 'unknown', by: 'expiry', at: topic.expiresAt, stale: false };
    }
    const stale = topic.by !== 'none' && topic.session !== this.session;
    return { state: topic.state, by: topic.by, at: topic.factAt, stale };
  }

  /** Every level with what its subtree adds up to. */
  levels(): Map<string, { topics: number; messages: number; lastSeen: number; children: Set<string> }> {
    const levels = new Map<
      string,
      { topics: number; messages: number; lastSeen: number; children: Set<string> }
    >();
    for (const topic of this.topics.values()) {
      const paths = pathsOf(topic.key);
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

/** Topics of a few levels with every kind of name that has ever broken a tree. */
export function nastyTopic(rng: Random, names: number, depth: number): Uint8Array {
  const parts: number[] = [];
  const levels = 1 + rng.int(depth);
  for (let i = 0; i < levels; i++) {
    if (i > 0) parts.push(0x2f);
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
