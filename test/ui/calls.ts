import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { decodeFrame } from '../../src-main/wire/frame.ts';

/** Longer than any answer takes that a person waits for; what is still under way then opens nothing by itself. */
const PATIENCE_MS = 5_000;

export interface FollowedCalls {
  /** Resolves when the engine has answered everything that the page asked it, or after 5 s. */
  answered(): Promise<void>;
}

/**
 * Follows what the page of the browser host asks of its engine. What a click does may end in a dialog when the
 * answer is there: before it, that nothing lies over the window says nothing. Loads the page again, as a socket
 * that is open already is not seen.
 */
export async function followCalls(page: Page): Promise<FollowedCalls> {
  const open = new Set<number>();
  page.on('websocket', (socket) => {
    open.clear();
    socket.on('framesent', ({ payload }) => {
      const { t, id } = read(payload);
      if (t === 'call') open.add(Number(id));
    });
    socket.on('framereceived', ({ payload }) => {
      const { t, id } = read(payload);
      if (t === 'reply' || t === 'error') open.delete(Number(id));
    });
  });
  await page.reload();
  return {
    answered: async () => {
      await expect
        .poll(() => open.size, { timeout: PATIENCE_MS })
        .toBe(0)
        .catch(() => {});
    },
  };
}

/** Words before the first frame are of the entry. */
function read(payload: string | Buffer): Readonly<Record<string, unknown>> {
  return typeof payload === 'string' ? {} : decodeFrame(payload);
}
