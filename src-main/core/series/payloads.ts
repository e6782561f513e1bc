import { concat } from '../mqtt/encode.ts';
import type { Payloads, PayloadsRequest } from '../../contract/decoding/payloads.ts';
import { RecordLook } from '../history/look.ts';
import { NO_NODE, NO_RECORD, type TopicSource } from '../topics/columns/nodes.ts';
import { keyBytes } from '../topics/names.ts';

/** Messages of one answer, and about so many bytes of them. */
const MOST_MESSAGES = 4_000;
const MOST_BYTES = 2_097_152;
/** Longer ones are no numbers that anybody charts: they come without their bytes. */
const MOST_OF_ONE = 65_536;

/** The kept payloads of a topic, newest first. */
export function readPayloads(source: TopicSource, { key, after, before, since }: PayloadsRequest): Payloads {
  const node = source.find(keyBytes(key));
  const look = new RecordLook();
  const seqs: number[] = [];
  const ats: number[] = [];
  const lengths: number[] = [];
  const unread: number[] = [];
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  let more = false;
  for (
    let at = node === NO_NODE ? NO_RECORD : source.lastRecord(node);
    at !== NO_RECORD;
    at = look.previous
  ) {
    if (!source.log.look(at, look) || look.seq <= after || look.at < since) break;
    if (before !== null && look.seq >= before) continue;
    more = seqs.length >= MOST_MESSAGES || bytes >= MOST_BYTES;
    if (more) break;
    const isShort = look.payloadEnd - look.payloadStart <= MOST_OF_ONE && !look.shortened;
    const payload = isShort ? look.payload.subarray(look.payloadStart, look.payloadEnd) : new Uint8Array();
    seqs.push(look.seq);
    if (!isShort) unread.push(look.seq);
    ats.push(look.at);
    lengths.push(payload.length);
    pieces.push(payload);
    bytes += payload.length;
  }
  // A copy: the log goes on.
  return { seqs, ats, lengths, unread, bytes: concat(pieces), more };
}
