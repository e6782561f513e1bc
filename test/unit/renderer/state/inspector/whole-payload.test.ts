import { expect, test } from 'vitest';
import { ConnectionId } from '../../../../../src-main/contract/model/model.ts';
import type { Loaded } from '../../../../../src-renderer/state/inspector/inspector.ts';
import {
  messageStart,
  wholeMessage,
  wholePayload,
} from '../../../../../src-renderer/state/inspector/whole-payload.ts';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';

const MB = 1_048_576;

interface Asked {
  readonly which: number | 'latest';
  readonly offset: number;
  readonly length: number;
}

/** A log with one message, of which a read brings at most so many bytes. */
function logOf(size: number, most = MB) {
  const bytes = Uint8Array.from({ length: size }, (_, at) => (at * 31 + (at >> 8)) % 256);
  const asked: Asked[] = [];
  const log = { gone: false, empty: false };
  const call = async (_: string, { which, offset, length }: Asked) => {
    asked.push({ which, offset, length });
    if (log.gone) return { kind: 'gone', why: 'evicted' };
    const end = log.empty ? offset : offset + Math.min(length, most);
    const part = bytes.slice(offset, end);
    return { kind: 'message', meta: { seq: 7, kept: size, size }, bytes: part, properties: new Uint8Array() };
  };
  const session = { connectionId: ConnectionId.parse('c'), client: { call } } as unknown as ConnectionSession;
  return { bytes, asked, log, session };
}

const start = (bytes: Uint8Array<ArrayBuffer>, kept: number): Loaded =>
  ({ meta: { seq: 7, kept, size: kept }, bytes, properties: new Uint8Array() }) as unknown as Loaded;

test('A payload of any size is put together byte for byte, a megabyte a read, whatever a read brings.', async () => {
  const { bytes, asked, session } = logOf(2 * MB + 5, 700_000);
  const { meta, bytes: whole } = await wholeMessage(session, 'a', 'latest');
  expect(meta.seq).toBe(7);
  expect(Buffer.compare(whole, bytes)).toBe(0);
  expect(Math.max(...asked.map(({ length }) => length))).toBe(MB);
  // The latest may be another by now: the rest is asked for by its number.
  expect(asked.map(({ which }) => which)).toEqual(['latest', ...asked.slice(1).map(() => 7)]);
});

test('What is here already is not read again.', async () => {
  const { bytes, asked, session } = logOf(1_000);
  expect(await wholePayload(session, 'a', start(bytes.slice(0, 400), 1_000))).toEqual(bytes);
  expect(asked).toEqual([{ which: 7, offset: 400, length: 600 }]);
  asked.length = 0;
  expect(await wholePayload(session, 'a', start(bytes, 1_000))).toEqual(bytes);
  expect(asked).toEqual([]);
});

test('A limit is kept to, also where more of it is here.', async () => {
  const { bytes, asked, session } = logOf(1_000);
  expect(await wholePayload(session, 'a', start(bytes.slice(0, 400), 1_000), 300)).toEqual(
    bytes.slice(0, 300),
  );
  expect(await wholePayload(session, 'a', start(bytes.slice(0, 400), 1_000), 500)).toEqual(
    bytes.slice(0, 500),
  );
  expect(asked).toEqual([{ which: 7, offset: 400, length: 100 }]);
  await messageStart(session, 'a', 3, 50);
  expect(asked.at(-1)).toEqual({ which: 3, offset: 0, length: 50 });
});

test('A message that was dropped meanwhile is an error, and not a shorter payload or a loop without end.', async () => {
  for (const how of ['gone', 'empty'] as const) {
    const { bytes, log, session } = logOf(1_000);
    log[how] = true;
    await expect(wholePayload(session, 'a', start(bytes.slice(0, 400), 1_000))).rejects.toThrow(
      'dropped for newer ones',
    );
  }
});
