import { callEngine } from '../engine/call-engine.ts';
import type { Engine } from '../engine/engine.ts';

/**
 * Forms that were left with something typed in them, until they are saved or discarded. In memory only,
 * because a draft may hold a password: here for the life of the page, and in the engine over a reload.
 */
export interface EditorDrafts {
  get(key: string): string | null;
  keep(key: string, text: string): void;
  forget(key: string): void;
  dispose(): void;
}

/** Forms kept; the oldest makes room. */
const MAX_KEPT = 20;

export function createEditorDrafts(engine: Engine): EditorDrafts {
  const kept = new Map<string, string>();
  /** What the engine has not been told yet; null: forget it. */
  const untold = new Map<string, string | null>();
  let telling = false;

  const tell = async () => {
    if (telling) return;
    telling = true;
    // One at a time and the newest text only: typing is faster than a slow link.
    for (const [key, text] of untold) {
      untold.delete(key);
      await callEngine(async () =>
        text === null ? engine.call('forgetDraft', { key }) : engine.call('keepDraft', { key, text }),
      );
    }
    telling = false;
  };
  const load = async () => {
    const answer = await callEngine(() => engine.call('keptDrafts', {}));
    if (answer.kind !== 'drafts') return;
    for (const { key, text } of answer.drafts) if (!kept.has(key) && !untold.has(key)) kept.set(key, text);
  };
  const dispose = engine.subscribe((status) => {
    if (status.kind === 'ready') void load();
  });
  if (engine.status().kind === 'ready') void load();

  return {
    get: (key) => kept.get(key) ?? null,
    keep(key, text) {
      kept.delete(key);
      kept.set(key, text);
      for (const oldest of kept.keys()) {
        if (kept.size <= MAX_KEPT) break;
        kept.delete(oldest);
      }
      untold.set(key, text);
      void tell();
    },
    forget(key) {
      if (!kept.delete(key)) return;
      untold.set(key, null);
      void tell();
    },
    dispose,
  };
}
