import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ConnectionId, Qos } from '../../../src-main/contract/model/model.ts';
import type { PublishMessage } from '../../../src-main/contract/model/publish-message.ts';
import type { AnswerRule, MessageTemplate } from '../../../src-main/contract/session/sending.ts';
import type { Failure } from '../../../src-main/contract/base/errors.ts';
import type { PublishOutcome } from '../../../src-main/contract/session/outcomes.ts';
import { oddWords } from '../../../src-main/core/topics/names.ts';
import type { KeptDrafts } from '../engine/kept-drafts.ts';
import type { KeptValues } from '../browser/memory.ts';
import type { ConnectionsState } from '../connections/connections.ts';
import { callEngine } from '../engine/call-engine.ts';
import type { Engine } from '../engine/engine.ts';
import { edited, exactText, linedText, withLineEnd, type LineEnd } from './line-ends.ts';
import type { DraftProperties } from './draft-properties.ts';
import { draftText, readDraftText } from './draft-text.ts';
import { asJson } from './as-protobuf.ts';
import {
  fileOfPasted,
  inFormat,
  isEncoded,
  isTextual,
  payloadBytes,
  type PayloadFile,
  type PayloadFormat,
} from './payload-format.ts';
import { answerRuleOf, withAnswerFields } from './draft-answer.ts';
import { templateOf, templateOfRows } from './draft-template.ts';
import { followAnswer } from './follow-answer.ts';
import { followKept, type KeptMessages } from './kept-messages.ts';
import {
  EMPTY_DRAFT,
  followsSelection,
  isEmpty,
  type DraftAnswer,
  type PublishDraft,
} from './publish-draft.ts';
import { sessionOf, type PublishResult } from './publish-result.ts';
import { createSeriesForm, type SeriesForm } from './series/series-form.ts';
import { followSeries, type SeriesList } from './series/series-list.ts';

export interface PublishState {
  readonly draft: PublishDraft;
  readonly result: PublishResult;
  /** What was typed on an earlier page is not here yet. */
  readonly loading: boolean;
  /** What stood in the panel before a message was loaded into it, until that is changed; null: nothing. */
  readonly replaced: PublishDraft | null;
  /** Why the payload could not be taken into the format that was chosen, until something is changed; null: it could. */
  readonly formatProblem: Failure | null;
  /** Is to be published beside what is typed; whoever takes it sets it to null. */
  readonly asked: PublishDraft | null;
}

/** A message that is about to go out, with the draft it was made of. */
export interface Outgoing {
  readonly template: MessageTemplate;
  readonly answer: AnswerRule | null;
  readonly of: PublishDraft;
}

/** The publish panel of one connection: what is typed, and what became of the last message. */
export interface Publishing {
  readonly store: StoreApi<PublishState>;
  /** The series that is typed. */
  readonly seriesForm: StoreApi<SeriesForm>;
  typeTopic(topic: string): void;
  /** Takes the topic over, as the person's own choice. */
  useTopic(topic: string): void;
  /** A topic was selected elsewhere: the field follows while nothing is typed. */
  selected(topic: string): void;
  /** See `edited`. */
  typePayload(text: string, caret: number | null, pasted: string | null): void;
  setLineEnd(end: LineEnd): void;
  setQos(qos: Qos): void;
  setRetain(retain: boolean): void;
  /** The same bytes in another format, where that can hold them. */
  setFormat(format: PayloadFormat): void;
  /** Which message the JSON is in Protobuf. */
  setMessage(message: string): void;
  /** The payload is this file, byte for byte. */
  setFile(file: PayloadFile): void;
  /** The whole payload text anew, as a formatter does; one step. */
  replacePayload(text: string): void;
  setProperties(properties: Partial<DraftProperties>): void;
  setGzip(gzip: boolean): void;
  setVariables(variables: boolean): void;
  /** @param mqtt5 the fields of the request are filled in where they are empty */
  setAnswer(answer: Partial<DraftAnswer>, mqtt5: boolean): void;
  /** At the end of the payload. */
  insertText(text: string): void;
  /** What would be sent now, as far as that is known. */
  preview(): Promise<PublishMessage | Failure>;
  /** Follows what is saved and what was sent, until that is closed. */
  followKept(): KeptMessages;
  /** Follows the series of the connection, until that is closed. */
  followSeries(): SeriesList;
  /** Puts a whole message into the panel; what stood there can be brought back. */
  load(draft: PublishDraft): void;
  /** Brings back what stood there before `load`. */
  undoLoad(): void;
  /**
   * The message as it stands now, or what keeps it from going out; null where it is held back once because
   * its topic has characters that one does not see, which the result says then.
   */
  prepare(): Outgoing | Failure | null;
  /** The same of another draft than the one in the panel. */
  prepareOf(draft: PublishDraft): Outgoing | Failure | null;
  /** Publishes it, whatever was typed since. `queue`: it waits where there is no connection. */
  publish(outgoing: Outgoing, queue?: boolean): Promise<void>;
  /** What waits for the connection is not sent. */
  discardQueued(): Promise<void>;
}

