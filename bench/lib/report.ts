/** What a measured client is started with. */
export interface ClientStart {
  readonly port: number;
  readonly version: 4 | 5;
  readonly qos: 0 | 1;
  /** Messages after which the time since the start is taken. */
  readonly expect?: number;
  readonly keepalive?: number;
  /** Whether a window looks at the connection: 10 frames a second of 60 rows. */
  readonly view?: boolean;
  /** Everything expanded from the start; otherwise one branch is. */
  readonly expanded?: boolean;
  /** After the feed, expand everything and measure frames. */
  readonly framesAfter?: boolean;
  /** Watch how long the worker's tasks take; costs time and processor by itself. */
  readonly watched?: boolean;
  readonly memoryBytes?: number;
  readonly topicCap?: number;
  /** Which PUBLISH packets the flight recorder takes; as it is by itself unless given. */
  readonly recorder?: 'all' | 'excluded';
}

/** CPU seconds and bytes of a whole process, as it says itself. */
export interface Usage {
  readonly kind: 'usage';
  readonly cpuMs: number;
  readonly rssBytes: number;
  /** How often one of its threads had slept and went on. */
  readonly wakeUps: number;
}

export interface ClientReport {
  readonly kind: 'report';
  readonly received: number;
  /** Null where the client keeps no values. */
  readonly checksum: number | null;
  readonly usage: Usage;
  readonly extra: Readonly<Record<string, number>>;
}

/** CPU used since now, of this whole process. */
export function usageSince(): () => Usage {
  const before = process.cpuUsage();
  const waits = process.resourceUsage().voluntaryContextSwitches;
  return () => {
    const { user, system } = process.cpuUsage(before);
    return {
      kind: 'usage',
      cpuMs: (user + system) / 1_000,
      rssBytes: process.memoryUsage().rss,
      wakeUps: process.resourceUsage().voluntaryContextSwitches - waits,
    };
  };
}

type Report = Omit<ClientReport, 'kind'>;

/** Answers `report`; at `mark` the client is warm and its CPU is counted again. */
export function answerReports(make: () => Report | Promise<Report>, mark: () => void): void {
  process.on('message', ({ kind }: { kind: string }) => {
    if (kind === 'mark') mark();
    if (kind === 'report') void (async () => process.send?.({ kind: 'report', ...(await make()) }))();
  });
  process.on('disconnect', () => process.exit(0));
}
