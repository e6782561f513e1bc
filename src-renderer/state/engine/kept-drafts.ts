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
  /** Tells the engine at once what it has not been told: the page is about to go. */
  flush(): void;
  dispose(): void;
}

/** Forms kept, and their characters together; the oldest make room. */
const MAX_KEPT = 100;
const MAX_TEXT = 32 * 2 ** 20;
/** Characters of a form that a few dozen fields fill; typed at any speed it is less than what the window is sent. */
const SMALL = 16 * 2 ** 10;

export function createKeptDrafts(engine: Engine): KeptDrafts {
  const kept = new Map<string, string>();
  /** What the engine has not been told yet; null: forget it. */
  const untold = new Map<string, string | null>();
  /** What the engine was told while the link was down; told again once it is up. */
  const unheard = new Map<string, string | null>();
  let telling = false;
  let loaded = false;
  let size = 0;
  const waiting: (() => void)[] = [];

  const drop = (key: string): boolean => {
    size -= kept.get(key)?.length ?? 0;
    return kept.delete(key);
  };
  const put = (key: string, text: string) => {
    drop(key);
    kept.set(key, text);
    size += text.length;
    for (const oldest of kept.keys()) {
      if (kept.size <= MAX_KEPT && (size <= MAX_TEXT || kept.size === 1)) break;
      drop(oldest);
    }
  };
  const tellOne = async (key: string, text: string | null): Promise<void> => {
    untold.delete(key);
    const answer = await callEngine(async () =>
      text === null
        ? engine.call('forgetDraft', { key })
        : engine.call('keepDraft', { key, text: new TextEncoder().encode(JSON.stringify(text)) }),
    );
    if (isFailure(answer) && !untold.has(key)) unheard.set(key, text);
  };
  const tell = async () => {
    if (telling) return;
    telling = true;
    // One at a time and the newest text only: typing large texts is faster than a slow link.
    for (const [key, text] of untold) await tellOne(key, text);
    telling = false;
  };
  const note = (key: string, text: string | null) => {
    unheard.delete(key);
    untold.set(key, text);
    // What is small goes at once: a page that is closed or lost next has said it.
    void ((text?.length ?? 0) <= SMALL ? tellOne(key, text) : tell());
  };
  const load = async () => {
    const answer = await callEngine(() => engine.call('keptDrafts', {}));
    if (answer.kind !== 'drafts') return;
    const unknown = answer.keys.filter((key) => !kept.has(key) && !untold.has(key));
    const texts = await Promise.all(
      unknown.map((key) => callEngine(() => engine.call('readDraft', { key }))),
    );
    for (const [at, key] of unknown.entries()) {
      const draft = texts[at];
      const text = draft?.kind === 'draft' ? readText(draft.text) : null;
      if (text !== null && !kept.has(key) && !untold.has(key)) put(key, text);
    }
    loaded = true;
    for (const resolve of waiting.splice(0)) resolve();
  };
  const dispose = engine.subscribe((status) => {
    if (status.kind !== 'ready') return;
    for (const [key, text] of unheard) untold.set(key, text);
    unheard.clear();
    void load();
    void tell();
  });
  if (engine.status().kind === 'ready') void load();

  return {
    get loaded() {
      return loaded;
    },
    whenLoaded: () => (loaded ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    get: (key) => kept.get(key) ?? null,
    keep(key, text) {
      if (kept.get(key) === text) return;
      put(key, text);
      note(key, text);
    },
    forget(key) {
      if (drop(key)) note(key, null);
    },
    flush() {
      for (const [key, text] of untold) void tellOne(key, text);
    },
    dispose,
  };
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
