import { connectAsync } from 'mqtt';
import { onTeardown } from '../support/teardown.ts';

/** As far apart as messages of a rhythm are at least, with some room, ms. */
const APART_MS = 850;
/** A rhythm is known after nine intervals; one may come out too long on a busy machine. */
const BEATS = 14;
/** A topic that came once a second is late after this, ms. */
const LATE_MS = 7_500;

/** A device that publishes to some topics once a second for a while, and then falls silent. */
export class Beats {
  readonly #publish: (topic: string) => void;
  readonly #topics: readonly string[];
  #timer: NodeJS.Timeout | undefined;
  #endedAt = Infinity;

  constructor(topics: readonly string[], publish: (topic: string) => void) {
    this.#topics = topics;
    this.#publish = publish;
    this.#begin();
  }

  publish(topic: string): void {
    this.#publish(topic);
  }

  /** Begins again where the topics should be late by now: on a busy machine it may take more to know a rhythm. */
  goOn(): void {
    if (performance.now() - this.#endedAt > LATE_MS + 3_000) this.#begin();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #begin(): void {
    this.#endedAt = Infinity;
    let left = BEATS;
    this.#timer = setInterval(() => {
      for (const topic of this.#topics) this.#publish(topic);
      if (--left > 0) return;
      this.stop();
      this.#endedAt = performance.now();
    }, APART_MS);
  }
}

export async function startBeats(port: number, topics: readonly string[]): Promise<Beats> {
  const client = await connectAsync({ host: '127.0.0.1', port });
  const beats = new Beats(topics, (topic) => void client.publish(topic, '1'));
  onTeardown(async () => {
    beats.stop();
    await client.endAsync(true);
  });
  return beats;
}
