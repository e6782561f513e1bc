import { failed, type Failure } from '../../../src-main/contract/base/errors.ts';
import { MAX_IMPORT_BYTES } from '../../../src-main/contract/profiles/transfer.ts';
import { encodingOf, notText } from '../../../src-main/core/text/encoding.ts';
import { MessageLists } from '../../../src-main/core/text/message-lists.ts';
import { formatBytes } from '../../../src-main/core/text/amounts.ts';
import { readFile, shownFileName, unreadable } from './read-file.ts';

/** Bytes of a file that is read through for its connections: some seconds' work. */
export const MAX_SEARCHED_BYTES = 2_000_000_000;

/**
 * A file with connections. Larger ones than an import may be are read piece by piece, and the messages that
 * the connections keep in them are left out and counted.
 */
export async function readImportFile(
  file: File,
): Promise<{ readonly kind: 'bytes'; readonly bytes: Uint8Array<ArrayBuffer> } | Failure> {
  if (file.size <= MAX_IMPORT_BYTES || file.size > MAX_SEARCHED_BYTES)
    return readFile(file, MAX_SEARCHED_BYTES);
  let start: Uint8Array;
  try {
    start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  } catch {
    return unreadable(file);
  }
  const decoder = new TextDecoder(encodingOf(start), { fatal: true });
  const encoder = new TextEncoder();
  const lists = new MessageLists();
  const kept: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const reader = file.stream().getReader();
  try {
    for (let ended = false; !ended;) {
      const { done, value } = await reader.read();
      ended = done;
      const bytes = encoder.encode(lists.take(decoder.decode(value, { stream: !done })));
      length += bytes.length;
      if (length > MAX_IMPORT_BYTES) return tooLarge(file);
      kept.push(bytes);
    }
  } catch (error) {
    return error instanceof TypeError ? notText() : unreadable(file);
  } finally {
    void reader.cancel().catch(() => undefined);
  }
  return { kind: 'bytes', bytes: new Uint8Array(await new Blob(kept).arrayBuffer()) };
}

function tooLarge(file: File): Failure {
  return failed(
    'too-large',
    `${shownFileName(file)} is larger than ${formatBytes(MAX_IMPORT_BYTES)} also without the messages that are kept in it; lists of connections are much smaller.`,
    'Check whether it is the right file. Exports of other programs can leave out messages.',
  );
}
