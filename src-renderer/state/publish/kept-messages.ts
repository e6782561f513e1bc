import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Failure } from '../../../src-main/contract/base/errors.ts';
import type { ConnectionId } from '../../../src-main/contract/model/model.ts';
import type { SavedHead, SavedPlace, SentMessage } from '../../../src-main/contract/session/sending.ts';
import { callEngine, isFailure } from '../engine/call-engine.ts';
import type { Engine } from '../engine/engine.ts';
import { follow } from '../engine/follow.ts';
import { draftOfTemplate, templateOf } from './draft-template.ts';
import type { PublishDraft } from './publish-draft.ts';

export interface KeptState {
  readonly saved: readonly SavedHead[];
  /** Newest first. */
  readonly sent: readonly SentMessage[];
  /** Both lists are here. */
  readonly loaded: boolean;
  /** Why what was saved could not be read or written. */
  readonly problem: Failure | null;
}

/** Messages that are kept: saved by name, and those that were sent by one connection's profile. */
export interface KeptMessages {
  readonly store: StoreApi<KeptState>;
  /** @param id of the one it takes the place of; null: a new one */
  save(id: string | null, place: SavedPlace, draft: PublishDraft): Promise<Failure | null>;
  remove(ids: readonly string[]): Promise<Failure | null>;
  readSaved(id: string): Promise<PublishDraft | Failure>;
  readSent(id: string): Promise<PublishDraft | Failure>;
  clearSent(): Promise<Failure | null>;
  close(): void;
}

/** Follows both lists until `close`. */
export function followKept(engine: Engine, connection: ConnectionId): KeptMessages {
  const store = createStore<KeptState>(() => ({ saved: [], sent: [], loaded: false, problem: null }));
  let heard = 0;
  const first = () => ({ loaded: ++heard > 1 || store.getState().loaded });
  let savedHere = false;
  let sentHere = false;
  const stops = [
    follow({
      open: () => engine.stream('savedMessages', {}),
      take: ({ messages, problem }) => {
        store.setState({ saved: messages, problem, ...(savedHere ? {} : first()) });
        savedHere = true;
      },
    }),
    follow({
      open: () => engine.stream('sentMessages', { connection }),
      take: ({ messages }) => {
        store.setState({ sent: messages, ...(sentHere ? {} : first()) });
        sentHere = true;
      },
    }),
  ];
  const done = async (ask: () => Promise<{ readonly kind: string }>): Promise<Failure | null> => {
    const answer = await callEngine(ask);
    return isFailure(answer) ? answer : null;
  };
  return {
    store,
    async save(id, place, draft) {
      const template = templateOf(draft);
      if ('code' in template) return template;
      return done(() => engine.call('saveMessage', { id, place, template, format: draft.format }));
    },
    remove: (ids) => done(() => engine.call('removeSaved', { ids: [...ids] })),
    async readSaved(id) {
      const answer = await callEngine(() => engine.call('readSaved', { id }));
      return isFailure(answer) ? answer : draftOfTemplate(answer.template, answer.format);
    },
    async readSent(id) {
      const answer = await callEngine(() => engine.call('readSent', { connection, id }));
      return isFailure(answer) ? answer : draftOfTemplate(answer.template);
    },
    clearSent: () => done(() => engine.call('clearSent', { connection })),
    close() {
      for (const stop of stops) stop();
    },
  };
}