/** The publish panels of all connections; what is typed outlives panel, connection, reload and window. */
export interface PublishDrafts {
  of(connection: ConnectionId): Publishing;
  /** The page goes: keeps at once what was typed in the last moments. */
  flush(): void;
  dispose(): void;
}

export interface PublishPorts {
  readonly engine: Engine;
  readonly kept: KeptDrafts;
  /** For what is typed just before a reload, when nothing reaches the engine any more. */
  readonly tab: KeptValues;
  readonly connections: StoreApi<ConnectionsState>;
  /** ms since the epoch */
  readonly now: () => number;
}

/** Typing is kept after a pause of so long, ms. */
const KEEP_AFTER_MS = 250;

export function createPublishDrafts(ports: PublishPorts): PublishDrafts {
  const open = new Map<ConnectionId, Panel>();
  const stop = ports.connections.subscribe(({ loaded, connections }) => {
    if (!loaded) return;
    for (const [id, panel] of open) {
      if (connections.some((one) => one.id === id)) continue;
      panel.close();
      open.delete(id);
    }
  });
  return {
    of(connection) {
      const known = open.get(connection);
      if (known !== undefined) return known;
      const home = homeOf(ports.connections.getState(), connection);
      const shared = [...open.values()].some(({ key }) => key === home);
      const panel = new Panel(connection, shared ? `${home} ${connection}` : home, ports);
      open.set(connection, panel);
      return panel;
    },
    flush() {
      for (const panel of open.values()) panel.leave();
    },
    dispose() {
      stop();
      for (const panel of open.values()) panel.close();
      open.clear();
    },
  };
}

/** Where drafts of a connection are kept: with its profile, or its address, as its id lasts only until it is closed. */
function homeOf({ connections }: ConnectionsState, connection: ConnectionId): string {
  const known = connections.find(({ id }) => id === connection);
  return `publish ${known?.profileId ?? known?.address ?? connection}`;
}

class Panel implements Publishing {
  readonly store: StoreApi<PublishState>;
  readonly seriesForm = createSeriesForm();
  readonly key: string;
  readonly #connection: ConnectionId;
  readonly #ports: PublishPorts;
  /** Topics with unseen characters that the user was warned of. */
  readonly #warned = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** The last publish, so that a slow answer to an earlier one does not take its place. */
  #last = 0;
  #stopAnswer: () => void = () => undefined;

