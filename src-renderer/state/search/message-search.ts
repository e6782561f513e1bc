import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ConnectionId, TopicKey } from '../../../src-main/contract/model/model.ts';
import type {
  AroundScope,
  MessageAround,
  SearchAs,
  SearchHit,
  SearchProgress,
} from '../../../src-main/contract/session/search.ts';
import { callEngine } from '../engine/call-engine.ts';
import type { Engine } from '../engine/engine.ts';

export type SearchWhere = 'this' | 'all';

/** What one connection has found. */
export interface SearchGroup {
  readonly connection: ConnectionId;
  readonly name: string;
  /** Newest first. */
  readonly hits: readonly SearchHit[];
  readonly progress: SearchProgress | null;
  /** Why it could not be searched, or not to the end. */
  readonly problem: string | null;
}

export interface FoundMessage {
  readonly connection: ConnectionId;
  readonly hit: SearchHit;
}

/** The first bytes of the chosen message. */
export type MessageRead =
  | { readonly kind: 'reading' }
  | { readonly kind: 'message'; readonly bytes: Uint8Array; readonly size: number }
  | { readonly kind: 'gone' }
  | { readonly kind: 'problem'; readonly why: string };

export interface MessageSearchState {
  readonly text: string;
  readonly as: SearchAs;
  readonly where: SearchWhere;
  readonly onlyFiltered: boolean;
  /** What the groups are the result of; null: nothing was searched yet. */
  readonly asked: string | null;
  readonly groups: readonly SearchGroup[];
  readonly chosen: FoundMessage | null;
  readonly read: MessageRead;
  readonly scope: AroundScope;
  /** Null while they are read; empty where they are not kept any more. */
  readonly around: readonly MessageAround[] | null;
}

/** A connection that can be searched, and the filter of its tree. */
export interface Searchable {
  readonly id: ConnectionId;
  readonly name: string;
}

/** Bytes of a message that are shown. */
const SHOWN_BYTES = 65_536;
/** Messages around one, in each direction. */
const AROUND = 12;

const EMPTY: MessageSearchState = {
  text: '',
  as: 'text',
  where: 'this',
  onlyFiltered: false,
  asked: null,
  groups: [],
  chosen: null,
  read: { kind: 'reading' },
  scope: 'siblings',
  around: null,
};

/** The search in messages: one for the window, as it may go through all connections. */
export class MessageSearch {
  readonly store: StoreApi<MessageSearchState>;
  readonly #engine: Pick<Engine, 'call'>;
  /** Counts searches, and choices; an answer to an older one is dropped. */
  #run = 0;
  #choice = 0;
  /** The search that was stopped last, perhaps before the engine had a name for it. */
  #stopped = 0;
  #ids = new Map<ConnectionId, string>();

  constructor(engine: Pick<Engine, 'call'>) {
    this.#engine = engine;
    this.store = createStore<MessageSearchState>(() => EMPTY);
  }

  edit(part: Partial<Pick<MessageSearchState, 'text' | 'as' | 'where' | 'onlyFiltered'>>): void {
    this.store.setState(part);
  }

  get running(): boolean {
    return isRunning(this.store.getState());
  }

