import { createStore, type StoreApi } from 'zustand/vanilla';
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
  /** The bytes from..to, or fewer; null while they are on their way, which `store` tells the end of. */
  read(from: number, to: number): Uint8Array | null;
}

const PAGE_BYTES = 65_536;
/** 32 MB: beyond, the page that was looked at least lately goes. */
const MOST_PAGES = 512;

export function createPayloadPages(
  session: Pick<ConnectionSession, 'client' | 'connectionId'>,
  key: TopicKey,
  loaded: Loaded,
): PayloadPages {
  const { meta } = loaded;
  const pages = new Map<number, Uint8Array>();
  const asked = new Set<number>();
  const store = createStore<PagesState>(() => ({ version: 0, problem: null }));
  const whole = loaded.bytes.length >= meta.kept;

  const take = (page: number, bytes: Uint8Array) => {
    pages.set(page, bytes);
    const oldest = pages.keys().next();
    if (pages.size > MOST_PAGES && oldest.done !== true) pages.delete(oldest.value);
  };
  for (let at = 0; !whole && at + PAGE_BYTES <= loaded.bytes.length; at += PAGE_BYTES)
    take(at / PAGE_BYTES, loaded.bytes.subarray(at, at + PAGE_BYTES));

  const ask = async (page: number) => {
    asked.add(page);
    try {
      const answer = await session.client.call('readMessage', {
        connection: session.connectionId,
        key,
        which: meta.seq,
        offset: page * PAGE_BYTES,
        length: PAGE_BYTES,
      });
      if (answer.kind === 'gone') throw new Error('this message was dropped for newer ones');
      take(page, answer.bytes);
      asked.delete(page);
      store.setState(({ version }) => ({ version: version + 1 }));
    } catch (error) {
      // Not asked again: what is dropped does not come back.
      store.setState({ problem: error instanceof Error ? error.message : String(error) });
    }
  };

  return {
    store,
    size: meta.kept,
    read(from, to) {
      const end = Math.min(to, meta.kept);
      if (from >= end) return new Uint8Array(0);
      if (whole) return loaded.bytes.subarray(from, end);
      const bytes = new Uint8Array(end - from);
      let missing = false;
      for (let page = Math.floor(from / PAGE_BYTES); page * PAGE_BYTES < end; page++) {
        const known = pages.get(page);
        if (known === undefined) {
          missing = true;
          if (!asked.has(page)) void ask(page);
          continue;
        }
        // Looked at last: it goes last.
        pages.delete(page);
        pages.set(page, known);
        const start = page * PAGE_BYTES;
        const first = Math.max(from, start);
        bytes.set(known.subarray(first - start, end - start), first - from);
      }
      return missing ? null : bytes;
    },
  };
}
