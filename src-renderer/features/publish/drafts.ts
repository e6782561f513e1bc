import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ConnectionId, Qos } from '../../../src-main/contract/model/model.ts';
import type { PublishOutcome } from '../../../src-main/contract/session/outcomes.ts';

/** How the last publish went. */
export type Outcome =
  | { readonly kind: 'none' }
  | { readonly kind: 'pending' }
  | { readonly kind: 'done'; readonly at: number; readonly topic: string; readonly outcome: PublishOutcome }
  /** It could not even be asked. */
  | { readonly kind: 'broken'; readonly at: number; readonly why: string };

/** What is typed into the publish panel of one connection. */
export interface Draft {
  readonly topic: string;
  /** The person typed the topic: a selection no longer replaces it. */
  readonly touched: boolean;
  readonly payload: string;
  readonly qos: Qos;
  readonly retain: boolean;
  readonly outcome: Outcome;
}

const EMPTY: Draft = {
  topic: '',
  touched: false,
  payload: '',
  qos: 0,
  retain: false,
  outcome: { kind: 'none' },
};

/** Connections whose drafts are kept; the oldest make room. */
const MAX_DRAFTS = 50;
/** A payload longer than this (characters) is not kept across a reload: session storage holds about 5 MB. */
const MAX_STORED = 500_000;
const PREFIX = 'topicscope.draft.';

const drafts = new Map<ConnectionId, StoreApi<Draft>>();

/** The draft of a connection. It outlives the panel, a switch to another connection, and a reload. */
export function draftOf(id: ConnectionId): StoreApi<Draft> {
  const known = drafts.get(id);
  if (known !== undefined) return known;
  const store = createStore<Draft>(() => ({ ...EMPTY, ...stored(id) }));
  store.subscribe((draft) => save(id, draft));
  drafts.set(id, store);
  for (const oldest of drafts.keys()) {
    if (drafts.size <= MAX_DRAFTS) break;
    drafts.delete(oldest);
  }
  return store;
}

type Kept = Pick<Draft, 'topic' | 'touched' | 'payload' | 'qos' | 'retain'>;

function save(id: ConnectionId, { topic, touched, payload, qos, retain }: Draft): void {
  if (payload.length > MAX_STORED) return;
  try {
    sessionStorage.setItem(
      PREFIX + id,
      JSON.stringify({ topic, touched, payload, qos, retain } satisfies Kept),
    );
  } catch {
    // Full or forbidden: the draft then lasts as long as the page.
  }
}

function stored(id: ConnectionId): Partial<Kept> {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(PREFIX + id) ?? 'null');
    if (typeof value !== 'object' || value === null) return {};
    const { topic, touched, payload, qos, retain } = value as Record<string, unknown>;
    return {
      ...(typeof topic === 'string' ? { topic } : {}),
      ...(typeof payload === 'string' ? { payload } : {}),
      ...(qos === 0 || qos === 1 || qos === 2 ? { qos } : {}),
      touched: touched === true,
      retain: retain === true,
    };
  } catch {
    return {};
  }
}
