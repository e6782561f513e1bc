import { createStore, type StoreApi } from 'zustand/vanilla';
import type { RestoreResult } from '../../../src-main/contract/session/outcomes.ts';
import type { TrashedMessage, TrashEntry } from '../../../src-main/contract/session/trash.ts';
import type { RestoreOffers } from '../../state/connections/restore-offers.ts';
import { LATE, Latest } from '../../state/engine/latest.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { Restoring, type RestoreProgress } from '../../state/retained/restoring.ts';
import { chosenCount, emptyTrash, listTrash, readEntry, restoreChosen, type Choice } from './trash.ts';
import type { TrashPage } from './trash.ts';

export interface OpenTrashState {
  /** Null until it was read. */
  readonly page: TrashPage | null;
  /** Read after it, with entries it does not have; null: there are none. */
  readonly newer: TrashPage | null;
  /** Of the entries that are open. */
  readonly messages: ReadonlyMap<string, readonly TrashedMessage[]>;
  readonly choice: Choice;
  /** Something is put back or deleted. */
  readonly busy: boolean;
  /** How far a restore is; null: none runs. */
  readonly progress: RestoreProgress | null;
  /** What was put back so far, and what was not; null: nothing was tried since the choice was made. */
  readonly results: readonly RestoreResult[] | null;
  /** Messages that it was ended before. */
  readonly left: number;
  readonly problem: string | null;
}

const NOTHING: OpenTrashState = {
  page: null,
  newer: null,
  messages: new Map(),
  choice: new Map(),
  busy: false,
  progress: null,
  left: 0,
  results: null,
  problem: null,
};

/** What is in the trash, and what is done with it; one thing at a time. */
export class OpenTrash {
  readonly store: StoreApi<OpenTrashState>;
  readonly #session: ConnectionSession;
  readonly #offers: RestoreOffers;
  readonly #latest = new Latest();
  /** Entries that are read. */
  readonly #opening = new Set<string>();
  /** Bytes of the entries that are open, as they were read. */
  readonly #read = new Map<string, number>();
  #restoring: Restoring | null = null;

  /** @param offers learn what was put back from here, so that it is not offered any more */
  constructor(session: ConnectionSession, offers: RestoreOffers) {
    this.#session = session;
    this.#offers = offers;
    this.store = createStore<OpenTrashState>(() => NOTHING);
  }

  async load(): Promise<void> {
    try {
      const page = await this.#latest.answer(() => listTrash(this.#session));
      if (page === LATE) return;
      await this.#take(page, null);
    } catch (error) {
      this.#failed(error);
    }
  }

  /**
   * Looks what became of it, as another window or program may clear as well. What is new waits until somebody wants
   * it: no row moves under a pointer.
   */
  async look(): Promise<void> {
    const { page: shown, busy } = this.store.getState();
    if (shown === null || busy) return;
    // A look that fails is followed by another: what is shown stays.
    const page = await this.#latest.answer(() => listTrash(this.#session)).catch(() => shown);
    if (page === LATE || this.store.getState().page !== shown) return;
    const known = new Set(shown.entries.map(({ id }) => id));
    const entries = page.entries.filter(({ id }) => known.has(id));
    const bytes = entries.reduce((sum, one) => sum + one.bytes, 0);
    const isMore = entries.length < page.entries.length && shown.entries.length > 0;
    const taken = isMore ? this.#take({ ...page, entries, bytes }, page) : this.#take({ ...page }, null);
    await taken.catch(() => undefined);
  }

  /** Shows what is new as well. */
  async showNewer(): Promise<void> {
    const { newer } = this.store.getState();
    if (newer !== null) await this.#take(newer, null);
  }

