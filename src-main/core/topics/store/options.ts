import type { ReadyMemory } from '../../memory.ts';

export interface StoreLimits {
  /** Index and history together, in bytes; sensible from 1 MiB on. */
  readonly memoryBytes: number;
  /** Topics kept; beyond, the least recently seen are forgotten. */
  readonly topicCap: number;
}

export interface StoreOptions extends StoreLimits {
  /** Key of the topics' hash: unpredictable for a broker, fixed in tests. */
  readonly seed: number;
  /** ms since the epoch. */
  readonly startedAt: number;
  /** ms of a clock that only goes on. Left out: what comes after a jump of the other waits for the next `tick`. */
  readonly steady?: () => number;
  /** Between the levels of the tree, as in `levels.ts`; left out: that of MQTT. */
  readonly separator?: string;
  /** Has memory made ready before it is needed; left out: its pages come when they are written to. */
  readonly readyMemory?: ReadyMemory | undefined;
}
