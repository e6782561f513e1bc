import { rateAfter } from '../../../contract/view/rate.ts';
import type { TopicKey } from '../../../contract/model/model.ts';
import type { Preview } from '../../../contract/model/message.ts';
import type { Row } from '../../../contract/model/view.ts';
import type { RetainedState } from '../../../contract/model/retained.ts';
import type { MemberCount } from '../../payload/member-count.ts';
import { jsonText } from '../../payload/preview-notation.ts';
import { preview, type Counting } from '../../payload/preview.ts';
import { utf8Length } from '../../payload/utf8.ts';
import { displayTopic, topicKey } from '../names.ts';
import { NO_RECORD, type Node, type RecordAddress, type TopicSource } from '../columns/nodes.ts';
import { FieldValues } from '../../query/match/field-values.ts';
import { latestRecord, type RecordScope } from './records.ts';
import { noColour, RowColours, type RowColour } from './row-colours.ts';

/** Characters of a preview in a row: what a wide value column shows. */
const ROW_CHARS = 48;
/** Bytes of rows in a frame, as JSON, for each row of the window: 60 rows make a frame of 16 kB. */
const ROW_BYTES = 250;
/** The least for a small window: as much as 60 rows. */
const MIN_BYTES = 15_000;
/**
 * Payload bytes that a frame looks at to count what its previews leave out: some milliseconds. What is
 * not counted yet goes on with the next frame, and says meanwhile that there are more.
 */
const COUNTED_BYTES = 524_288;
/** Bytes of a row as JSON beside its names and its preview's text. */
const BARE_ROW_BYTES = 268;

/** Bytes of a JSON preview besides its members. */
const JSON_BYTES = 60;

const NOTHING: Preview = { kind: 'none' };
const EVICTED: Preview = { kind: 'evicted' };

/** What the outline says of a row. */
export interface RowStanding {
  expands(node: Node): boolean;
  /** For itself, and not only as the parent of others. */
  shows(node: Node): boolean;
}

interface Names {
  readonly key: TopicKey;
  readonly topic: string;
  readonly name: string;
  /** Bytes of the three as JSON. */
  readonly bytes: number;
}

/** A row as it was last sent to the window: it is sent again only when it changed. */
interface SentRow {
  /** Made when the row is first sent: a hostile name may take 10 ms. */
  names: Names | null;
  /** The frame since which it waits to be sent; 0: never sent yet, null: sent as it is. */
  due: number | null;
  frame: number;
  children: number;
  expanded: boolean;
  match: boolean;
  topics: number;
  messages: number;
  own: number;
  rate: number;
  /** ms since the epoch, of when `rate` was sent. */
  rateAt: number;
  lastSeen: number;
  late: number;
  usual: number | null;
  retained: RetainedState | null;
  asOf: number | null;
  /** Address of the record that `preview` shows. */
  address: RecordAddress;
  preview: Preview;
  /** Payload bytes of that record. */
  size: number;
  /** The count of its members so far; null once they are counted. */
  counting: MemberCount | null;
  /** Its fields as last asked for; null if none are. */
  fields: (string | null)[] | null;
  fieldsOf: number;
  fieldsAt: RecordAddress;
  /** Null: there was no rule to colour it by. */
  colour: RowColour | null;
}

/**
 * The rows of a view's window: which of them changed since they were last sent. The bytes of a frame are
 * bounded; rows that find no room in it (all of them changed, or names are very long) come first in the
 * next one.
 */
export class WindowRows {
  readonly #source: TopicSource;
  #sent = new Map<Node, SentRow>();
  /** Number of the last frame. */
  frame = 0;
  #counting: Counting = { left: 0, begun: null };
  /** The fields shown of latest values that are JSON. */
  readonly fields = new FieldValues();
  /** What rows are coloured by. */
  readonly colours: RowColours;
  /** The frame since which a row waits that waits longest, 0 if it was never sent; infinite: no row waits. */
  waitsSince = Number.POSITIVE_INFINITY;
  /** Some rows are not read completely yet. */
  reading = false;

  constructor(source: TopicSource) {
    this.#source = source;
    this.colours = new RowColours(source);
  }

