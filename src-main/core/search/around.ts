import type { AroundScope, MessageAround } from '../../contract/session/search.ts';
import { RecordLook, RecordWalk } from '../history/look.ts';
import { preview, type Counting } from '../payload/preview.ts';
import { NO_NODE, type Node, type TopicSource } from '../topics/columns/nodes.ts';
import { displayTopic, keyBytes, topicKey } from '../topics/names.ts';

/** Records looked at in each direction: some 5 ms. */
const MOST_RECORDS = 60_000;
const PREVIEW_CHARS = 120;
/** Payload bytes looked at to count what the previews leave out, all together. */
const COUNTED_BYTES = 262_144;

export interface AroundRequest {
  readonly key: string;
  readonly seq: number;
  /** Where the record lay when it was found. */
  readonly place: number;
  readonly scope: AroundScope;
  /** Messages before it, and as many after it. */
  readonly count: number;
}

export type AroundAnswer =
  | { readonly kind: 'around'; readonly messages: MessageAround[] }
  | { readonly kind: 'gone' };

interface Found {
  readonly node: Node;
  readonly seq: number;
  readonly address: number;
}

/** What came in just before and after a message, itself included, in the order of arrival. */
export function readAround(source: TopicSource, request: AroundRequest): AroundAnswer {
  const node = source.find(keyBytes(request.key));
  if (node === NO_NODE) return { kind: 'gone' };
  const place = placeOf(source, node, request);
  if (place === 0) return { kind: 'gone' };
  const inScope = scopeOf(source, node, request.scope);
  const { seq, count } = request;
  const found = [
    ...before(source, place, seq, count, inScope),
    { node, seq, address: place },
    ...after(source, place, seq, count, inScope),
  ];
  const counting: Counting = { left: COUNTED_BYTES, begun: null };
  const messages = found
    .toSorted((a, b) => a.seq - b.seq)
    .flatMap((one) => {
      counting.begun = null;
      const message = summaryOf(source, one, counting);
      return message === null ? [] : [message];
    });
  return { kind: 'around', messages };
}

/** 0 if it is not kept any more. */
function placeOf(source: TopicSource, node: Node, { seq, place }: AroundRequest): number {
  const look = new RecordLook();
  if (source.log.look(place, look) && look.seq === seq) return place;
  // It may have been moved as its topic's latest or last retained message, or be looked for by its number.
  for (const moved of [source.lastRecord(node), source.lastRetainedRecord(node)]) {
    let address = moved;
    for (let left = MOST_RECORDS; left > 0 && address !== 0 && source.log.look(address, look); left--) {
      if (look.seq === seq) return address;
      if (look.seq < seq) break;
      address = look.previous;
    }
  }
  return 0;
}

/** Which topics count: this one, those beside it or below its parent, or all. */
function scopeOf(source: TopicSource, node: Node, scope: AroundScope): (other: Node) => boolean {
  if (scope === 'all') return () => true;
  if (scope === 'topic') return (other) => other === node;
  const above = source.parent(node);
  const level = source.level(above);
  const known = new Map<Node, boolean>();
  return (other) => {
    let answer = known.get(other);
    if (answer === undefined) {
      let at = other;
      while (source.level(at) > level) at = source.parent(at);
      answer = at === above;
      known.set(other, answer);
    }
    return answer;
  };
}

function after(
  source: TopicSource,
  place: number,
  seq: number,
  count: number,
  inScope: (node: Node) => boolean,
): Found[] {
  const found: Found[] = [];
  eachRecord(source, place, source.log.end, MOST_RECORDS, (one) => {
    if (one.seq > seq && inScope(one.node)) found.push(one);
    return found.length < count;
  });
  return found;
}

/** Piece by piece backwards; of each, which is read forward, the last. */
function before(
  source: TopicSource,
  place: number,
  seq: number,
  count: number,
  inScope: (node: Node) => boolean,
): Found[] {
  let found: Found[] = [];
  let left = MOST_RECORDS;
  let piece = source.log.pieceBefore(place);
  while (piece !== null && left > 0 && found.length < count) {
    const own: Found[] = [];
    left -= eachRecord(source, piece.from, piece.until, Infinity, (one) => {
      if (one.seq < seq && inScope(one.node)) own.push(one);
      if (own.length > 2 * count) own.splice(0, count);
      return true;
    });
    found = [...own, ...found].slice(-count);
    piece = source.log.pieceBefore(piece.from);
  }
  return found;
}

/** The records of topics that are known, until `go` says no. Returns how many were looked at. */
function eachRecord(
  source: TopicSource,
  from: number,
  until: number,
  most: number,
  go: (found: Found) => boolean,
): number {
  const walk = new RecordWalk(from);
  const look = new RecordLook();
  let looked = 0;
  for (;;) {
    source.log.walk(walk);
    if (walk.count === 0) return looked;
    for (let at = 0; at < walk.count; at++) {
      const node = walk.nodes[at]!;
      const address = walk.addresses[at]!;
      if (address >= until || looked++ >= most) return looked;
      if (!source.holds(node, walk.births[at]!, address)) continue;
      if (source.log.look(address, look) && !go({ node, seq: look.seq, address })) return looked;
    }
  }
}

function summaryOf(source: TopicSource, { node, address }: Found, counting: Counting): MessageAround | null {
  const record = source.record(address);
  if (record === null) return null;
  const key = topicKey(source.pathBytes(node));
  return {
    seq: record.seq,
    at: record.at,
    key,
    topic: displayTopic(key),
    size: record.size,
    preview: preview(record.payload, record.size, PREVIEW_CHARS, counting),
  };
}
