import { expect, test } from 'vitest';
import {
  createPayloadPages,
  createStagePages,
} from '../../../../../src-renderer/state/inspector/payload-pages.ts';
import { FakeLog, metaOf, settled } from './fake-log.ts';

const SIZE = 10_000_000;
const byteAt = (at: number) => (at * 31 + (at >> 8)) & 0xff;

function large() {
  const log = new FakeLog();
  const bytes = Uint8Array.from({ length: SIZE }, (_, at) => byteAt(at));
  log.arrive('a', 7, bytes);
  const loaded = {
    meta: metaOf(7, SIZE),
    bytes: bytes.subarray(0, 65_536),
    properties: new Uint8Array(),
  };
  return { log, pages: createPayloadPages(log.session, 'a', loaded) };
}

test('only what is looked at is read, once, and what is known already not at all', async () => {
  const { log, pages } = large();
  expect(pages.read(100, 200)).toEqual(Uint8Array.from({ length: 100 }, (_, at) => byteAt(100 + at)));
  expect(log.calls).toEqual([]);

  const [from, to] = [5_000_000, 5_001_000];
  expect(pages.read(from, to)).toBeNull();
  expect(pages.read(from, to)).toBeNull();
  await settled();
  expect(log.calls).toHaveLength(1);
  expect(pages.store.getState().version).toBe(1);
  expect(pages.read(from, to)).toEqual(Uint8Array.from({ length: 1_000 }, (_, at) => byteAt(from + at)));
  expect(log.calls).toHaveLength(1);
});

test('what lies over two pages is put together of both, and ends where the payload ends', async () => {
  const { pages } = large();
  const from = 65_536 * 100 - 10;
  pages.read(from, from + 20);
  await settled();
  expect(pages.read(from, from + 20)).toEqual(Uint8Array.from({ length: 20 }, (_, at) => byteAt(from + at)));
  pages.read(SIZE - 5, SIZE + 100);
  await settled();
  expect(pages.read(SIZE - 5, SIZE + 100)?.length).toBe(5);
  expect(pages.read(SIZE, SIZE + 10)?.length).toBe(0);
});

test('a message that is dropped meanwhile is reported once, and what is here stays', async () => {
  const { log, pages } = large();
  log.evict('a', 7);
  expect(pages.read(5_000_000, 5_000_100)).toBeNull();
  await settled();
  expect(pages.store.getState().problem).toContain('dropped');
  expect(pages.read(0, 10)?.length).toBe(10);
  pages.read(5_000_000, 5_000_100);
  await settled();
  expect(log.calls).toHaveLength(1);
});

test('a whole message needs nobody', () => {
  const log = new FakeLog();
  const bytes = Uint8Array.of(1, 2, 3);
  const pages = createPayloadPages(log.session, 'a', {
    meta: metaOf(1, 3),
    bytes,
    properties: new Uint8Array(),
  });
  expect(pages.read(1, 99)).toEqual(Uint8Array.of(2, 3));
  expect(log.calls).toEqual([]);
});

test('what a stage of the decoder has read is read in pages as well, and a failure is reported', async () => {
  const out = Uint8Array.from({ length: 100_000 }, (_, at) => byteAt(at));
  const asked: unknown[] = [];
  const session = {
    client: {
      call: (name: string, params: { id: string; stage: number; offset: number; length: number }) => {
        asked.push([name, params]);
        return Promise.resolve(
          params.offset > 0
            ? { kind: 'failed', code: 'decoded-gone', message: 'It is not kept any more.', advice: '' }
            : { kind: 'bytes', bytes: out.slice(0, params.length), total: out.length },
        );
      },
    },
  } as unknown as Parameters<typeof createStagePages>[0];
  const decoded = { id: 'd1', stages: [{ bytes: 50 }, { bytes: out.length }] } as unknown as Parameters<
    typeof createStagePages
  >[1];
  const pages = createStagePages(session, decoded, 1);
  expect(pages.size).toBe(out.length);
  expect(pages.read(0, 20)).toBeNull();
  await settled();
  expect(asked).toEqual([['decodedBytes', { id: 'd1', stage: 1, offset: 0, length: 65_536 }]]);
  expect(pages.read(10, 20)).toEqual(out.subarray(10, 20));
  expect(pages.read(90_000, 90_010)).toBeNull();
  await settled();
  expect(pages.store.getState().problem).toBe('It is not kept any more');
});
