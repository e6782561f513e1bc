import type { Qos } from '../../contract/model/model.ts';
import type { RetainedFact } from '../../contract/model/retained.ts';
import {
  STALE_MS,
  type EntryState,
  type InventoryState,
  type RetainedAge,
} from '../../contract/session/inventory.ts';
import type { RecordLook } from '../history/look.ts';
import { excludedByBytes } from '../retained/clearing.ts';
import type { CompiledFilter } from '../query/match/compile.ts';
import { YES } from '../query/match/subject.ts';
import { ROOT, type Node, type TopicSource } from '../topics/columns/nodes.ts';
import { RetainedSubject } from './subject.ts';

/** Most messages listed; the list says when it is cut. */
export const MOST_ENTRIES = 500_000;
/** Messages a second from which a topic counts as still being published to. */
const RETURNING_RATE = 0.02;
/** What comes so soon after a publish of ours is taken for its echo. */
const ECHO_MS = 2_000;
/** Nodes looked at between two pauses, about 0.2 ms where none of them is listed. */
const SLICE = 1_024;
/** A listed one takes as long as so many that are not. */
const LISTED_COST = 8;

/** One listed message, as it was when it was looked at. */
export interface Entry {
  readonly node: Node;
  /** Payload bytes; null where the message was not seen. */
  readonly size: number | null;
  readonly qos: Qos | null;
  readonly age: RetainedAge | null;
  readonly state: EntryState;
  readonly excluded: string | null;
  readonly asOf: boolean;
}

export interface Collecting {
  readonly topics: TopicSource;
  /** Null: everything. */
  readonly filter: CompiledFilter | null;
  readonly state: InventoryState;
  /** False: this broker keeps none. */
  readonly retainAvailable: boolean;
  /** When we published to it last with Retain, ms since the epoch; 0: never. */
  readonly oursAt: (node: Node) => number;
  /** At which QoS it is stored, where that is known. */
  readonly qosOf: (node: Node, look: RecordLook | null, fact: RetainedFact) => Qos | null;
}

/**
 * Other clients keep publishing to the topic: more than the stored message came.
 *
 * @param ours when we published to it last with Retain, ms since the epoch; 0: never
 */
export function isReturning(topics: TopicSource, node: Node, ours: number): boolean {
  if (topics.messages(node) <= 2 || topics.rate(node) < RETURNING_RATE) return false;
  return topics.lastSeen(node) > ours + ECHO_MS;
}

/** Goes through all topics for those that are listed, with a pause after each slice. */
export function* collect(
  o: Collecting,
): Generator<void, { readonly entries: Entry[]; readonly cut: boolean }> {
  const { topics } = o;
  const subject = new RetainedSubject(topics);
  const entries: Entry[] = [];
  let left = SLICE;
  for (let node: Node = ROOT + 1; node < topics.end; node++) {
    if (--left <= 0) {
      yield;
      left = SLICE;
    }
    if (!topics.exists(node) || !topics.isTopic(node)) continue;
    const fact = topics.retained(node);
    if (!mayBeListed(fact, o.state)) continue;
    const path = topics.pathBytes(node);
    subject.aim(node, path, fact);
    left -= LISTED_COST + (o.filter?.cost ?? 0);
    if (o.filter !== null && o.filter.test.of(subject) !== YES) continue;
    const entry = entryOf(o, subject, node, path, fact);
    if (!isIn(entry, o.state)) continue;
    if (entries.length === MOST_ENTRIES) return { entries, cut: true };
    entries.push(entry);
  }
  return { entries, cut: false };
}

/** `all` has no topics that were only ever seen live: on MQTT 3.1.1 that is every one. */
function mayBeListed({ state, by }: RetainedFact, wanted: InventoryState): boolean {
  if (state === 'retained') return wanted !== 'unknown';
  if (state !== 'unknown') return false;
  return wanted === 'unknown' || (wanted === 'all' && by !== 'none' && by !== 'live');
}

function isIn({ state }: Entry, wanted: InventoryState): boolean {
  switch (wanted) {
    case 'all':
    case 'retained':
    case 'unknown':
      return true;
    case 'stale':
    case 'returning':
      return state === wanted;
  }
}

function entryOf(
  { topics, qosOf, oursAt, retainAvailable }: Collecting,
  subject: RetainedSubject,
  node: Node,
  path: Uint8Array,
  fact: RetainedFact,
): Entry {
  const found = subject.latest();
  const look = typeof found === 'string' ? null : found;
  const size = subject.size();
  const age = subject.age();
  const excluded = excludedByBytes(path, 0, path.length, fact, retainAvailable);
  const returning = isReturning(topics, node, oursAt(node));
  const isStale = !returning && age !== null && topics.now - age.at >= STALE_MS;
  return {
    node,
    size: typeof size === 'string' ? null : size,
    qos: qosOf(node, look, fact),
    age,
    state:
      excluded !== null
        ? 'protected'
        : fact.state === 'unknown'
          ? 'unknown'
          : returning
            ? 'returning'
            : isStale
              ? 'stale'
              : 'retained',
    excluded,
    asOf: fact.stale,
  };
}
