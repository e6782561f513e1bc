import { createStore, type StoreApi } from 'zustand/vanilla';
import { failed, type Failure } from '../../../../src-main/contract/base/errors.ts';
import type { InventoryQuery } from '../../../../src-main/contract/session/inventory.ts';
import type { KeepingSnapshot, KeptSnapshot } from '../../../../src-main/contract/session/snapshots.ts';
import { fileStem } from '../../../../src-main/core/message/file-name.ts';
import { saveFile } from '../../../state/browser/save-file.ts';
import { callEngine, isFailure } from '../../../state/engine/call-engine.ts';
import { LATE, Latest } from '../../../state/engine/latest.ts';
import { inventoryOf } from '../../../state/retained/inventory-session.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { savedWords, saveSnapshot, snapshotName, type SnapshotFile } from './snapshots.ts';

export interface SnapshotPage {
  readonly broker: { readonly name: string; readonly address: string };
  /** The newest first; `more` older ones are not listed. */
  readonly snapshots: readonly KeptSnapshot[];
  readonly more: number;
  /** Of all together, and what they may take. */
  readonly bytes: number;
  readonly limit: number;
}

/** What lies over the view. */
export type SnapshotDialog =
  | { readonly kind: 'save' | 'list' }
  | { readonly kind: 'compare'; readonly file: SnapshotFile; readonly query: InventoryQuery };

export interface SnapshotsState {
  /** Null: not read yet, or that failed. */
  readonly page: SnapshotPage | null;
  /** Why the list could not be read. */
  readonly problem: string | null;
  /** How often it was tried. */
  readonly looks: number;
  readonly dialog: SnapshotDialog | null;
  /** One is being saved. */
  readonly busy: boolean;
  /** How far keeping one is; null: none is being kept. */
  readonly keeping: {
    readonly done: number;
    readonly total: number;
    readonly rate: number;
    readonly stopping: boolean;
  } | null;
  /** How the last action went. */
  readonly words: string;
}

const NOTHING: SnapshotsState = {
  page: null,
  problem: null,
  looks: 0,
  dialog: null,
  busy: false,
  keeping: null,
  words: '',
};

/** Snapshots of one connection's broker: saving, the list of those that are kept, and what is open of them. */
export class SnapshotsSession {
  readonly store: StoreApi<SnapshotsState> = createStore<SnapshotsState>(() => NOTHING);
  readonly #session: ConnectionSession;
  readonly #latest = new Latest();
  readonly #save: typeof saveFile;
  #reading: AsyncIterableIterator<KeepingSnapshot> | null = null;

  constructor(session: ConnectionSession, save = saveFile) {
    this.#session = session;
    this.#save = save;
  }