  async #take(page: TrashPage, newer: TrashPage | null): Promise<void> {
    this.store.setState({ page, newer });
    await Promise.all(page.entries.map((entry) => this.#readAgain(entry)));
  }

  /** What is open and has grown, or lost what was not cleared after all. */
  async #readAgain({ id, bytes }: TrashEntry): Promise<void> {
    const isOpen = (): boolean => this.store.getState().messages.has(id);
    if (!isOpen() || this.#read.get(id) === bytes) return;
    const some = await readEntry(this.#session, id);
    if (isOpen()) this.#opened(id, bytes, some);
  }

  /** Loads it with one entry open and all of that chosen, if it is still there. */
  async show(id: string): Promise<void> {
    await this.load();
    const { page, choice, messages } = this.store.getState();
    if (page?.entries.some((entry) => entry.id === id) !== true) return;
    if (choice.size === 0) this.choose(new Map([[id, 'all']]));
    if (!messages.has(id)) await this.toggle(id);
  }

  /** Opens an entry or closes it; one that is still read is not opened then. */
  async toggle(id: string): Promise<void> {
    const { messages } = this.store.getState();
    if (messages.has(id)) {
      this.store.setState({ messages: new Map([...messages].filter(([other]) => other !== id)) });
      return;
    }
    if (this.#opening.delete(id)) return;
    this.#opening.add(id);
    const bytes = this.store.getState().page?.entries.find((entry) => entry.id === id)?.bytes ?? 0;
    try {
      const some = await readEntry(this.#session, id);
      // It was closed, or the trash emptied, while it was read.
      if (!this.#opening.delete(id)) return;
      this.#opened(id, bytes, some);
    } catch (error) {
      if (this.#opening.delete(id)) this.#failed(error);
    }
  }

  choose(choice: Choice): void {
    this.store.setState({ choice, results: null });
  }

  /** Messages that are chosen. */
  count(): number {
    const { page, choice } = this.store.getState();
    return chosenCount(page?.entries ?? [], choice);
  }

  /** Whether what is deleted is everything: nothing is chosen, or something of each entry. */
  isWhole(): boolean {
    const { page, choice } = this.store.getState();
    return choice.size === 0 || (page?.entries ?? []).every(({ id }) => choice.has(id));
  }

  /** Puts back what is chosen; a failure is shown with what was put back before it. */
  restore(overwrite: boolean): Promise<void> {
    const { page, choice } = this.store.getState();
    return this.#work(async () => {
      this.store.setState({ results: null });
      const take = (results: readonly RestoreResult[], newest: readonly RestoreResult[]) => {
        this.store.setState({ results });
        this.#offers.restored(this.#session.connectionId, newest);
      };
      const now = () => this.#session.now();
      const restoring = new Restoring(this.count(), now, (progress) => this.store.setState({ progress }));
      this.#restoring = restoring;
      try {
        await restoreChosen(this.#session, page?.entries ?? [], choice, overwrite, restoring, take);
      } finally {
        this.store.setState({ left: restoring.left });
      }
    });
  }

  /** What is under way is finished, nothing more is put back. */
  stop(): void {
    this.#restoring?.stop();
  }

  /** Deletes the entries of which something is chosen, or all that are listed where nothing is. */
  delete(): Promise<void> {
    const { page, newer, choice } = this.store.getState();
    const listed = newer === null ? null : (page?.entries ?? []).map(({ id }) => id);
    return this.#work(async () => {
      await emptyTrash(this.#session, choice.size === 0 ? listed : [...choice.keys()]);
      this.#opening.clear();
      this.store.setState({ messages: new Map(), choice: new Map(), results: null });
      await this.load();
      // Nothing is left that could be put back.
      if (this.store.getState().page?.entries.length === 0)
        for (const connection of this.#offers.store.getState().keys()) this.#offers.dismiss(connection);
    });
  }

  /** It is off the screen. */
  closed(): void {
    this.#latest.drop();
    this.#opening.clear();
  }

  #opened(id: string, bytes: number, some: readonly TrashedMessage[]): void {
    this.#read.set(id, bytes);
    this.store.setState(({ messages }) => ({ messages: new Map(messages).set(id, some) }));
  }

  async #work(act: () => Promise<void>): Promise<void> {
    if (this.store.getState().busy) return;
    this.store.setState({ busy: true, problem: null });
    try {
      await act();
    } catch (error) {
      this.#failed(error);
    }
    this.#restoring = null;
    this.store.setState({ busy: false, progress: null });
  }

  #failed(error: unknown): void {
    this.store.setState({ problem: (error instanceof Error ? error.message : String(error)).trim() });
  }
}