  constructor(connection: ConnectionId, key: string, ports: PublishPorts) {
    this.#connection = connection;
    this.key = key;
    this.#ports = ports;
    const { kept, tab } = ports;
    // What was written as the page closed is newer than what the engine got.
    const left = readDraftText(tab.get(key));
    tab.set(key, null);
    const loading = left === null && !kept.loaded;
    const draft = left ?? readDraftText(kept.get(key)) ?? EMPTY_DRAFT;
    this.store = createStore<PublishState>(() => ({
      draft,
      result: { kind: 'none' },
      loading,
      replaced: null,
      formatProblem: null,
      asked: null,
    }));
    if (left !== null) this.keep();
    if (loading) void kept.whenLoaded().then(() => this.#loaded());
  }

  #loaded(): void {
    const before = readDraftText(this.#ports.kept.get(this.key));
    const { draft } = this.store.getState();
    this.store.setState({ loading: false, ...(before !== null && isEmpty(draft) ? { draft: before } : {}) });
  }

  typeTopic(topic: string): void {
    this.#change({ topic, topicIsOwn: topic !== '' });
  }

  useTopic(topic: string): void {
    this.#change({ topic, topicIsOwn: true });
  }

  selected(topic: string): void {
    const { draft } = this.store.getState();
    if (topic !== draft.topic && followsSelection(draft)) this.#change({ topic });
  }

  typePayload(text: string, caret: number | null, pasted: string | null): void {
    const { draft } = this.store.getState();
    const payload = edited(draft.payload, text, caret, pasted);
    const file = pasted === null ? null : fileOfPasted({ ...draft, payload });
    return file === null ? this.#change({ payload }) : this.load({ ...draft, format: 'file', file });
  }

  setLineEnd(end: LineEnd): void {
    this.#change({ payload: withLineEnd(this.store.getState().draft.payload, end) });
  }

  setQos(qos: Qos): void {
    this.#change({ qos });
  }

  setRetain(retain: boolean): void {
    this.#change({ retain });
  }

  setFormat(format: PayloadFormat): void {
    const { draft } = this.store.getState();
    const bytes = isEncoded(format) && !isTextual(draft.format) ? payloadBytes(draft) : null;
    if (!isEncoded(format) || !(bytes instanceof Uint8Array) || bytes.length === 0)
      return this.#change(inFormat(draft, format));
    const asked = asJson(this.#ports.engine, this.#connection, bytes, format, draft);
    void asked.then((made) => {
      // What was typed meanwhile is not overwritten.
      if (this.store.getState().draft !== draft) return;
      if ('code' in made) this.store.setState({ formatProblem: made });
      else this.#change(made);
    });
  }

  setMessage(message: string): void {
    this.#change({ message });
  }

  setFile(file: PayloadFile): void {
    this.#change({ format: 'file', file });
  }

  replacePayload(text: string): void {
    this.#change({ payload: linedText(text) });
  }

  setProperties(properties: Partial<DraftProperties>): void {
    this.#change({ properties: { ...this.store.getState().draft.properties, ...properties } });
  }

  load(next: PublishDraft): void {
    const { draft } = this.store.getState();
    this.#change(next);
    this.store.setState({ replaced: isEmpty(draft) ? null : draft });
  }

  undoLoad(): void {
    const { replaced } = this.store.getState();
    if (replaced !== null) this.#change(replaced);
  }

  setGzip(gzip: boolean): void {
    this.#change({ gzip });
  }

  setVariables(variables: boolean): void {
    this.#change({ variables });
  }

  setAnswer(change: Partial<DraftAnswer>, mqtt5: boolean): void {
    const { draft } = this.store.getState();
    const answer = { ...draft.answer, ...change };
    const fills = mqtt5 && answer.expected && !draft.answer.expected;
    this.#change({ answer, ...(fills && { properties: withAnswerFields(draft.properties) }) });
  }

  insertText(text: string): void {
    const { payload } = this.store.getState().draft;
    this.#change({ payload: linedText(exactText(payload) + text) });
  }

  async preview(): Promise<PublishMessage | Failure> {
    const template = templateOf(this.store.getState().draft);
    if ('code' in template) return template;
    const connection = this.#connection;
    const made = await callEngine(() => this.#ports.engine.call('previewMessage', { connection, template }));
    return made.kind === 'preview' ? made.message : made;
  }

  followKept(): KeptMessages {
    return followKept(this.#ports.engine, this.#connection);
  }

  followSeries(): SeriesList {
    return followSeries(this.#ports.engine, this.#connection, (kind) => {
      const { draft } = this.store.getState();
      return kind === 'file' ? templateOfRows(draft) : templateOf(draft);
    });
  }

  prepare(): Outgoing | Failure | null {
    return this.prepareOf(this.store.getState().draft);
  }

  prepareOf(of: PublishDraft): Outgoing | Failure | null {
    const template = templateOf(of);
    if ('code' in template) return template;
    const answer = answerRuleOf(of);
    if (answer !== null && 'code' in answer) return answer;
    if (oddWords(of.topic) !== null && !this.#warned.has(of.topic)) {
      this.#warned.add(of.topic);
      this.store.setState({ result: { kind: 'odd-topic', of } });
      return null;
    }
    return { template, answer, of };
  }

  async publish({ template, answer, of }: Outgoing, queue = false): Promise<void> {
    const mine = ++this.#last;
    this.#stopAnswer();
    this.store.setState({ result: { kind: 'pending', of, queued: queue } });
    const connection = this.#connection;
    const sent = await callEngine(() =>
      this.#ports.engine.call('sendMessage', { connection, template, queue, answer }),
    );
    if (mine !== this.#last) return;
    const session = sessionOf(this.#ports.connections.getState(), connection);
    const at = this.#ports.now();
    const [outcome, topic]: [PublishOutcome, string] =
      'outcome' in sent ? [sent.outcome, sent.topic] : [sent, of.topic];
    this.store.setState({ result: { kind: 'answered', of, at, session, outcome, topic, answer: null } });
    if (answer === null || !('id' in sent)) return;
    this.#stopAnswer = followAnswer(this.#ports.engine, connection, sent.id, (one) => {
      const { result } = this.store.getState();
      if (result.kind === 'answered' && mine === this.#last)
        this.store.setState({ result: { ...result, answer: one } });
    });
  }

  async discardQueued(): Promise<void> {
    await callEngine(() => this.#ports.engine.call('discardQueued', { connection: this.#connection }));
  }

  /** Keeps what is typed. */
  keep(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const { draft, loading } = this.store.getState();
    if (loading) return;
    if (isEmpty(draft)) this.#ports.kept.forget(this.key);
    else this.#ports.kept.keep(this.key, draftText(draft));
  }

  /** The page goes, and the engine may not hear of it. */
  leave(): void {
    const waits = this.#timer !== null;
    this.keep();
    if (waits) this.#ports.tab.set(this.key, draftText(this.store.getState().draft));
  }

  close(): void {
    // What is still under way is nobody's any more: its answer is not waited for.
    this.#last++;
    this.#stopAnswer();
    this.keep();
  }

  #change(part: Partial<PublishDraft>): void {
    this.store.setState(({ draft }) => ({
      draft: { ...draft, ...part },
      replaced: null,
      formatProblem: null,
    }));
    this.#timer ??= setTimeout(() => this.keep(), KEEP_AFTER_MS);
  }
}
