import type { RetainedFact } from '../../../contract/model/retained.ts';
import type { Counters } from '../../../contract/model/counters.ts';
import type { RecordReader } from '../../history/look.ts';
import type { HistoryRecord } from '../../history/record.ts';
import type { PathLook, PathNeedle, PathSearch } from '../path-look.ts';

/**
 * A topic level in the store's columns: a small non-negative integer, stable while the topic is
 * known, reused after it was forgotten (listeners are notified). ROOT has no name and no row.
 */
export type Node = number;
export const ROOT: Node = 0;
export const NO_NODE: Node = -1;

/** Address of a record in the history log; NO_RECORD (0) if there is none. Addresses only grow. */
export type RecordAddress = number;
export const NO_RECORD: RecordAddress = 0;

/** In the place of a last retained record that is not there any more: how large its payload was. Reads as evicted. */
export const evictedAddress = (size: number): RecordAddress => -1 - size;
/** Payload bytes of the record that was there; null: it may still be, or there was none. */
export const evictedSize = (address: RecordAddress): number | null => (address < 0 ? -1 - address : null);

/** What a view reads of the topics; implemented by the live store and by its snapshot of a pause. */
export interface TopicNodes {
  /** Milliseconds since the epoch up to which rates and times are meant. */
  readonly now: number;
  /** Topics that carried a message themselves. */
  readonly topicCount: number;
  parent(node: Node): Node;
  /** ROOT is 0, top levels are 1. */
  level(node: Node): number;
  firstChild(node: Node): Node;
  nextSibling(node: Node): Node;
  childCount(node: Node): number;
  /** Topics with messages in the subtree, itself included. */
  subtreeTopics(node: Node): number;
  subtreeMessages(node: Node): number;
  messages(node: Node): number;
  /** Messages a second in the subtree, smoothed. */
  rate(node: Node): number;
  /** Newest message in the subtree, ms since the epoch, 0 if none. */
  lastSeen(node: Node): number;
  /** The latest message of this very topic. */
  lastRecord(node: Node): RecordAddress;
  /** The latest one delivered with retain = 1 and a payload; of one that was evicted its size is left. */
  lastRetainedRecord(node: Node): RecordAddress;
  retained(node: Node): RetainedFact;
  /** Topics of the subtree that are late by their rhythm, itself included. */
  late(node: Node): number;
  /** The topic itself is late. */
  isLate(node: Node): boolean;
  /** ms that usually lie between two messages of this very topic; 0 where there is no rhythm. */
  usualInterval(node: Node): number;
  /** Differs between two nodes that had the same number one after the other. */
  birth(node: Node): number;
  /** False for a level that only leads to others. */
  isTopic(node: Node): boolean;
  /**
   * Whether the node exists; in a snapshot, whether it did when that was taken and does still. May be
   * asked of any number below `end`.
   */
  exists(node: Node): boolean;
}

/** Names never change while a node lives, so they are read from the live store, paused or not. */
export interface TopicNames {
  /** Between the levels of topics, as in `levels.ts`. */
  readonly separator: string;
  /** The full topic's bytes, shared with the store: valid until the next turn of the event loop. */
  pathBytes(node: Node): Uint8Array;
  /** The same without making objects, for reading many. */
  lookPath(node: Node, into: PathLook): void;
  /** For those whose path holds one of these texts. */
  searchPaths(needles: readonly PathNeedle[]): PathSearch;
  /** Offset of the node's own level in `pathBytes`. */
  nameOffset(node: Node): number;
  /** Order of siblings: natural (digits by value), then by bytes. Never 0 for two siblings. */
  compareNames(a: Node, b: Node): number;
  /** NO_NODE if unknown. The root is found by no path. */
  find(path: Uint8Array): Node;
}

/** How a view keeps up. Called synchronously while messages are taken in: must be cheap. */
export interface TopicListener {
  /**
   * It is linked to its parent, which was added before it. `isTopic` already says whether it is a topic
   * or leads to one.
   */
  nodeAdded(node: Node, parent: Node): void;
  /** Called just before it leaves the columns; its children left before. `messages` still has its count. */
  nodeRemoved(node: Node, parent: Node): void;
  /** A level that only led to others carried its first message. */
  becameTopic(node: Node): void;
  /** Its own messages were forgotten, and it stays as the level that leads to others. */
  ceasedToBeTopic?(node: Node): void;
  /** It became late, or stopped being late; null: no topic is late any more. */
  lateChanged?(node: Node | null): void;
}

/** The columns as they were at one point in time, for a view that is paused. */
export interface TopicSnapshot extends TopicNodes {
  /** The last message it knows. */
  readonly seq: number;
  release(): void;
}

/** All that a view needs of a store. */
export interface TopicSource extends TopicNodes, TopicNames {
  /** Number of the newest message, 0 before the first. */
  readonly lastSeq: number;
  /**
   * One more than the highest node there ever was. Going through nodes by their number, asking
   * `exists`, reads memory in its order, which walking the tree does not.
   */
  readonly end: Node;
  /** The record at an address, written by a node of this birth, was not forgotten since. */
  holds(node: Node, birth: number, address: RecordAddress): boolean;
  /** Null: evicted. What it returns is valid until the next turn of the event loop. */
  record(address: RecordAddress): HistoryRecord | null;
  /** The same without making objects, for reading many. */
  readonly log: RecordReader;
  snapshot(): TopicSnapshot;
  /** What is subscribed to, with the Subscription Identifier of each; another map when that changes. */
  readonly subscriptions: ReadonlyMap<string, number>;
  /** Returns the function that ends it. */
  listen(listener: TopicListener): () => void;
  counters(): Counters;
}
