import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Decoded } from '../../../src-main/contract/decoding/decoded.ts';
import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import type { ConnectionSession } from '../tree/tree-session.ts';
import type { Loaded } from './inspector.ts';

export interface PagesState {
  /** Counts up with each page that comes. */
  readonly version: number;
  /** Why a page could not be read; what is here stays. */
  readonly problem: string | null;
}

/** The kept bytes of one message, read where they are looked at. */
export interface PayloadPages {
  readonly store: StoreApi<PagesState>;
  /** Kept bytes. */
  readonly size: number;
  /** The bytes from..to, or fewer; null while they are being read; `store` changes when they are there. */
  read(from: number, to: number): Uint8Array | null;
}

const PAGE_BYTES = 65_536;
/** 32 MB: beyond, the page that was looked at least lately goes. */
const MOST_PAGES = 512;

/** Where pages come from. */
interface PagesSource {
  readonly size: number;
  /** What is known of it already, from its start. */
  readonly start: Uint8Array;
  /** Rejects with what a sentence about it may say. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

type Asking = Pick<ConnectionSession, 'client' | 'connectionId'>;

/** Of a message as it was received. */
export function createPayloadPages(session: Asking, key: TopicKey, { meta, bytes }: Loaded): PayloadPages {
  return createPages({
    size: meta.kept,
    start: bytes,
    async read(offset, length) {
      const answer = await session.client.call('readMessage', {
        connection: session.connectionId,
        key,
        which: meta.seq,
        offset,
        length,
      });
      if (answer.kind === 'gone') throw new Error('this message was dropped for newer ones');
      return answer.bytes;
    },
  });
}

/** Of what a stage of the decoder has read: the bytes that came out of the one before it. */
export function createStagePages(
  session: Asking,
  decoded: Pick<Decoded, 'id' | 'stages'>,
  stage: number,
): PayloadPages {
  return createPages({
    size: decoded.stages[stage]?.bytes ?? 0,
    start: new Uint8Array(),
    async read(offset, length) {
      const answer = await session.client.call('decodedBytes', { id: decoded.id, stage, offset, length });
      if (answer.kind === 'failed') throw new Error(answer.message.replace(/\.$/, ''));
      return answer.bytes;
    },
  });
}

function createPages({ size, start: known, read: readPage }: PagesSource): PayloadPages {
  const pages = new Map<number, Uint8Array>();
  const asked = new Set<number>();
  const store = createStore<PagesState>(() => ({ version: 0, problem: null }));
  const whole = known.length >= size;

  const take = (page: number, bytes: Uint8Array) => {
    pages.set(page, bytes);
    const oldest = pages.keys().next();
    if (pages.size > MOST_PAGES && oldest.done !== true) pages.delete(oldest.value);
  };
  for (let at = 0; !whole && at + PAGE_BYTES <= known.length; at += PAGE_BYTES)
    take(at / PAGE_BYTES, known.subarray(at, at + PAGE_BYTES));

  const ask = async (page: number) => {
    asked.add(page);
    try {
      take(page, await readPage(page * PAGE_BYTES, PAGE_BYTES));
      asked.delete(page);
      store.setState(({ version }) => ({ version: version + 1 }));
    } catch (error) {
      // Not asked again: what is dropped does not come back.
      store.setState({ problem: error instanceof Error ? error.message : String(error) });
    }
  };

  return {
    store,
    size,
    read(from, to) {
      const end = Math.min(to, size);
      if (from >= end) return new Uint8Array(0);
      if (whole) return known.subarray(from, end);
      const bytes = new Uint8Array(end - from);
      let missing = false;
      for (let page = Math.floor(from / PAGE_BYTES); page * PAGE_BYTES < end; page++) {
        const found = pages.get(page);
        if (found === undefined) {
          missing = true;
          if (!asked.has(page)) void ask(page);
          continue;
        }
        // Looked at last: it goes last.
        pages.delete(page);
        pages.set(page, found);
        const start = page * PAGE_BYTES;
        const first = Math.max(from, start);
        bytes.set(found.subarray(first - start, end - start), first - from);
      }
      return missing ? null : bytes;
    },
  };
}
