import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Failure } from '../../../src-main/contract/base/errors.ts';
import type {
  FoundInLines,
  LinesLayout,
  LinesPage,
  LinesSource,
  LineValue,
  OpenedLines,
} from '../../../src-main/contract/decoding/lines.ts';
import { isFailure } from '../engine/call-engine.ts';
import type { ConnectionSession } from '../tree/tree-session.ts';

export interface LinePagesState {
  /** Null: it is being laid out. */
  readonly opened: OpenedLines | null;
  /** Counts up with each page that comes. */
  readonly version: number;
  /** Why it is not laid out, or could not be read on. */
  readonly problem: string | null;
  /** Places of what was asked for last. */
  readonly found: (FoundInLines & { readonly query: string }) | null;
}

/** A row, and what it opens. */
export interface LineRow {
  readonly text: string;
  /** Of its line, from 1; 0 where a line goes on. */
  readonly number: number;
  readonly fold: LinesPage['folds'][number] | null;
}

/** A long text, laid out by the decoder and read where it is looked at. */
export interface LinePages {
  readonly store: StoreApi<LinePagesState>;
  /** Null while it is being read; `store` changes when it is there. */
  row(at: number): LineRow | null;
  /** Empty: nothing is looked for any more. */
  find(query: string): void;
  /** Rejects with the reason. */
  value(row: number): Promise<LineValue>;
  /** First and last rows of the parts of the document. Rejects with the reason. */
  folds(): Promise<Int32Array>;
  close(): void;
}

const PAGE_ROWS = 200;
/** Some 40,000 rows: beyond, the page that was looked at least lately goes. */
const MOST_PAGES = 200;

type Asking = Pick<ConnectionSession, 'client' | 'connectionId'>;

export function createLinePages(session: Asking, source: LinesSource, layout: LinesLayout): LinePages {
  return new Pages(session, source, layout);
}

class Pages implements LinePages {
  readonly store: StoreApi<LinePagesState>;
  readonly #client: Asking['client'];
  readonly #open: () => Promise<OpenedLines>;
  readonly #pages = new Map<number, readonly LineRow[]>();
  readonly #asked = new Set<number>();
  /** The text that is laid out; again where the decoder has let it go. */
  #opening: Promise<OpenedLines>;
  #query = '';
  #isFinding = false;
  #isClosed = false;

  constructor({ client, connectionId }: Asking, source: LinesSource, layout: LinesLayout) {
    this.#client = client;
    this.store = createStore<LinePagesState>(() => ({
      opened: null,
      version: 0,
      problem: null,
      found: null,
    }));
    this.#open = async () => {
      const answer = await client.call('openLines', { connection: connectionId, source, layout });
      if (answer.kind === 'gone') throw new Error('This message was dropped for newer ones.');
      if (answer.kind === 'failed') throw new Error(answer.message);
      return answer;
    };
    this.#opening = this.#open();
    this.#opening.then(
      (opened) => this.#set({ opened }),
      (error: unknown) => this.#set({ problem: words(error) }),
    );
  }

  row(at: number): LineRow | null {
    const page = Math.floor(at / PAGE_ROWS);
    const rows = this.#pages.get(page);
    if (rows === undefined) {
      if (!this.#asked.has(page)) void this.#readPage(page);
      return null;
    }
    return rows[at - page * PAGE_ROWS] ?? null;
  }

  find(query: string): void {
    this.#query = query;
    if (query === '') return this.#set({ found: null });
    if (!this.#isFinding) void this.#findAll();
  }

  value(row: number): Promise<LineValue> {
    return this.#ask((id) => this.#client.call('lineValue', { id, row }));
  }

  async folds(): Promise<Int32Array> {
    const { rows } = await this.#ask((id) => this.#client.call('lineFolds', { id }));
    return new Int32Array(rows.slice().buffer);
  }

  close(): void {
    this.#isClosed = true;
  }

  #set(state: Partial<LinePagesState>): void {
    if (!this.#isClosed) this.store.setState(state);
  }

  async #readPage(page: number): Promise<void> {
    this.#asked.add(page);
    try {
      const rows: LineRow[] = [];
      const from = page * PAGE_ROWS;
      const all = Math.min(PAGE_ROWS, (await this.#opening).rows - from);
      // Long rows come in more than one answer.
      while (rows.length < all) {
        const asked = { from: from + rows.length, count: all - rows.length };
        const answer = await this.#ask((id) => this.#client.call('readLines', { id, ...asked }));
        if (answer.rows.length === 0) break;
        rows.push(...rowsOf(answer));
      }
      this.#take(page, rows);
      this.#asked.delete(page);
      this.#set({ version: this.store.getState().version + 1 });
    } catch (error) {
      // Not asked again: what is gone does not come back.
      this.#set({ problem: words(error) });
    }
  }

  #take(page: number, rows: readonly LineRow[]): void {
    this.#pages.set(page, rows);
    const oldest = this.#pages.keys().next();
    if (this.#pages.size > MOST_PAGES && oldest.done !== true) this.#pages.delete(oldest.value);
  }

  /** One question at a time; the one that was typed last is the last that is asked. */
  async #findAll(): Promise<void> {
    this.#isFinding = true;
    const query = this.#query;
    try {
      const answer = await this.#ask((id) => this.#client.call('findInLines', { id, query }));
      if (query === this.#query) this.#set({ found: { ...answer, query } });
    } catch (error) {
      this.#set({ problem: words(error) });
    } finally {
      this.#isFinding = false;
    }
    if (query !== this.#query && this.#query !== '') void this.#findAll();
  }

  /** Asks the decoder; where it has let the text go, it lays it out once more. */
  async #ask<T extends { readonly kind: string }>(
    question: (id: string) => Promise<T | Failure>,
  ): Promise<T> {
    const opening = this.#opening;
    const first = await question((await opening).id);
    if (!isFailure(first)) return first;
    if (first.code !== 'decoded-gone' || this.#isClosed) throw new Error(first.message);
    if (this.#opening === opening) this.#opening = this.#open();
    const second = await question((await this.#opening).id);
    if (isFailure(second)) throw new Error(second.message);
    return second;
  }
}

function rowsOf({ from, rows, numbers, folds }: LinesPage): LineRow[] {
  const opened = new Map(folds.map((fold) => [fold.row, fold]));
  return rows.map((text, at) => ({
    text,
    number: numbers[at] ?? 0,
    fold: opened.get(from + at) ?? null,
  }));
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
