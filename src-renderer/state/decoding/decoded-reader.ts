import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Failure } from '../../../src-main/contract/base/errors.ts';
import type { Decoded } from '../../../src-main/contract/decoding/decoded.ts';
import type { DecoderChain, DecoderStep } from '../../../src-main/contract/model/decoder-rule.ts';
import { MAX_PIECE } from '../../../src-main/contract/decoding/decoder-calls.ts';
import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import { decodeStrict, sequenceBoundary } from '../../../src-main/core/payload/utf8.ts';
import type { Inspector, InspectorState, Loaded } from '../inspector/inspector.ts';
import type { ConnectionSession } from '../tree/tree-session.ts';

/** What the decoder made of one message. */
export interface ShownDecoded {
  readonly key: TopicKey;
  readonly seq: number;
  readonly decoded: Decoded;
}

export interface DecodedState {
  /** By a person, for the topic that is selected; null: by rule, or by what is found. */
  readonly chosen: DecoderChain | null;
  /** The region with what was found and what can be chosen. */
  readonly open: boolean;
  readonly shown: ShownDecoded | null;
  /** The message of the topic before that one, for what has changed. */
  readonly previous: ShownDecoded | null;
  /** The decoder's thread did not answer. */
  readonly problem: Failure | null;
}

export interface DecodedReader {
  readonly store: StoreApi<DecodedState>;
  /** Null: automatically. A step that reads what is packed comes behind what unpacks it. */
  choose(step: DecoderStep | null): void;
  setOpen(open: boolean): void;
  /** Rules have changed. */
  again(): void;
  /** The next part of a long text form. */
  more(): Promise<void>;
  close(): void;
}

/** Larger messages are decoded without being asked only where they are no text. */
const ALWAYS_BYTES = 262_144;

const UNPACKERS: ReadonlySet<string> = new Set([
  'gzip',
  'zlib',
  'deflate',
  'brotli',
  'zstd',
  'base64',
  'hex',
]);

/** Follows what is inspected, and has it decoded: one message at a time, always the latest. */
export function createDecodedReader(session: ConnectionSession, inspector: Inspector): DecodedReader {
  return new Reader(session, inspector);
}

/** The text, JSON or number that the window lays out by itself, so that the decoder adds nothing to read. */
export function isPlain({ stages, view, by, failure }: Decoded): boolean {
  const [only, more] = stages;
  if (more !== undefined || only === undefined || failure !== null) return false;
  if (only.decoder === 'json') return only.label === 'JSON';
  if (by.kind !== 'automatic') return false;
  if (only.decoder === 'text') return only.label === 'Text';
  return only.decoder !== 'timestamp' && (view === 'text' || only.decoder === 'bytes');
}

const NOTHING: Omit<DecodedState, 'open'> = { chosen: null, shown: null, previous: null, problem: null };

class Reader implements DecodedReader {
  readonly store: StoreApi<DecodedState>;
  readonly #session: ConnectionSession;
  readonly #inspector: Inspector;
  readonly #unsubscribe: () => void;
  #isAsking = false;
  #isStale = false;
  #isClosed = false;

  constructor(session: ConnectionSession, inspector: Inspector) {
    this.#session = session;
    this.#inspector = inspector;
    this.store = createStore<DecodedState>(() => ({ open: false, ...NOTHING }));
    this.#unsubscribe = inspector.store.subscribe((state, before) => this.#follow(state, before));
    this.#ask();
  }

  choose(step: DecoderStep | null): void {
    const { shown } = this.store.getState();
    const packed = (shown?.decoded.stages ?? []).filter(({ decoder }) => UNPACKERS.has(decoder));
    const before = step === null || UNPACKERS.has(step.decoder) ? [] : packed.map(stepOf);
    this.store.setState({ chosen: step === null ? null : [...before, step] });
    this.again();
  }

  setOpen(open: boolean): void {
    this.store.setState({ open });
    if (open && this.#isMissing()) this.again();
  }

  again(): void {
    this.#ask();
  }

  async more(): Promise<void> {
    const { shown } = this.store.getState();
    if (shown === null || shown.decoded.text.length >= shown.decoded.textLength) return;
    this.#inspector.hold();
    const { id, text } = shown.decoded;
    const next = await this.#session.client.call('decodedText', {
      id,
      offset: text.length,
      length: MAX_PIECE,
    });
    if (this.store.getState().shown !== shown || this.#isClosed) return;
    if (next.kind === 'failed') this.#ask();
    else this.store.setState({ shown: { ...shown, decoded: { ...shown.decoded, text: text + next.text } } });
  }

  close(): void {
    this.#isClosed = true;
    this.#unsubscribe();
  }

  #follow(state: InspectorState, before: InspectorState): void {
    if (state.key !== before.key) this.store.setState(NOTHING);
    if (state.loaded !== null && state.loaded.meta.seq !== before.loaded?.meta.seq) this.#ask();
    else if (state.loaded !== null && state.key !== before.key) this.#ask();
  }

  #isMissing(): boolean {
    const { loaded } = this.#inspector.store.getState();
    return loaded !== null && this.store.getState().shown?.seq !== loaded.meta.seq;
  }

  /** One question at a time; what came meanwhile is asked for after it, once. */
  #ask(): void {
    const { key, loaded } = this.#inspector.store.getState();
    if (key === null || loaded === null || this.#isClosed) return;
    if (this.#isAsking) {
      this.#isStale = true;
      return;
    }
    if (!this.#isWanted(loaded)) return void this.store.setState({ shown: null });
    this.#isAsking = true;
    void this.#read(key, loaded).finally(() => {
      this.#isAsking = false;
      if (this.#isStale) {
        this.#isStale = false;
        this.#ask();
      }
    });
  }

  #isWanted({ bytes, meta }: Loaded): boolean {
    const { open, chosen } = this.store.getState();
    if (open || chosen !== null || meta.kept <= ALWAYS_BYTES) return true;
    const end = bytes.length < meta.kept ? sequenceBoundary(bytes, bytes.length) : bytes.length;
    const text = decodeStrict(bytes.subarray(0, end));
    return text === null || text.includes('\0');
  }

  async #read(key: TopicKey, loaded: Loaded): Promise<void> {
    const { chosen } = this.store.getState();
    const { seq } = loaded.meta;
    const { paused } = this.#session.store.getState();
    try {
      const answer = await this.#session.client.call('decode', {
        connection: this.#session.connectionId,
        source: {
          kind: 'message',
          key,
          which: seq,
          ...(paused === null ? {} : { view: this.#session.viewId }),
        },
        chain: chosen,
      });
      if (this.#isClosed || this.#inspector.store.getState().key !== key) return;
      if (this.store.getState().chosen !== chosen) return;
      if (answer.kind === 'decoded') {
        const { shown, previous } = this.store.getState();
        const before = shown !== null && shown.seq !== seq ? shown : previous;
        this.store.setState({ shown: { key, seq, decoded: answer }, previous: before, problem: null });
      } else if (answer.kind === 'failed') this.store.setState({ shown: null, problem: answer });
    } catch {
      // The pipe is closed, or the worker is being replaced: the inspector itself says so.
    }
  }
}

export function stepOf({ decoder, option }: DecoderStep): DecoderStep {
  return { decoder, option };
}
