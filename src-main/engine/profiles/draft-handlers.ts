import type { EngineHandlers } from '../../contract/api.ts';
import type { draftCalls } from '../../contract/profiles/drafts.ts';

const MAX_DRAFTS = 100;
/** Bytes of all drafts together. */
const MAX_BYTES = 64 * 2 ** 20;

/** Half filled forms, in memory only. */
export function draftHandlers(): Pick<EngineHandlers, keyof typeof draftCalls> {
  const kept = new Map<string, Uint8Array<ArrayBuffer>>();
  const shed = () => {
    let size = 0;
    for (const text of kept.values()) size += text.length;
    for (const [oldest, text] of kept) {
      if (kept.size <= MAX_DRAFTS && size <= MAX_BYTES) break;
      kept.delete(oldest);
      size -= text.length;
    }
  };
  return {
    keepDraft({ key, text }) {
      kept.delete(key);
      // What came may be a part of a larger frame.
      kept.set(key, text.slice());
      shed();
      return { kind: 'done' };
    },
    forgetDraft({ key }) {
      kept.delete(key);
      return { kind: 'done' };
    },
    keptDrafts: () => ({ kind: 'drafts', keys: [...kept.keys()] }),
    readDraft({ key }) {
      const text = kept.get(key);
      return text === undefined ? { kind: 'gone' } : { kind: 'draft', text };
    },
  };
}
