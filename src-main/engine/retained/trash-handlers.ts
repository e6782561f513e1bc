import type { EngineHandlers } from '../../contract/api.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { ConnectionId, TopicKey } from '../../contract/model/model.ts';
import type { KeptMessage, RestoreWhich, trashCalls, TrashedMessage } from '../../contract/session/trash.ts';
import { preview } from '../../core/payload/preview.ts';
import { countInRoom } from '../../core/retained/room.ts';
import { formatCounted } from '../../core/text/amounts.ts';
import { displayTopic } from '../../core/topics/names.ts';
import type { LiveConnection } from '../connections/live-connection.ts';
import { clearKept } from './kept-clearing.ts';
import { putBack, PUT_BACK_BYTES } from './put-back.ts';
import { newestOnly, type RecordPlace } from './record-file.ts';
import { estimateBytes } from './record.ts';
import type { Trash } from './trash.ts';

/** Characters of a preview in a list. */
const PREVIEW_CHARS = 120;

/** Longer lines are not read for a preview. */
const MOST_SHOWN_BYTES = 2 ** 20;

type Handlers = Pick<EngineHandlers, keyof typeof trashCalls>;

/**
 * Clearing by name, and the trash.
 *
 * @param live null: the connection was closed
 */
export function trashHandlers(
  trash: Trash,
  live: (id: ConnectionId) => Pick<LiveConnection, 'worker' | 'summary'> | null,
): Handlers {
  return {
    clearRetained: async ({ connection, keys, unkept, overLimit }) => {
      const one = live(connection);
      if (one === null) return noConnection();
      const { name: profile, address: broker } = one.summary.value;
      const estimate = estimateBytes(keys.map((key) => ({ key })));
      const entry = await trash.open({ title: titleOf(keys), broker, profile, estimate, overLimit });
      if ('code' in entry) return entry;
      try {
        const results = await clearKept(one.worker, entry, keys, unkept);
        return 'code' in results ? results : { kind: 'results', entry: entry.id, results };
      } finally {
        await entry.finish();
      }
    },
    restoreRetained: async ({ connection, entry, which, from, overwrite }) => {
      const one = live(connection);
      if (one === null) return noConnection();
      const copies =
        entry === null
          ? await newestCopies(trash, one.summary.value.address, which.kind === 'topics' ? which.keys : [])
          : await copiesOf(trash, entry, which);
      if ('code' in copies) return copies;
      const left = copies.slice(from);
      const part = left.slice(
        0,
        countInRoom(left.length, (at) => left[at]?.place.size ?? 0, PUT_BACK_BYTES),
      );
      const messages = await readCopies(trash, part);
      if ('code' in messages) return messages;
      const next = part.length < left.length ? { next: from + part.length } : {};
      return { kind: 'results', ...(await putBack(one, messages, overwrite)), ...next };
    },
    listTrash: async () => {
      const entries = await trash.list();
      if ('code' in entries) return entries;
      return {
        kind: 'trash',
        entries,
        bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0),
        limit: trash.limit,
      };
    },
    readTrash: async ({ entry, from, count }) => {
      const records = await trash.records(entry);
      if ('code' in records) return records;
      const page = records.slice(from, from + count);
      const small = page.filter(({ length }) => length <= MOST_SHOWN_BYTES);
      const messages = await trash.read(entry, small);
      if ('code' in messages) return messages;
      return { kind: 'page', total: records.length, messages: shown(page, messages) };
    },
    emptyTrash: async ({ entries }) => (await trash.remove(entries)) ?? { kind: 'done' },
  };
}

/** A message in the trash, which is not read yet. */
interface Copy {
  readonly entry: string;
  readonly place: RecordPlace;
}

async function copiesOf(trash: Trash, entry: string, which: RestoreWhich): Promise<Copy[] | Failure> {
  const records = await trash.records(entry);
  return 'code' in records ? records : chosen(records, which).map((place) => ({ entry, place }));
}

/** An entry that was emptied meanwhile is no failure where there are others. */
async function readCopies(trash: Trash, copies: readonly Copy[]): Promise<KeptMessage[] | Failure> {
  const entries = new Set(copies.map(({ entry }) => entry));
  const found: KeptMessage[] = [];
  for (const entry of entries) {
    const places = copies.flatMap((copy) => (copy.entry === entry ? copy.place : []));
    const messages = await trash.read(entry, places);
    if (!('code' in messages)) found.push(...messages);
    else if (entries.size === 1) return messages;
  }
  return found;
}

/** Of each topic the copy of the latest clear on that broker. */
async function newestCopies(
  trash: Trash,
  broker: string,
  keys: readonly TopicKey[],
): Promise<Copy[] | Failure> {
  const entries = await trash.list();
  if ('code' in entries) return entries;
  const missing = new Set(keys);
  const found: Copy[] = [];
  for (const { id } of entries.filter((entry) => entry.broker === broker)) {
    if (missing.size === 0) break;
    const copies = await copiesOf(trash, id, { kind: 'topics', keys: [...missing] });
    // It was emptied meanwhile.
    if ('code' in copies) continue;
    for (const { place } of copies) missing.delete(place.key);
    found.push(...copies);
  }
  return found;
}

function chosen(records: readonly RecordPlace[], which: RestoreWhich): readonly RecordPlace[] {
  switch (which.kind) {
    case 'topics': {
      const keys = new Set(which.keys);
      return newestOnly(records.filter(({ key }) => keys.has(key)));
    }
    case 'lines': {
      const lines = new Set(which.lines);
      return newestOnly(records.filter(({ line }) => lines.has(line)));
    }
    case 'page':
      return newestOnly(records).slice(which.from, which.from + which.count);
  }
}

function shown(places: readonly RecordPlace[], messages: readonly KeptMessage[]): TrashedMessage[] {
  // What vanished from the file meanwhile has no value to show.
  const found = new Map(messages.map((message) => [`${message.at} ${message.key}`, message] as const));
  return places.map(({ line, key, size, qos, at, expiresAt }) => {
    const message = found.get(`${at} ${key}`);
    return {
      line,
      key,
      topic: displayTopic(key),
      size,
      preview: message ? preview(message.payload, size, PREVIEW_CHARS) : { kind: 'none' },
      qos,
      at,
      expiresAt,
    };
  });
}

function titleOf(keys: readonly TopicKey[]): string {
  return keys.length === 1 ? displayTopic(keys[0] ?? '') : formatCounted(keys.length, 'topic');
}

const noConnection = (): Failure =>
  failed('connection-closed', 'This connection was closed.', 'Open it again.');
