import type { EngineHandlers } from '../../contract/api.ts';
import type { draftCalls } from '../../contract/profiles/drafts.ts';

const MAX_DRAFTS = 20;
/** Characters of all drafts together: two bytes each at most. */
const MAX_TEXT = 16_000_000;

/** Half filled forms, in memory only. */
export function draftHandlers(): Pick<EngineHandlers, keyof typeof draftCalls> {
  const kept = new Map<string, string>();
  const shed = () => {
    let size = 0;
    for (const text of kept.values()) size += text.length;
    for (const [oldest, text] of kept) {
      if (kept.size <= MAX_DRAFTS && size <= MAX_TEXT) break;
      kept.delete(oldest);
      size -= text.length;
    }
  };
  return {
    keepDraft({ key, text }) {
      kept.delete(key);
      kept.set(key, text);
      shed();
      return { kind: 'done' };
    },
    forgetDraft({ key }) {
      kept.delete(key);
      return { kind: 'done' };
    },
    keptDrafts: () => ({ kind: 'drafts', drafts: [...kept].map(([key, text]) => ({ key, text })) }),
  };
}