  /** Whether a topic among these rows got a message since it was sent; counts of what is below do not matter. */
  gotMessage(ids: readonly Node[], scope: RecordScope): boolean {
    for (const node of ids) if (this.#sent.get(node)?.own !== scope.nodes.messages(node)) return true;
    return false;
  }

  /** The node's number may soon mean another topic. */
  forget(node: Node): void {
    if (this.#sent.size > 0) this.#sent.delete(node);
  }

  /**
   * The rows that changed or are new, as many as there is room for.
   *
   * @param now ms since the epoch; in a pause when it began, as rates do not sink in it
   */
  changes(ids: readonly Node[], scope: RecordScope, standing: RowStanding, now: number): Row[] {
    this.frame++;
    this.#counting.left = COUNTED_BYTES;
    this.fields.begin();
    this.colours.begin(scope, now);
    this.reading = false;
    const overdue: Node[] = [];
    const changed: Node[] = [];
    for (const node of ids) {
      const sent = this.#of(node);
      sent.frame = this.frame;
      const isNew = this.#read(sent, node, scope, standing, now);
      if (sent.due !== null) overdue.push(node);
      else if (isNew) changed.push(node);
      if (sent.counting !== null || sent.fieldsOf !== this.fields.version) this.reading = true;
    }
    if (this.#sent.size > ids.length) {
      for (const [node, sent] of this.#sent) if (sent.frame !== this.frame) this.#sent.delete(node);
    }
    this.reading ||= this.colours.waiting;
    return this.#fitRows(this.#byWait(overdue).concat(changed), ids.length, scope);
  }

  /** Some rows did not fit into the last frame, or are not read. */
  get waiting(): boolean {
    return this.reading || this.waitsSince < Number.POSITIVE_INFINITY;
  }

  /** The row that waits longest comes first: where all rows keep changing, the last ones would never be sent else. */
  #byWait(overdue: Node[]): Node[] {
    const since = (node: Node): number => this.#of(node).due ?? 0;
    return overdue.sort((a, b) => since(a) - since(b));
  }

  #fitRows(due: readonly Node[], window: number, scope: RecordScope): Row[] {
    const rows: Row[] = [];
    this.waitsSince = Number.POSITIVE_INFINITY;
    let room = Math.max(MIN_BYTES, ROW_BYTES * window);
    for (const node of due) {
      const sent = this.#of(node);
      if (room > 0) {
        sent.names ??= namesOf(this.#source.pathBytes(node), this.#source.nameOffset(node));
        room -= BARE_ROW_BYTES + sent.names.bytes + previewBytes(sent.preview) + fieldBytes(sent.fields);
      }
      // At least one row is sent, or a very long name would never be.
      if (sent.names !== null && (room > 0 || rows.length === 0)) {
        sent.due = null;
        rows.push(rowOf(node, scope.nodes.level(node), sent.names, sent));
      } else {
        sent.due ??= this.frame;
        this.waitsSince = Math.min(this.waitsSince, sent.due);
      }
    }
    return rows;
  }

  #of(node: Node): SentRow {
    const known = this.#sent.get(node);
    if (known) return known;
    const sent: SentRow = {
      names: null,
      due: 0,
      frame: 0,
      children: 0,
      expanded: false,
      match: true,
      topics: 0,
      messages: 0,
      own: 0,
      rate: 0,
      rateAt: 0,
      lastSeen: 0,
      late: 0,
      usual: null,
      retained: null,
      asOf: null,
      address: NO_RECORD,
      preview: NOTHING,
      size: 0,
      counting: null,
      fields: null,
      fieldsOf: 0,
      fieldsAt: NO_RECORD,
      colour: null,
    };
    this.#sent.set(node, sent);
    return sent;
  }

  /** Brings `sent` up to date; whether anything in it changed. */
  #read(sent: SentRow, node: Node, scope: RecordScope, standing: RowStanding, now: number): boolean {
    const { nodes } = scope;
    const messages = nodes.subtreeMessages(node);
    const children = nodes.childCount(node);
    const open = children > 0 && standing.expands(node);
    const match = standing.shows(node);
    const topics = nodes.subtreeTopics(node);
    const own = nodes.messages(node);
    const rate = nodes.rate(node);
    const lastSeen = nodes.lastSeen(node);
    const late = nodes.late(node);
    const usual = nodes.isLate(node) ? nodes.usualInterval(node) : null;
    const isTopic = nodes.isTopic(node);
    const fact = isTopic ? nodes.retained(node) : null;
    const retained = fact?.state ?? null;
    const asOf = fact?.stale === true ? fact.at : null;
    const changed =
      messages !== sent.messages ||
      children !== sent.children ||
      open !== sent.expanded ||
      match !== sent.match ||
      topics !== sent.topics ||
      own !== sent.own ||
      !hasSunk(sent, rate, now) ||
      lastSeen !== sent.lastSeen ||
      late !== sent.late ||
      usual !== sent.usual ||
      retained !== sent.retained ||
      asOf !== sent.asOf;
    if (changed) {
      sent.messages = messages;
      sent.children = children;
      sent.expanded = open;
      sent.match = match;
      sent.topics = topics;
      sent.own = own;
      sent.rate = rounded(rate);
      sent.rateAt = now;
      sent.lastSeen = lastSeen;
      sent.late = late;
      sent.usual = usual;
      sent.retained = retained;
      sent.asOf = asOf;
    }
    const isOther = this.#readPreview(sent, node, scope, isTopic);
    const isColoured = this.#readColour(sent, node, isTopic);
    return this.#readFields(sent, node, scope, isTopic) || isOther || isColoured || changed;
  }

