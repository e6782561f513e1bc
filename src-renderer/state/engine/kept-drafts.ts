import { callEngine, isFailure } from './call-engine.ts';
import type { Engine } from './engine.ts';

/**
 * Forms that were left with something typed in them, until they are saved, sent or discarded. In memory
 * only, because a draft may hold a password: here for the life of the page, and in the engine over a
 * reload.
 */
export interface KeptDrafts {
  /** What the engine kept of an earlier page is here; false for a moment after the start. */
  readonly loaded: boolean;
  /** Resolves when it is. */
  whenLoaded(): Promise<void>;
  get(key: string): string | null;
  keep(key: string, text: string): void;
  forget(key: string): void;
  /** Sends at once what the engine does not have yet: the page is about to close. */
  flush(): void;
  dispose(): void;
}

/** Forms kept, and their characters together; the oldest make room. */
const MAX_KEPT = 100;
const MAX_TEXT = 32 * 2 ** 20;
/** Characters of a form that a few dozen fields fill; typed at any speed it is less than what the window is sent. */
const SMALL = 16 * 2 ** 10;

export function createKeptDrafts(engine: Engine): KeptDrafts {
  return new EngineDrafts(engine);
}

class EngineDrafts implements KeptDrafts {
  loaded = false;
  readonly dispose: () => void;
  readonly #engine: Engine;
  readonly #kept = new BoundedTexts();
  /** What is still to be sent to the engine; null: forget it. */
  readonly #unsent = new Map<string, string | null>();
  /** What could not be sent while the link was down; sent again once it is up. */
  readonly #failed = new Map<string, string | null>();
  readonly #waiting: (() => void)[] = [];
  #isSending = false;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.dispose = engine.subscribe((status) => {
      if (status.kind !== 'ready') return;
      for (const [key, text] of this.#failed) this.#unsent.set(key, text);
      this.#failed.clear();
      void this.#load();
      void this.#sendAll();
    });
    if (engine.status().kind === 'ready') void this.#load();
  }

  whenLoaded(): Promise<void> {
    return this.loaded ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  get(key: string): string | null {
    return this.#kept.get(key);
  }

  keep(key: string, text: string): void {
    if (this.#kept.get(key) === text) return;
    this.#kept.put(key, text);
    this.#note(key, text);
  }

  forget(key: string): void {
    if (this.#kept.drop(key)) this.#note(key, null);
  }

  flush(): void {
    for (const [key, text] of this.#unsent) void this.#send(key, text);
  }

  #note(key: string, text: string | null): void {
    this.#failed.delete(key);
    this.#unsent.set(key, text);
    // A small text is sent at once, so that a page that closes or crashes next loses nothing.
    void ((text?.length ?? 0) <= SMALL ? this.#send(key, text) : this.#sendAll());
  }

  async #sendAll(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    // One at a time and the newest text only: typing large texts is faster than a slow link.
    for (const [key, text] of this.#unsent) await this.#send(key, text);
    this.#isSending = false;
  }

  async #send(key: string, text: string | null): Promise<void> {
    this.#unsent.delete(key);
    const answer = await callEngine(async () =>
      text === null
        ? this.#engine.call('forgetDraft', { key })
        : this.#engine.call('keepDraft', { key, text: new TextEncoder().encode(JSON.stringify(text)) }),
    );
    if (isFailure(answer) && !this.#unsent.has(key)) this.#failed.set(key, text);
  }

  async #load(): Promise<void> {
    const answer = await callEngine(() => this.#engine.call('keptDrafts', {}));
    if (answer.kind !== 'drafts') return;
    const isNew = (key: string) => this.#kept.get(key) === null && !this.#unsent.has(key);
    const unknown = answer.keys.filter(isNew);
    const texts = await Promise.all(
      unknown.map((key) => callEngine(() => this.#engine.call('readDraft', { key }))),
    );
    for (const [at, key] of unknown.entries()) {
      const draft = texts[at];
      const text = draft?.kind === 'draft' ? readText(draft.text) : null;
      if (text !== null && isNew(key)) this.#kept.put(key, text);
    }
    this.loaded = true;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** Texts by their keys, within the bounds above. */
class BoundedTexts {
  readonly #texts = new Map<string, string>();
  #size = 0;

  get(key: string): string | null {
    return this.#texts.get(key) ?? null;
  }

  put(key: string, text: string): void {
    this.drop(key);
    this.#texts.set(key, text);
    this.#size += text.length;
    for (const oldest of this.#texts.keys()) {
      if (this.#texts.size <= MAX_KEPT && (this.#size <= MAX_TEXT || this.#texts.size === 1)) break;
      this.drop(oldest);
    }
  }

  /** Whether it was there. */
  drop(key: string): boolean {
    this.#size -= this.#texts.get(key)?.length ?? 0;
    return this.#texts.delete(key);
  }
}

/** As JSON a text with half a character in it survives as well. */
function readText(bytes: Uint8Array): string | null {
  try {
    const text: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof text === 'string' ? text : null;
  } catch {
    return null;
  }
}
