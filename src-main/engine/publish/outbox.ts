import { failed, type Failure } from '../../contract/base/errors.ts';
import type { ConnectionId } from '../../contract/model/model.ts';
import type { PublishMessage } from '../../contract/model/publish-message.ts';
import type { PublishOutcome } from '../../contract/session/outcomes.ts';
import { afterWait } from '../../core/publish/received-properties.ts';
import { pause } from '../base/observable.ts';
import type { LiveConnection } from '../connections/live-connection.ts';

/** What sending needs of an open connection. */
export type SendingConnection = Pick<LiveConnection, 'worker' | 'summary' | 'options'>;

export interface OutboxPorts {
  /** Null: the connection was closed. */
  readonly live: (id: ConnectionId) => SendingConnection | null;
  /** ms since the epoch */
  readonly now: () => number;
  /** Publishes at once. */
  readonly publish: (connection: ConnectionId, message: PublishMessage) => Promise<PublishOutcome>;
  /** Resolves after so many ms, or when the signal ends. */
  readonly pause?: typeof pause;
}

/** How soon the outbox notices that the broker is back, ms. */
const LOOK_AGAIN_MS = 100;
/** Messages that wait for one connection. */
const MOST_WAITING = 200;

interface Waiting {
  readonly ended: AbortController;
  /** The one before it has left: they go out in their order. */
  turn: Promise<unknown>;
  count: number;
}

/** Messages that wait until there is a connection to the broker. */
export class Outbox {
  readonly #ports: OutboxPorts;
  readonly #waiting = new Map<ConnectionId, Waiting>();

  constructor(ports: OutboxPorts) {
    this.#ports = ports;
  }

  isOnline(connection: ConnectionId): boolean {
    return this.#ports.live(connection)?.summary.value.state.kind === 'online';
  }

  /** Publishes when there is a connection, in the order of the calls. */
  async whenOnline(connection: ConnectionId, message: PublishMessage): Promise<PublishOutcome> {
    const waiting = this.#waiting.get(connection) ?? {
      ended: new AbortController(),
      turn: Promise.resolve(),
      count: 0,
    };
    if (waiting.count >= MOST_WAITING) {
      return failed(
        'outbox-full',
        `${MOST_WAITING} messages wait for the connection already.`,
        'Connect first, or discard them.',
      );
    }
    this.#waiting.set(connection, waiting);
    waiting.count++;
    const since = this.#ports.now();
    const mine = waiting.turn.then(() => this.#sendLater(connection, message, since, waiting.ended.signal));
    waiting.turn = mine;
    try {
      return await mine;
    } finally {
      if (--waiting.count === 0 && this.#waiting.get(connection) === waiting)
        this.#waiting.delete(connection);
    }
  }

  /** What waits for this connection is not sent. */
  discard(connection: ConnectionId): void {
    this.#waiting.get(connection)?.ended.abort();
    this.#waiting.delete(connection);
  }

  close(): void {
    for (const { ended } of this.#waiting.values()) ended.abort();
    this.#waiting.clear();
  }

  async #sendLater(
    connection: ConnectionId,
    message: PublishMessage,
    since: number,
    signal: AbortSignal,
  ): Promise<PublishOutcome> {
    for (;;) {
      if (signal.aborted) return failed('discarded', 'The message was discarded before it was sent.', '');
      if (this.#ports.live(connection) === null) return connectionClosed();
      const left = afterWait(message.properties ?? {}, this.#ports.now() - since);
      if (left === null) return expired();
      if (this.isOnline(connection)) {
        const properties = message.properties === undefined ? {} : { properties: left };
        const outcome = await this.#ports.publish(connection, { ...message, ...properties });
        if (outcome.kind !== 'failed' || outcome.code !== 'not-connected') return outcome;
      }
      await (this.#ports.pause ?? pause)(LOOK_AGAIN_MS, signal);
    }
  }
}

export function connectionClosed(): Failure {
  return failed(
    'not-sent',
    'The message was not sent: this connection was closed.',
    'Open it again, then publish.',
  );
}

function expired(): Failure {
  return failed(
    'publish-expired',
    'The message expired before there was a connection, so it was not sent.',
    'Publish it again, with a longer time to expire or none.',
  );
}