  #readColour(sent: SentRow, node: Node, isTopic: boolean): boolean {
    if (this.colours.version === 0 && sent.colour === null) return false;
    sent.colour ??= noColour();
    return this.colours.read(sent.colour, node, isTopic);
  }

  #readFields(sent: SentRow, node: Node, scope: RecordScope, isTopic: boolean): boolean {
    const { fields } = this;
    const address = isTopic ? scope.nodes.lastRecord(node) : NO_RECORD;
    if (sent.fieldsOf === fields.version && (fields.version === 0 || sent.fieldsAt === address)) return false;
    if (fields.version !== 0 && fields.spent) {
      sent.fieldsOf = -1;
      return false;
    }
    const before = sent.fields;
    sent.fieldsOf = fields.version;
    sent.fieldsAt = address;
    if (fields.version === 0) sent.fields = null;
    else sent.fields = fields.read(address === NO_RECORD ? null : latestRecord(this.#source, scope, node));
    return JSON.stringify(before) !== JSON.stringify(sent.fields);
  }

  #readPreview(sent: SentRow, node: Node, scope: RecordScope, isTopic: boolean): boolean {
    const address = isTopic ? scope.nodes.lastRecord(node) : NO_RECORD;
    const isSame = address === sent.address;
    if (isSame && sent.counting === null && (address !== NO_RECORD || !isTopic)) return false;
    if (isSame && this.#counting.left <= 0) return false;
    sent.address = address;
    const before = sent.preview;
    const record = address === NO_RECORD ? null : latestRecord(this.#source, scope, node);
    this.#counting.begun = isSame ? sent.counting : null;
    if (record) sent.preview = preview(record.payload, record.size, ROW_CHARS, this.#counting);
    else sent.preview = isTopic ? EVICTED : NOTHING;
    sent.counting = record ? this.#counting.begun : null;
    const size = record?.size ?? 0;
    if (size === sent.size) return !samePreview(before, sent.preview);
    sent.size = size;
    return true;
  }
}

function namesOf(path: Uint8Array, nameOffset: number): Names {
  const key = topicKey(path);
  const topic = displayTopic(key);
  // Plain ASCII, as nearly all are: a part of it is plain as well.
  if (topic === key && key.length === path.length) {
    const name = key.slice(nameOffset);
    return { key, topic, name, bytes: 2 * key.length + name.length };
  }
  const name = displayTopic(topicKey(path.subarray(nameOffset)));
  return { key, topic, name, bytes: utf8Length(JSON.stringify(key + topic + name)) };
}

function samePreview(a: Preview, b: Preview): boolean {
  if (a === b) return true;
  if (a.kind === 'text') return b.kind === 'text' && a.text === b.text && a.cut === b.cut;
  if (a.kind === 'number') return b.kind === 'number' && a.text === b.text;
  if (a.kind === 'json') return b.kind === 'json' && jsonText(a) === jsonText(b);
  if (a.kind === 'binary') return b.kind === 'binary' && a.hex === b.hex && a.size === b.size;
  return a.kind === b.kind;
}

function previewBytes(preview: Preview): number {
  if ('text' in preview) return utf8Length(preview.text);
  if (preview.kind === 'json') return JSON_BYTES + utf8Length(jsonText(preview)) + 8 * preview.parts.length;
  return preview.kind === 'binary' ? preview.hex.length : 0;
}

function rowOf(id: Node, level: number, names: Names, sent: SentRow): Row {
  return {
    id,
    key: names.key,
    topic: names.topic,
    name: names.name,
    level,
    children: sent.children,
    expanded: sent.expanded,
    match: sent.match,
    topics: sent.topics,
    messages: sent.messages,
    own: sent.own,
    rate: sent.rate,
    lastSeen: sent.lastSeen,
    late: sent.late,
    usual: sent.usual,
    retained: sent.retained,
    asOf: sent.asOf,
    size: sent.size,
    preview: sent.preview,
    ...(sent.fields === null ? {} : { fields: sent.fields }),
    ...(sent.colour === null || sent.colour.rule === null ? {} : { colour: sent.colour.rule }),
  };
}

function fieldBytes(fields: SentRow['fields']): number {
  return fields === null ? 0 : utf8Length(JSON.stringify(fields)) + 12;
}

/** The window computes the same rate from the one it was sent; the rate of a young topic sinks faster. */
function hasSunk(sent: SentRow, rate: number, now: number): boolean {
  return Math.abs(rateAfter(sent.rate, now - sent.rateAt) - rate) <= 0.06 + 0.05 * rate;
}

/** As many digits as a person reads. */
function rounded(rate: number): number {
  if (rate >= 100) return Math.round(rate);
  return rate >= 1 ? Math.round(rate * 10) / 10 : Math.round(rate * 100) / 100;
}
