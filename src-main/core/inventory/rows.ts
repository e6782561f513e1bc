import type { InventoryEntry, InventoryRow } from '../../contract/session/inventory.ts';
import { CONTENT_TYPE, eachProperty } from '../mqtt/properties.ts';
import { preview } from '../payload/preview.ts';
import { decodeLenient, wholeUnits } from '../payload/utf8.ts';
import { escapeUnsafe } from '../payload/visible.ts';
import { heldRecord } from './last-retained.ts';
import { NO_RECORD, type TopicSource } from '../topics/columns/nodes.ts';
import { displayTopic, topicKey } from '../topics/names.ts';
import type { Entry } from './collect.ts';
import type { InventoryOutline, Totals } from './outline.ts';

/** Characters of a value that travel. */
const PREVIEW_CHARS = 120;
const MOST_TYPE_CHARS = 80;
const NOTHING: Totals = { count: 0, bytes: 0, clearable: 0, chosen: 0, chosenUnknown: 0, oldest: null };

/** The rows from `from` on, with their values. */
export function readRows(
  topics: TopicSource,
  outline: InventoryOutline,
  from: number,
  count: number,
): InventoryRow[] {
  return outline.rows.slice(from, from + count).map(({ at, level, nameFrom, expanded }) => {
    const path = topics.pathBytes(outline.nodes[at] ?? 0);
    const key = topicKey(path);
    const entry = outline.entryOf(at);
    const totals = outline.totals[at] ?? NOTHING;
    return {
      key,
      topic: displayTopic(key),
      name: displayTopic(topicKey(path.slice(nameFrom))),
      level,
      expanded,
      count: totals.count,
      bytes: totals.bytes,
      oldest: totals.oldest,
      chosen: chosenOf(totals, entry),
      entry: entry === null ? null : describe(topics, entry),
    };
  });
}

function chosenOf(
  { count, clearable, chosen, chosenUnknown }: Totals,
  entry: Entry | null,
): InventoryRow['chosen'] {
  if (chosen + chosenUnknown > 0) {
    // What is only maybe there is never chosen along with others, so it is not missed where it is not.
    const isAll = clearable > 0 ? chosen === clearable : chosenUnknown === count;
    return isAll ? 'all' : 'some';
  }
  const mayBe = clearable > 0 || (entry?.state === 'unknown' && count === 1);
  return mayBe ? 'none' : 'never';
}

function describe(
  topics: TopicSource,
  { node, size, qos, age, state, excluded, asOf }: Entry,
): InventoryEntry {
  const address = heldRecord(topics, node, topics.retained(node));
  const record = address === NO_RECORD ? null : topics.record(address);
  return {
    preview: record === null ? { kind: 'none' } : preview(record.payload, record.size, PREVIEW_CHARS),
    size: record?.size ?? size,
    qos,
    age,
    contentType: record === null ? '' : contentType(record.properties),
    state,
    excluded,
    asOf,
  };
}

function contentType(properties: Uint8Array): string {
  let found = '';
  eachProperty(properties, 0, properties.length, (id, start, end) => {
    if (id === CONTENT_TYPE) found = decodeLenient(properties.subarray(start + 2, end));
  });
  return escapeUnsafe(found.slice(0, wholeUnits(found, MOST_TYPE_CHARS)));
}
