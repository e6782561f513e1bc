import type { Pace } from './view-link.ts';
import type { WebStorage } from './view-memory.ts';

export interface SessionPorts {
  readonly pace: Pace;
  readonly memory: WebStorage | null;
  now(): number;
  /** A name for the view, unique among this window's views. */
  readonly viewId: () => string;
}

export const browserPorts: SessionPorts = {
  pace: {
    nextPaint: () => new Promise((resolve) => requestAnimationFrame(() => resolve())),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  },
  get memory() {
    try {
      return globalThis.localStorage ?? null;
    } catch {
      return null;
    }
  },
  now: () => Date.now(),
  viewId: () => `tree-${Math.random().toString(36).slice(2, 12)}`,
};
