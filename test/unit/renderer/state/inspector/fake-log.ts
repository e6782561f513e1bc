import { createStore } from 'zustand/vanilla';
import { ConnectionId } from '../../../../../src-main/contract/model/model.ts';
import type { MessageMeta } from '../../../../../src-main/contract/model/message.ts';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';
import { EMPTY_STATE, type SessionState } from '../../../../../src-renderer/state/tree/view-state.ts';
import { selected } from '../../frames.ts';

export function metaOf(seq: number, size: number, part: Partial<MessageMeta> = {}): MessageMeta {
  return {
    seq,
    at: seq * 1_000,
    qos: 0,
    retain: false,
    stored: false,
    dup: false,
    size,
    kept: size,
    propertyBytes: 0,
    preview: { kind: 'none' },
    ...part,
  };
}

/** A session over messages in memory, by topic and number; every call is answered at once and noted. */
export class FakeLog {
  readonly calls: { readonly name: string; readonly params: Record<string, unknown> }[] = [];
  readonly store = createStore<SessionState>(() => ({ ...EMPTY_STATE, selectedKey: 'a', selected: null }));
  #isShort = false;
  readonly #messages = new Map<string, Map<number, Uint8Array<ArrayBuffer>>>();

  readonly session = {
    connectionId: ConnectionId.parse('c1'),
    viewId: 'view-1',
    store: this.store,
    client: {
      call: async (name: string, params: Record<string, unknown>) => {
        this.calls.push({ name, params });
        if (name === 'readHistory') return Promise.resolve(this.#history(params));
        return Promise.resolve(name === 'readBranchHistory' ? this.#branch(params) : this.#message(params));
      },
    },
  } as unknown as ConnectionSession;

  /** A message of a topic came. */
  arrive(key: string, seq: number, text: string | Uint8Array<ArrayBuffer>): void {
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    const topic = this.#messages.get(key) ?? new Map<number, Uint8Array<ArrayBuffer>>();
    this.#messages.set(key, topic.set(seq, bytes));
    if (key !== this.store.getState().selectedKey) return;
    this.store.setState({
      selected: selected(key, { latest: metaOf(seq, bytes.length), messages: topic.size }),
    });
  }

  evict(key: string, seq: number): void {
    this.#isShort = true;
    this.#messages.get(key)?.delete(seq);
  }

  select(key: string): void {
    this.store.setState({ selectedKey: key, selected: null });
    const topic = this.#messages.get(key);
    const last = [...(topic?.keys() ?? [])].at(-1);
    if (topic === undefined || last === undefined) return;
    const latest = metaOf(last, topic.get(last)?.length ?? 0);
    this.store.setState({ selected: selected(key, { latest, messages: topic.size }) });
  }

  #history({ key, before, limit }: Record<string, unknown>) {
    const all = [...(this.#messages.get(String(key)) ?? [])]
      .filter(([seq]) => before === null || seq < Number(before))
      .toSorted(([a], [b]) => b - a);
    const messages = all.slice(0, Number(limit)).map(([seq, bytes]) => metaOf(seq, bytes.length));
    return { messages, complete: all.length <= Number(limit), more: all.length > Number(limit) };
  }

  /** Of the topic and all below it; what was evicted anywhere makes it incomplete. */
  #branch({ key, before, limit }: Record<string, unknown>) {
    const all = [...this.#messages]
      .filter(([topic]) => topic === key || topic.startsWith(`${String(key)}/`))
      .flatMap(([topic, messages]) =>
        [...messages].map(([seq, bytes]) => ({ ...metaOf(seq, bytes.length), key: topic, topic })),
      )
      .filter(({ seq }) => before === null || seq < Number(before))
      .toSorted((one, other) => other.seq - one.seq);
    const more = all.length > Number(limit);
    return { messages: all.slice(0, Number(limit)), complete: !more && !this.#isShort, more };
  }

  #message({ key, which, offset, length }: Record<string, unknown>) {
    const topic = this.#messages.get(String(key)) ?? new Map<number, Uint8Array<ArrayBuffer>>();
    const seq = typeof which === 'number' ? which : ([...topic.keys()].at(-1) ?? -1);
    const bytes = topic.get(seq);
    if (bytes === undefined) return { kind: 'gone', why: 'evicted' };
    const start = Number(offset);
    return {
      kind: 'message',
      meta: metaOf(seq, bytes.length),
      offset: start,
      bytes: bytes.slice(start, start + Number(length)),
      properties: new Uint8Array(),
    };
  }
}

/** Everything that waits for answers has them. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 60; turn++) await Promise.resolve();
}