  /** Reads the list; the latest answer counts, of several that were asked for. */
  async load(): Promise<void> {
    const { client, connectionId: connection } = this.#session;
    const answer = await this.#latest.answer(() =>
      callEngine(() => client.call('listSnapshots', { connection })),
    );
    if (answer === LATE) return;
    const looks = this.store.getState().looks + 1;
    if (isFailure(answer)) this.store.setState({ page: null, problem: wordsOf(answer), looks });
    else this.store.setState({ page: answer, problem: null, looks });
  }

  show(kind: 'save' | 'list'): void {
    this.store.setState({ dialog: { kind }, words: '' });
  }

  /** With what the list shows now. */
  compare(file: SnapshotFile): void {
    const { query } = inventoryOf(this.#session);
    this.store.setState({ dialog: { kind: 'compare', file, query }, words: '' });
  }

  /** What was done in it shows in the list. */
  close(): void {
    this.store.setState({ dialog: null });
    void this.load();
  }

  /** What is selected, and how much that is. */
  plan() {
    const { client, connectionId: connection } = this.#session;
    const { query, store } = inventoryOf(this.#session);
    const scope = { kind: 'inventory' as const, query, choice: store.getState().choice };
    return callEngine(() => client.call('planClearing', { connection, scope }));
  }

  /** Saves what is selected as a file, where the person wants it. */
  async saveAsFile(): Promise<void> {
    if (this.store.getState().busy) return;
    this.store.setState({ dialog: null, busy: true, words: '' });
    const { query, store } = inventoryOf(this.#session);
    const onProgress = (words: string) => this.store.setState({ words });
    const words = await saveSnapshot(
      this.#session,
      query,
      store.getState().choice,
      onProgress,
      this.#save,
    ).catch(messageOf);
    this.store.setState({ busy: false, words });
  }

  /**
   * Keeps what a plan lists; it goes on when the view is left.
   *
   * @returns once it has begun, or why it has not
   */
  async keep(plan: string, name: string, overLimit: boolean): Promise<Failure | null> {
    if (this.store.getState().busy)
      return failed('busy', 'Another snapshot is being saved.', 'Wait for its end.');
    this.store.setState({ busy: true, words: '' });
    const items = this.#session.client.stream('keepSnapshot', { plan, name, overLimit });
    this.#reading = items;
    const first = await callEngine(
      async () => (await items.next()).value as KeepingSnapshot | undefined,
    ).catch(unreachable);
    if (first === undefined || isFailure(first)) {
      this.#ended('');
      return first ?? unreachable(new Error('It ended.'));
    }
    this.store.setState({ dialog: null });
    void this.#follow(first, items);
    return null;
  }

  /** Nothing of it is kept. */
  stop(): void {
    const { keeping } = this.store.getState();
    if (keeping === null) return;
    this.#ended('Stopped.');
  }

  /** A kept snapshot as a file where the person wants it; the same bytes. */
  async saveKept(snapshot: KeptSnapshot): Promise<void> {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for (let from: number | null = 0; from !== null;) {
      const asked: { snapshot: string; from: number } = { snapshot: snapshot.id, from };
      const piece = await callEngine(() => this.#session.client.call('readKeptSnapshot', asked));
      if (isFailure(piece)) return this.store.setState({ words: wordsOf(piece) });
      parts.push(piece.bytes);
      from = piece.next;
    }
    const stem = fileStem(snapshot.name === '' ? 'retained' : snapshot.name, new Date(snapshot.at));
    this.#save(`${stem}.jsonl`, 'application/jsonl', parts);
    this.store.setState({ words: '' });
  }

  /** Deletes a kept snapshot for good. */
  async remove(snapshot: KeptSnapshot): Promise<void> {
    const answer = await callEngine(() =>
      this.#session.client.call('removeSnapshot', { snapshot: snapshot.id }),
    );
    const words = isFailure(answer) ? wordsOf(answer) : `${snapshotName(snapshot)} was removed.`;
    this.store.setState({ words });
    await this.load();
  }

  async #follow(first: KeepingSnapshot, items: AsyncIterableIterator<KeepingSnapshot>): Promise<void> {
    try {
      let item: KeepingSnapshot | undefined = first;
      while (item !== undefined && this.#reading === items) {
        if (item.kind !== 'progress') return this.#ended(endWords(item));
        const { done, total } = item;
        this.store.setState({ keeping: { done, total, rate: 0, stopping: false } });
        item = (await items.next()).value as KeepingSnapshot | undefined;
      }
      if (this.#reading === items) this.#ended('Nothing was saved: the engine ended it.');
    } catch (error) {
      if (this.#reading === items) this.#ended(`Nothing was saved. ${messageOf(error)}`);
    }
  }

  #ended(words: string): void {
    void this.#reading?.return?.(undefined)?.catch(() => undefined);
    this.#reading = null;
    this.store.setState({ busy: false, keeping: null, words });
    void this.load();
  }
}

function endWords(item: Exclude<KeepingSnapshot, { readonly kind: 'progress' }>): string {
  if (item.kind === 'failed') return wordsOf(item);
  return savedWords(item.snapshot.messages, item.unread, item.why);
}

const wordsOf = ({ message, advice }: Failure): string => `${message} ${advice}`.trim();
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const unreachable = (error: unknown): Failure =>
  failed('engine-unreachable', 'The engine did not answer.', messageOf(error));

const sessions = new WeakMap<ConnectionSession, SnapshotsSession>();

/** The one of a connection's session; made when the view is opened first. */
export function snapshotsOf(session: ConnectionSession): SnapshotsSession {
  const known = sessions.get(session);
  if (known !== undefined) return known;
  const made = new SnapshotsSession(session);
  sessions.set(session, made);
  return made;
}
