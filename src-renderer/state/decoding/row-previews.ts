import { MOST_PREVIEWED_BYTES } from '../../../src-main/contract/decoding/decoder-rule-calls.ts';
import type { DecoderRule } from '../../../src-main/contract/model/decoder-rule.ts';
import type { MessageMeta, Preview } from '../../../src-main/contract/model/message.ts';
import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import type { Row } from '../../../src-main/contract/model/view.ts';
import { ruleFor } from '../../../src-main/core/topics/decoder-rules.ts';
import type { ConnectionSession } from '../tree/tree-session.ts';
import {
  DecodedPreviews,
  type DecodedPreview,
  type PreviewPorts,
  type WantedPreview,
} from './decoded-previews.ts';
import { createDecoderRules, type DecoderRulesStore } from './decoder-rules.ts';

/** Decoded one-line forms of what is listed of a connection: rows of the tree, and messages of the history. */
export interface ListedPreviews {
  readonly subscribe: (listener: () => void) => () => void;
  /** Of a row; null: what the row itself says. */
  ofRow(row: Row): DecodedPreview | null;
  /** Of a message; null: the preview that came with it. */
  ofMessage(key: TopicKey, message: MessageMeta): Preview | null;
  /** Whether a rule says how the topic is decoded. */
  isRuled(key: TopicKey): boolean;
  /** Another number when something was decoded or forgotten. */
  version(): number;
  /** Messages that are on screen; of the topic, or each of its own. */
  wantMessages(key: TopicKey, messages: readonly (MessageMeta & { readonly key?: TopicKey })[]): void;
}

const NO_VALUE: ReadonlySet<Preview['kind']> = new Set(['none', 'empty', 'evicted']);

const bySession = new WeakMap<ConnectionSession, ListedPreviews & { readonly rules: DecoderRulesStore }>();

const browserPorts: PreviewPorts = {
  now: () => performance.now(),
  later(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** Made once for a session, closed with it; `rules` are those of its connection. */
export function listedPreviewsOf(
  session: ConnectionSession,
): ListedPreviews & { readonly rules: DecoderRulesStore } {
  const known = bySession.get(session);
  if (known !== undefined) return known;
  const rules = createDecoderRules(session);
  const previews = createListedPreviews(session, rules, browserPorts);
  session.onClose(() => {
    rules.close();
    previews.close();
  });
  const made = { ...previews, rules };
  bySession.set(session, made);
  return made;
}

export function createListedPreviews(
  session: Pick<ConnectionSession, 'client' | 'connectionId' | 'viewId' | 'store'>,
  rules: Pick<DecoderRulesStore, 'store'>,
  ports: PreviewPorts,
): ListedPreviews & { close(): void } {
  const rows = new DecodedPreviews(session, ports);
  const messages = new DecodedPreviews(session, ports);
  const ruled = new RuledTopics();
  const isWanted = (key: TopicKey, preview: Preview, size: number): boolean =>
    size > 0 &&
    size <= MOST_PREVIEWED_BYTES &&
    !NO_VALUE.has(preview.kind) &&
    (preview.kind === 'binary' || ruled.has(key, rules.store.getState().rules));

  const wantedRows = (): readonly WantedPreview[] => {
    const state = session.store.getState();
    const wanted: WantedPreview[] = [];
    for (const id of state.ids) {
      const row = state.rows.get(id)?.row;
      if (row === undefined || row.own === 0 || !isWanted(row.key, row.preview, row.size)) continue;
      wanted.push({ id: row.key, key: row.key, which: 'latest', stamp: row.own });
    }
    return wanted;
  };
  const ends = [
    session.store.subscribe((state, before) => {
      if (state.rows !== before.rows) rows.want(wantedRows());
    }),
    rules.store.subscribe((state, before) => {
      if (state.rules === before.rules) return;
      rows.forget();
      messages.forget();
      rows.want(wantedRows());
    }),
  ];
  rows.want(wantedRows());

  return {
    subscribe(listener) {
      const stops = [rows.subscribe(listener), messages.subscribe(listener)];
      return () => stops.forEach((stop) => stop());
    },
    isRuled: (key) => ruled.has(key, rules.store.getState().rules),
    version: () => messages.version,
    ofRow(row) {
      return isWanted(row.key, row.preview, row.size) ? rows.of(row.key) : null;
    },
    ofMessage(key, message) {
      if (!isWanted(key, message.preview, message.kept)) return null;
      return messages.of(`${message.seq} ${key}`)?.preview ?? null;
    },
    wantMessages(key, listed) {
      messages.want(
        listed
          .map((message) => ({ ...message, key: message.key ?? key }))
          .filter((message) => isWanted(message.key, message.preview, message.kept))
          .map(({ seq, key: of }) => ({ id: `${seq} ${of}`, key: of, which: seq, stamp: seq })),
      );
    },
    close() {
      for (const end of ends) end();
      rows.close();
      messages.close();
    },
  };
}

/** Whether a rule names a topic, remembered: rows are looked at with each frame. */
class RuledTopics {
  #rules: readonly DecoderRule[] = [];
  readonly #known = new Map<TopicKey, boolean>();

  has(key: TopicKey, rules: readonly DecoderRule[]): boolean {
    if (rules !== this.#rules || this.#known.size > 10_000) {
      this.#rules = rules;
      this.#known.clear();
    }
    if (rules.length === 0) return false;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const found = ruleFor(rules, key) !== null;
    this.#known.set(key, found);
    return found;
  }
}
