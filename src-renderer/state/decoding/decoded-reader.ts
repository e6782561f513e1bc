import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Failure } from '../../../src-main/contract/base/errors.ts';
import type { Decoded } from '../../../src-main/contract/decoding/decoded.ts';
import type { DecoderChain, DecoderStep } from '../../../src-main/contract/model/decoder-rule.ts';
import { MAX_PIECE } from '../../../src-main/contract/decoding/decoder-calls.ts';
import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import { decodeStrict, sequenceBoundary } from '../../../src-main/core/payload/utf8.ts';
import {
  browserInspectorPorts,
  type Inspector,
  type InspectorPorts,
  type InspectorState,
  type Loaded,
} from '../inspector/inspector.ts';
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
  /** Rules or schemas have changed. */
  again(): void;
  /** The next part of a long text form. */
  more(): Promise<void>;
  close(): void;
}

/** Larger messages are decoded without being asked only where they are no text. */
const ALWAYS_BYTES = 262_144;
/** Values in an answer: what a chart of what is no text offers at once. */
const FIRST_NODES = 500;
/**
 * A text is on screen without the decoder, which looks at it only once a person has stopped there: longer than
 * from one topic to the next by a held arrow key. ms
 */
const SETTLE_MS = 50;

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
export function createDecodedReader(
  session: ConnectionSession,
  inspector: Inspector,
  later: InspectorPorts['later'] = browserInspectorPorts.later,
): DecodedReader {
  return new Reader(session, inspector, later);
}

/** The first bytes of a message are text, as far as they are here. */
function isText({ bytes, meta }: Loaded): boolean {
  const end = bytes.length < meta.kept ? sequenceBoundary(bytes, bytes.length) : bytes.length;
  const text = decodeStrict(bytes.subarray(0, end));
  return text !== null && !text.includes('\0');
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
  readonly #later: InspectorPorts['later'];
  readonly #unsubscribe: () => void;
  #cancel: (() => void) | null = null;
  #isAsking = false;
  #isStale = false;
  #isClosed = false;

  constructor(session: ConnectionSession, inspector: Inspector, later: InspectorPorts['later']) {
    this.#session = session;
    this.#inspector = inspector;
    this.#later = later;
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
    this.#cancel?.();
    this.#unsubscribe();
  }

  #follow(state: InspectorState, before: InspectorState): void {
    const isOther = state.key !== before.key;
    if (isOther) this.store.setState(NOTHING);
    if (isOther || state.loaded?.meta.seq !== before.loaded?.meta.seq) this.#askFor(state.loaded);
  }

  #askFor(loaded: Loaded | null): void {
    this.#cancel?.();
    this.#cancel = null;
    if (loaded === null) return;
    const { open, chosen, shown } = this.store.getState();
    const isOnScreen = !open && chosen === null && (shown === null || isPlain(shown.decoded));
    if (!isOnScreen || !isText(loaded)) return this.#ask();
    this.#cancel = this.#later(SETTLE_MS, () => {
      this.#cancel = null;
      this.#ask();
    });
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

  #isWanted(loaded: Loaded): boolean {
    const { open, chosen } = this.store.getState();
    return open || chosen !== null || loaded.meta.kept <= ALWAYS_BYTES || !isText(loaded);
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
        // Of most texts nobody asks for the values.
        nodes: isText(loaded) ? 0 : FIRST_NODES,
      });
      const decoded = answer.kind === 'decoded' ? await this.#withNodes(answer) : null;
      if (this.#isClosed || this.#inspector.store.getState().key !== key) return;
      if (this.store.getState().chosen !== chosen) return;
      if (decoded !== null) {
        const { shown, previous } = this.store.getState();
        const before = shown !== null && shown.seq !== seq ? shown : previous;
        this.store.setState({ shown: { key, seq, decoded }, previous: before, problem: null });
      } else if (answer.kind === 'failed') this.store.setState({ shown: null, problem: answer });
    } catch {
      // The pipe is closed, or the worker is being replaced: the inspector itself says so.
    }
  }

  /** With its first values where the window does not read them from the text itself. */
  async #withNodes(decoded: Decoded): Promise<Decoded> {
    const { id, nodes, total } = decoded;
    if (isPlain(decoded) || nodes.length > 0 || total === 0) return decoded;
    const first = await this.#session.client.call('decodedNodes', { id, from: 0, count: FIRST_NODES });
    return first.kind === 'nodes' ? { ...decoded, nodes: first.nodes } : decoded;
  }
}

export function stepOf({ decoder, option }: DecoderStep): DecoderStep {
  return { decoder, option };
}
