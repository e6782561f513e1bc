import type { MessageMeta } from '../../../src-main/contract/model/message.ts';
import { MAX_NODES } from '../../../src-main/contract/decoding/decoder-calls.ts';
import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import {
  EXACT_TOPIC,
  jsonLine,
  MessageTable,
  type WrittenMessage,
} from '../../../src-main/core/message/message-lines.ts';
import { topicMembers } from '../../../src-main/core/topics/names.ts';
import type { ConnectionSession } from '../tree/tree-session.ts';
import { FieldTable } from './field-table.ts';
import type { ListedMessage } from './inspector-history.ts';
import { wholeMessage } from './whole-payload.ts';

/** `csv`: payloads as text; `csv-base64`: all of them in Base64; `csv-fields`: decoded, a column a field. */
export type ExportForm = 'json-lines' | 'csv' | 'csv-base64' | 'csv-fields';

/** A file of more is too much for a page to hold. Bytes of text */
const MOST_CHARS = 500_000_000;
/** The most one call may ask for (contract). */
const PAGE = 500;
/** Messages read at once. */
const TOGETHER = 16;

export interface HistoryExport {
  readonly parts: readonly string[];
  /** Messages in it. */
  readonly count: number;
  /** Messages that were dropped for newer ones while it was written. */
  readonly dropped: number;
  /** It became too large: older messages are left out. */
  readonly cut: boolean;
  /** It was ended early: older messages are left out. */
  readonly stopped: boolean;
  /** Values were left out that a table cannot hold. */
  readonly narrow: boolean;
  /** Of a branch: older messages were dropped, or lie below more than is looked through. */
  readonly short: boolean;
}

/** What is exported. */
export interface ExportSource {
  readonly key: TopicKey;
  /** With all topics below it, in the order of their messages. */
  readonly below: boolean;
}

/**
 * All messages of a topic or a branch that are kept, newest first, as the lines of a file.
 * @param passes what is wanted of them
 * @param onProgress called with how many are read so far
 * @param stopped ends it early; what is there by then is answered
 */
export async function exportHistory(
  session: Source,
  { key, below }: ExportSource,
  form: ExportForm,
  passes: (message: ListedMessage) => boolean,
  onProgress: (count: number) => void,
  stopped: () => boolean,
): Promise<HistoryExport> {
  const lines = form === 'csv-fields' ? fieldLines(session) : plainLines(session, form);
  let [count, dropped, chars] = [0, 0, 0];
  const made = (short: boolean): HistoryExport => ({
    ...lines.made(),
    ...{ count, dropped, short, cut: false, stopped: false },
  });
  const isOver = () => stopped() || chars > MOST_CHARS;
  const ended = (): HistoryExport => ({
    ...made(false),
    ...{ cut: chars > MOST_CHARS, stopped: chars <= MOST_CHARS },
  });
  const read = below ? 'readBranchHistory' : 'readHistory';
  let before: number | null = null;
  for (;;) {
    const page: {
      readonly messages: readonly ListedMessage[];
      readonly more: boolean;
      readonly complete: boolean;
    } = await session.client.call(read, {
      connection: session.connectionId,
      key,
      before,
      limit: PAGE,
    });
    const wanted = page.messages.filter(passes);
    for (let at = 0; at < wanted.length; at += TOGETHER) {
      const adds = await Promise.all(
        wanted.slice(at, at + TOGETHER).map(async (meta) => {
          try {
            return await lines.read(meta.key ?? key, meta);
          } catch {
            return null;
          }
        }),
      );
      for (const add of adds) {
        if (add === null) dropped++;
        else {
          chars += add();
          count++;
        }
      }
      onProgress(count);
      if (isOver() && at + TOGETHER < wanted.length) return ended();
    }
    const last = page.messages.at(-1);
    if (!page.more || last === undefined) return made(below && !page.complete);
    // Also where none of them passed.
    if (isOver()) return ended();
    before = last.seq;
  }
}

type Source = Pick<ConnectionSession, 'client' | 'connectionId'>;

/** How messages become lines. */
interface Lines {
  /** Returns what adds the line, in the order of the messages, and returns its characters. Rejects: not kept any more. */
  read(key: TopicKey, meta: MessageMeta): Promise<() => number>;
  made(): Pick<HistoryExport, 'parts' | 'narrow'>;
}

function plainLines(session: Source, form: Exclude<ExportForm, 'csv-fields'>): Lines {
  const file = form === 'json-lines' ? new JsonLines() : new MessageTable(form === 'csv' ? 'text' : 'base64');
  return {
    async read(key, { seq }) {
      const { meta, bytes, properties } = await wholeMessage(session, key, seq);
      return () => file.add({ ...meta, ...topicMembers(key), payload: bytes, properties });
    },
    made: () => ({ parts: file.parts(), narrow: false }),
  };
}

/** Decoded as the inspector does it: by the rule for the topic, else by what is found. */
function fieldLines({ client, connectionId: connection }: Source): Lines {
  const table = new FieldTable(['time', 'topic', 'qos', 'retain', 'dup', 'size']);
  return {
    async read(key, { seq, at, qos, retain, dup, size }) {
      const source = { kind: 'message', key, which: seq } as const;
      const decoded = await client.call('decode', { connection, source, chain: null, nodes: MAX_NODES });
      if (decoded.kind === 'gone') throw new Error('dropped');
      const { topic, topicBase64 } = topicMembers(key);
      const first = [new Date(at).toISOString(), topic, qos, retain, dup, size].map(String);
      const exact = topicBase64 === undefined ? null : { name: EXACT_TOPIC, text: topicBase64 };
      if (decoded.kind === 'failed') return () => table.add(first, [], 1, exact);
      const { view, nodes, total, text, textLength } = decoded;
      return nodes.length === 0 && view === 'text'
        ? () => table.addText(first, text, textLength, exact)
        : () => table.add(first, nodes, Math.max(1, total), exact);
    },
    made: () => ({ parts: table.parts(), narrow: table.isNarrow }),
  };
}

class JsonLines {
  readonly #lines: string[] = [];

  add(message: WrittenMessage): number {
    const line = `${jsonLine(message)}\n`;
    this.#lines.push(line);
    return line.length;
  }

  parts(): string[] {
    return this.#lines;
  }
}