  /**
   * Searches anew; what was searched before ends.
   *
   * @param filter of the tree, for where only the topics it shows are meant
   */
  async start(connections: readonly Searchable[], filter: string): Promise<void> {
    this.stop();
    const { text, onlyFiltered } = this.store.getState();
    if (text === '') return;
    const run = ++this.#run;
    this.#choice++;
    this.#ids = new Map();
    this.store.setState({
      asked: text,
      chosen: null,
      groups: connections.map(({ id, name }) => ({
        connection: id,
        name,
        hits: [],
        progress: null,
        problem: null,
      })),
    });
    await Promise.all(connections.map(({ id }) => this.#searchIn(run, id, onlyFiltered ? filter : '')));
  }

  /** What was found stays. */
  stop(): void {
    this.#stopped = this.#run;
    for (const [connection, search] of this.#ids)
      void callEngine(() => this.#engine.call('stopSearch', { connection, search }));
  }

  dispose(): void {
    this.#run++;
    this.#choice++;
    this.stop();
  }

  choose(chosen: FoundMessage | null): void {
    const before = this.store.getState().chosen;
    if (before?.connection === chosen?.connection && before?.hit.seq === chosen?.hit.seq) return;
    const choice = ++this.#choice;
    this.store.setState({ chosen, read: { kind: 'reading' }, around: null });
    if (chosen === null) return;
    void this.#read(choice, chosen);
    void this.#readAround(choice, chosen);
  }

  setScope(scope: AroundScope): void {
    const { chosen } = this.store.getState();
    this.store.setState({ scope, around: null });
    if (chosen !== null) void this.#readAround(this.#choice, chosen);
  }

  async #searchIn(run: number, connection: ConnectionId, filter: string): Promise<void> {
    const { text, as } = this.store.getState();
    const started = await callEngine(() =>
      this.#engine.call('startSearch', { connection, text, as, filter }),
    );
    if (started.kind === 'failed') {
      this.#patch(run, connection, { problem: `${started.message} ${started.advice}`.trim() });
      return;
    }
    const { search } = started;
    if (run !== this.#run) {
      void callEngine(() => this.#engine.call('stopSearch', { connection, search }));
      return;
    }
    this.#ids.set(connection, search);
    if (run === this.#stopped) void callEngine(() => this.#engine.call('stopSearch', { connection, search }));
    while (run === this.#run && (await this.#readPart(run, connection, search)));
  }

  /** Whether there is more to be read. */
  async #readPart(run: number, connection: ConnectionId, search: string): Promise<boolean> {
    const from = this.#group(connection)?.hits.length ?? 0;
    const part = await callEngine(() => this.#engine.call('readSearch', { connection, search, from }));
    if (run !== this.#run) return false;
    if (part.kind !== 'part') {
      const problem =
        part.kind === 'failed'
          ? `${part.message} ${part.advice}`.trim()
          : 'The search was ended. Search again.';
      this.#patch(run, connection, { problem });
      return false;
    }
    const { progress } = part;
    const hits = joined(this.#group(connection)?.hits ?? [], part.hits);
    this.#patch(run, connection, { progress, hits });
    return progress.state === 'running' || hits.length < progress.found;
  }

  #group(connection: ConnectionId): SearchGroup | undefined {
    return this.store.getState().groups.find((group) => group.connection === connection);
  }

  #patch(run: number, connection: ConnectionId, part: Partial<SearchGroup>): void {
    if (run !== this.#run) return;
    this.store.setState(({ groups }) => ({
      groups: groups.map((group) => (group.connection === connection ? { ...group, ...part } : group)),
    }));
  }

  async #read(choice: number, { connection, hit }: FoundMessage): Promise<void> {
    const { key, seq, size } = hit;
    const range = { which: seq, offset: 0, length: SHOWN_BYTES };
    const answer = await callEngine(() => this.#engine.call('readMessage', { connection, key, ...range }));
    if (choice !== this.#choice) return;
    if (answer.kind === 'message')
      this.store.setState({ read: { kind: 'message', bytes: answer.bytes, size } });
    else if (answer.kind === 'gone') this.store.setState({ read: { kind: 'gone' } });
    else this.store.setState({ read: { kind: 'problem', why: answer.message } });
  }

  async #readAround(choice: number, { connection, hit }: FoundMessage): Promise<void> {
    const { scope } = this.store.getState();
    const { key, seq, place } = hit;
    const answer = await callEngine(() =>
      this.#engine.call('readAround', { connection, key, seq, place, scope, count: AROUND }),
    );
    if (choice !== this.#choice || scope !== this.store.getState().scope) return;
    this.store.setState({ around: answer.kind === 'around' ? answer.messages : [] });
  }
}

export function isRunning({ groups }: Pick<MessageSearchState, 'groups'>): boolean {
  return groups.some(
    ({ progress, problem }) => problem === null && (progress === null || progress.state === 'running'),
  );
}

/** In order: a message that was moved within the log is found out of it. */
function joined(before: readonly SearchHit[], more: readonly SearchHit[]): readonly SearchHit[] {
  if (more.length === 0) return before;
  const all = [...before, ...more];
  const isOrdered = all.every((hit, at) => at === 0 || (all[at - 1]?.seq ?? 0) > hit.seq);
  return isOrdered ? all : all.toSorted((a, b) => b.seq - a.seq);
}

/** The same message among those around it. */
export function isChosen(
  chosen: FoundMessage | null,
  connection: ConnectionId,
  key: TopicKey,
  seq: number,
): boolean {
  return chosen?.connection === connection && chosen.hit.key === key && chosen.hit.seq === seq;
}
