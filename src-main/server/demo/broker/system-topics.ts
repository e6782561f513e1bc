import type { DemoClock } from './time.ts';

/** What the broker publishes about itself below `$SYS`. */
export interface SystemFacts {
  readonly counts: {
    readonly received: number;
    readonly sent: number;
    readonly dropped: number;
    readonly bytesIn: number;
    readonly bytesOut: number;
  };
  readonly retained: { readonly size: number };
  readonly links: readonly unknown[];
  readonly sessions: readonly {
    readonly link: object | null;
    readonly subscriptions: { readonly size: number };
  }[];
  publish(message: { topic: string; payload: string; retain: boolean }): void;
}

/** As often as mosquitto does it. */
const EVERY_MS = 10_000;

/** Publishes the `$SYS` topics people know from mosquitto, retained, every 10 s. */
export class SystemTopics {
  readonly #facts: SystemFacts;
  readonly #clock: DemoClock;
  readonly #since: number;
  #cancel: () => void = () => undefined;

  constructor(facts: SystemFacts, clock: DemoClock) {
    this.#facts = facts;
    this.#clock = clock;
    this.#since = clock.now();
    // Not at once: whoever makes the broker is still in its constructor.
    this.#cancel = clock.after(0, () => this.#run());
  }

  close(): void {
    this.#cancel();
  }

  #run(): void {
    this.#cancel = this.#clock.after(EVERY_MS, () => this.#run());
    const { counts, sessions, retained, links } = this.#facts;
    const connected = sessions.filter(({ link }) => link !== null).length;
    const values: Readonly<Record<string, number | string>> = {
      version: 'Topicscope demo broker',
      uptime: `${Math.round((this.#clock.now() - this.#since) / 1_000)} seconds`,
      'clients/connected': connected,
      'clients/disconnected': sessions.length - connected,
      'clients/total': sessions.length,
      'connections/socket/count': links.length,
      'subscriptions/count': sessions.reduce((sum, { subscriptions }) => sum + subscriptions.size, 0),
      'messages/received': counts.received,
      'messages/sent': counts.sent,
      'publish/messages/dropped': counts.dropped,
      'bytes/received': counts.bytesIn,
      'bytes/sent': counts.bytesOut,
      'retained messages/count': retained.size,
    };
    for (const [name, value] of Object.entries(values)) {
      this.#facts.publish({ topic: `$SYS/broker/${name}`, payload: String(value), retain: true });
    }
  }
}
