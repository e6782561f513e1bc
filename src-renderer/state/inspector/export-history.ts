import type { MessageMeta } from '../../../src-main/contract/model/message.ts';
import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import {
  csvHead,
  csvLine,
  jsonLine,
  type WrittenMessage,
} from '../../../src-main/core/message/message-lines.ts';
import { displayTopic, topicText } from '../../../src-main/core/topics/names.ts';
import type { ConnectionSession } from '../tree/tree-session.ts';
import { wholeMessage } from './whole-payload.ts';

/** `csv`: payloads as text; `csv-base64`: all of them in Base64. */
export type ExportForm = 'json-lines' | 'csv' | 'csv-base64';

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
}

/**
 * All messages of a topic that are kept, newest first, as the lines of a file.
 * @param passes what is wanted of them
 * @param told how many are read so far
 * @param stopped ends it early; what is there by then is answered
 */
export async function exportHistory(
  session: Pick<ConnectionSession, 'client' | 'connectionId'>,
  key: TopicKey,
  form: ExportForm,
  passes: (meta: MessageMeta) => boolean,
  told: (count: number) => void,
  stopped: () => boolean,
): Promise<HistoryExport> {
  const topic = topicText(key) ?? displayTopic(key);
  const write = writerOf(form);
  const parts: string[] = form === 'json-lines' ? [] : [csvHead(form === 'csv' ? 'text' : 'base64')];
  let [count, dropped, chars] = [0, 0, 0];
  let before: number | null = null;
  for (;;) {
    const page: { readonly messages: readonly MessageMeta[]; readonly more: boolean } =
      await session.client.call('readHistory', {
        connection: session.connectionId,
        key,
        before,
        limit: PAGE,
      });
    const wanted = page.messages.filter(passes);
    for (let at = 0; at < wanted.length; at += TOGETHER) {
      const lines = await Promise.all(
        wanted.slice(at, at + TOGETHER).map(async ({ seq }) => {
          try {
            const { meta, bytes, properties } = await wholeMessage(session, key, seq);
            return write({ ...meta, topic, payload: bytes, properties });
          } catch {
            return null;
          }
        }),
      );
      for (const line of lines) {
        if (line === null) dropped++;
        else {
          parts.push(line);
          chars += line.length;
          count++;
        }
      }
      told(count);
      if (stopped() || chars > MOST_CHARS) return { parts, count, dropped, cut: chars > MOST_CHARS };
    }
    const last = page.messages.at(-1);
    if (!page.more || last === undefined) return { parts, count, dropped, cut: false };
    before = last.seq;
  }
}

function writerOf(form: ExportForm): (message: WrittenMessage) => string {
  switch (form) {
    case 'json-lines':
      return (message) => `${jsonLine(message)}\n`;
    case 'csv':
      return (message) => csvLine(message, 'text');
    case 'csv-base64':
      return (message) => csvLine(message, 'base64');
  }
}
