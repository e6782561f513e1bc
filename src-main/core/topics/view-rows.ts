import type { Preview, RetainedState, Row, TopicKey } from '../../contract/model.ts';
import { preview } from '../payload/preview.ts';
import { displayTopic, topicKey } from './names.ts';
import { NO_RECORD, type Node, type RecordAddress, type TopicSource } from './nodes.ts';
import { latestRecord, type RecordScope } from './view-records.ts';

/** Characters of a preview in a row: what a wide value column shows. */
const ROW_CHARS = 48;
/** UTF-16 units of names and previews in one frame: 60 ordinary rows have 6,000. Others wait a frame. */
const MAX_FRAME_CHARS = 131_072;

const NOTHING: Preview = { kind: 'none' };
const EVICTED: Preview = { kind: 'evicted' };

/** What a row was told to be, to tell it again only when it changed. */
interface Told {
  readonly key: TopicKey;
  readonly topic: string;
  readonly name: string;
  sent: boolean;
  frame: number;
  children: number;
  expanded: boolean;
  topics: number;
  messages: number;
  own: number;
  rate: number;
  lastSeen: number;
  retained: RetainedState | null;
  /** Of the record that `preview` shows. */
  address: RecordAddress;
  preview: Preview;
}

/** The rows of a view's window: which of them changed since they were last told. */
export class WindowRows {
  readonly #source: TopicSource;
  #told = new Map<Node, Told>();
  #frame = 0;
  /** Some rows did not fit into the last frame. */
  waiting = false;
  /** Some row's rate was above 0, so that it will sink without any message. */
  moving = false;

  constructor(source: TopicSource) {
    this.#source = source;
  }

  /** The node's number may soon mean another topic. */
  forget(node: Node): void {
    if (this.#told.size > 0) this.#told.delete(node);
  }

  /** The rows that changed or are new, in order. */
  changes(ids: readonly Node[], scope: RecordScope, expanded: (node: Node) => boolean): Row[] {
    const rows: Row[] = [];
    let chars = 0;
    this.#frame++;
    this.waiting = false;
    this.moving = false;
    for (const node of ids) {
      const told = this.#of(node);
      told.frame = this.#frame;
      const changed = this.#read(told, node, scope, expanded(node));
      if (told.rate > 0) this.moving = true;
      if (!changed && told.sent) continue;
      const size = told.key.length + told.topic.length + told.name.length + ROW_CHARS;
      if (rows.length > 0 && chars + size > MAX_FRAME_CHARS) {
        told.sent = false;
        this.waiting = true;
        continue;
      }
      chars += size;
      told.sent = true;
      rows.push(rowOf(node, scope.nodes.level(node), told));
    }
    if (this.#told.size > ids.length) {
      for (const [node, told] of this.#told) if (told.frame !== this.#frame) this.#told.delete(node);
    }
    return rows;
  }

  #of(node: Node): Told {
    const known = this.#told.get(node);
    if (known) return known;
    const path = this.#source.pathBytes(node);
    const key = topicKey(path);
    const told: Told = {
      key,
      topic: displayTopic(key),
      name: displayTopic(topicKey(path.subarray(this.#source.nameOffset(node)))),
      sent: false,
      frame: 0,
      children: 0,
      expanded: false,
      topics: 0,
      messages: 0,
      own: 0,
      rate: 0,
      lastSeen: 0,
      retained: null,
      address: NO_RECORD,
      preview: NOTHING,
    };
    this.#told.set(node, told);
    return told;
  }

  /** Brings `told` up to date; whether anything in it changed. */
  #read(told: Told, node: Node, scope: RecordScope, expanded: boolean): boolean {
    const { nodes } = scope;
    const messages = nodes.subtreeMessages(node);
    const children = nodes.childCount(node);
    const open = expanded && children > 0;
    const topics = nodes.subtreeTopics(node);
    const own = nodes.messages(node);
    const rate = rounded(nodes.rate(node));
    const lastSeen = nodes.lastSeen(node);
    const isTopic = nodes.isTopic(node);
    const retained = isTopic ? nodes.retained(node).state : null;
    const changed =
      messages !== told.messages ||
      children !== told.children ||
      open !== told.expanded ||
      topics !== told.topics ||
      own !== told.own ||
      rate !== told.rate ||
      lastSeen !== told.lastSeen ||
      retained !== told.retained;
    if (changed)
      Object.assign(told, { messages, children, expanded: open, topics, own, rate, lastSeen, retained });
    return this.#readPreview(told, node, scope, isTopic) || changed;
  }

  #readPreview(told: Told, node: Node, scope: RecordScope, isTopic: boolean): boolean {
    const address = isTopic ? scope.nodes.lastRecord(node) : NO_RECORD;
    if (address === told.address && (address !== NO_RECORD || !isTopic)) return false;
    told.address = address;
    const before = told.preview;
    const record = address === NO_RECORD ? null : latestRecord(this.#source, scope, node);
    if (record) told.preview = preview(record.payload, record.size, ROW_CHARS);
    else told.preview = isTopic ? EVICTED : NOTHING;
    return before !== told.preview && JSON.stringify(before) !== JSON.stringify(told.preview);
  }
}

function rowOf(id: Node, level: number, told: Told): Row {
  return {
    id,
    key: told.key,
    topic: told.topic,
    name: told.name,
    level,
    children: told.children,
    expanded: told.expanded,
    topics: told.topics,
    messages: told.messages,
    own: told.own,
    rate: told.rate,
    lastSeen: told.lastSeen,
    retained: told.retained,
    preview: told.preview,
  };
}

/** As many digits as a person reads, so that a sinking rate does not change a row every frame. */
export function rounded(rate: number): number {
  if (rate >= 100) return Math.round(rate);
  return rate >= 1 ? Math.round(rate * 10) / 10 : Math.round(rate * 100) / 100;
}
