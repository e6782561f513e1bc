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
  /** Between the levels of the tree, as in `levels.ts`; left out: that of MQTT. */
  readonly separator?: string;
}
