import { escapeUnsafe } from '../../core/payload/visible.ts';
import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { ConnectionLimits, WorkerClient } from '../../connection/worker-api.ts';
import type { StreamSignal } from '../../contract/base/define.ts';
import type { News } from '../../contract/base/change.ts';
import { failed, ProtocolError } from '../../contract/base/errors.ts';
import {
  SubscriptionRequest,
  type ConnectionId,
  type ConnectionOptions,
  type ConnectionSummary,
  type TopicKey,
} from '../../contract/model/model.ts';
import type { ViewFrame, ViewSpec } from '../../contract/model/view.ts';
import { boundedAttempt, type ConnectionAttempt } from '../../contract/session/connection-history.ts';
import type { WatchedMessages } from '../../contract/session/watched.ts';
import type { SeriesFrame, SeriesRequest } from '../../contract/model/series.ts';
import type { Diagnostics } from '../../contract/session/diagnostics.ts';
import { redact, splitSecrets, type Secrets } from '../../core/profiles/secrets.ts';
import { hostAndPort } from '../../core/profiles/shown-address.ts';
import type { packetCalls, RecorderStatus } from '../../contract/session/packets.ts';
import type { FileAccess } from '../../connection/base/allowed-files.ts';
import type { EnginePorts } from '../base/ports.ts';
import { Observable } from '../base/observable.ts';
import { ConnectionHistory } from './connection-history.ts';
import { SupervisedWorker } from './supervised-worker.ts';

type RecorderSetup = z.input<(typeof packetCalls)['setRecorder']['params']>;

/** What a connection was opened with. */
export interface OpenRequest {
  readonly id: ConnectionId;
  readonly profileId: string | null;
  readonly options: ConnectionOptions;
  readonly demo: boolean;
  /** Asked whenever a worker is started. */
  filesFor(options: ConnectionOptions): FileAccess;
}

/** One broker connection as the engine knows it: its worker, its last summary, its open views. */
export class LiveConnection {
  readonly summary: Observable<ConnectionSummary>;
  readonly history: ConnectionHistory;
  /** Attempts of this connection, by the history's ids. */
  readonly #attempts = new Set<string>();
  readonly #worker: SupervisedWorker;
  readonly #ports: EnginePorts;
  #options: ConnectionOptions;
  /** So that no log quotes them. */
  #secrets: Secrets;
  readonly #client = new Observable<WorkerClient | null>(null);
  /** Where each open view looks, so that it goes on there when the worker had to be replaced. */
  readonly #looks = new Map<string, ViewSpec>();
  /** What the user asked for last: a new worker does the same. */
  #wanted = true;
  #limits: ConnectionLimits;
  /** What the user set of its recorder: a new worker records likewise. */
  #recorder: RecorderSetup = {};
  /** A summary of a worker has come. */
  #heard = false;

  constructor(
    request: OpenRequest,
    limits: ConnectionLimits,
    ports: EnginePorts,
    history = new ConnectionHistory(null, () => ports.clock.now()),
  ) {
    this.history = history;
    const { id, profileId, options, demo } = request;
    this.#ports = ports;
    this.#options = options;
    this.#secrets = splitSecrets(options).secrets;
    this.#limits = limits;
    this.summary = new Observable<ConnectionSummary>(newSummary(id, profileId, options, demo));
    const start = () => ({
      options: { ...this.#options, subscriptions: this.#subscriptions() },
      limits: this.#limits,
      seed: Math.floor(ports.random() * 2 ** 32),
      files: request.filesFor(this.#options),
    });
    this.#worker = new SupervisedWorker(ports.workerUrl, start, () => ports.clock.now(), {
      started: (client) => this.#started(client),
      died: (reason) => this.#died(reason),
    });
    this.#worker.run();
  }

  /** The worker to ask; throws a typed error while it is being replaced. */
  get worker(): WorkerClient {
    const client = this.#client.value;
    if (client === null) {
      throw new ProtocolError('closed', 'This connection had to be restarted. Try again in a moment.');
    }
    return client;
  }

  setWanted(wanted: boolean): void {
    this.#wanted = wanted;
  }

  /** What it connects with, secrets included. */
  get options(): ConnectionOptions {
    return this.#options;
  }

  /** Of the saved profile: its name now, and whether it is another than what this connection runs with. */
  noteProfile(given: string, profileChanged: boolean): void {
    const name = escapeUnsafe(given);
    const { value } = this.summary;
    if (value.name !== name || value.profileChanged !== profileChanged)
      this.summary.set({ ...value, name, profileChanged });
  }

  /**
   * Starts over with other options: a new worker under the same id, so what looks at this connection goes on
   * looking. Its history is gone; subscriptions made meanwhile stay unless the options bring others.
   */
  async restartWith(options: ConnectionOptions, withinMs: number): Promise<void> {
    this.#client.set(null);
    await this.#worker.replace(withinMs, () => {
      this.history.cutOff(this.#attempts);
      const { id, profileId, demo, subscriptions } = this.summary.value;
      if (!isDeepStrictEqual(options.subscriptions, this.#options.subscriptions)) this.#heard = false;
      this.#options = options;
      this.#secrets = splitSecrets(options).secrets;
      this.summary.set({ ...newSummary(id, profileId, options, demo), subscriptions });
    });
  }

  setRecorder(setup: RecorderSetup): Promise<RecorderStatus> {
    this.#recorder = { ...this.#recorder, ...setup };
    return this.worker.call('setRecorder', setup);
  }

  setLimits(limits: ConnectionLimits): void {
    this.#limits = limits;
    this.#client.value?.call('setLimits', limits).catch(() => undefined);
  }

  rememberLook(view: string, spec: ViewSpec): void {
    if (this.#looks.has(view)) this.#looks.set(view, spec);
  }

  /** A view that goes on, on the same spot, when the worker is replaced. */
  async *view(
    view: string,
    spec: ViewSpec,
    signal: StreamSignal,
  ): AsyncGenerator<ViewFrame, void, undefined> {
    this.#looks.set(view, spec);
    try {
      yield* this.#throughRestarts(signal, (client) =>
        client.stream('view', { view, spec: this.#looks.get(view) ?? spec }),
      );
    } finally {
      this.#looks.delete(view);
    }
  }

  series(request: SeriesRequest, signal: StreamSignal): AsyncGenerator<SeriesFrame, void, undefined> {
    return this.#throughRestarts(signal, (client) => client.stream('series', request));
  }

  diagnostics(signal: StreamSignal): AsyncGenerator<News<Diagnostics>, void, undefined> {
    return this.#throughRestarts(signal, (client) => client.stream('diagnostics', {}));
  }

  watched(topics: TopicKey[], signal: StreamSignal): AsyncGenerator<WatchedMessages, void, undefined> {
    return this.#throughRestarts(signal, (client) => client.stream('watched', { topics }));
  }

  async stop(withinMs: number): Promise<void> {
    await this.#worker.stop(withinMs);
    this.#client.set(null);
    this.history.cutOff(this.#attempts);
  }

  async *#throughRestarts<T>(
    signal: StreamSignal,
    open: (client: WorkerClient) => AsyncIterableIterator<T>,
  ): AsyncGenerator<T, void, undefined> {
    for await (const client of this.#client.follow(signal)) {
      if (client === null) continue;
      const items = open(client);
      // A reader that leaves while the worker is silent would otherwise wait for its next item.
      const leave = (): void => void items.return?.();
      signal.addEventListener('abort', leave);
      try {
        for await (const item of items) yield item;
      } catch (error) {
        const gone = error instanceof ProtocolError && error.code === 'closed';
        if (!gone) throw error;
      } finally {
        signal.removeEventListener('abort', leave);
        leave();
      }
      // Ended while its worker lives: the worker closed it, and opening it again would spin.
      if (this.#client.value === client) {
        const alive = await Promise.race([client.closed.then(() => false), Promise.resolve(true)]);
        if (alive) return;
      }
    }
  }

  /** As they were changed while connected: a new worker goes on with them. */
  #subscriptions(): ConnectionOptions['subscriptions'] {
    if (!this.#heard) return this.#options.subscriptions;
    return this.summary.value.subscriptions.map((one) => SubscriptionRequest.parse(one));
  }

  #started(client: WorkerClient): void {
    this.#client.set(client);
    void this.#followSummary(client);
    void this.#followAttempts(client);
    client.call('setRecorder', this.#recorder).catch(() => undefined);
    if (this.#wanted) client.call('connect', {}).catch(() => undefined);
  }

  async #followSummary(client: WorkerClient): Promise<void> {
    try {
      for await (const news of client.stream('summary', {})) {
        this.summary.set({ ...this.summary.value, ...news });
        this.#heard = true;
      }
    } catch {
      // The pipe ends with its worker, which `died` handles.
    }
  }

  async #followAttempts(client: WorkerClient): Promise<void> {
    try {
      for await (const { attempts } of client.stream('attempts', {})) {
        const known = attempts.map((one) => this.#own(one));
        for (const { id } of known) this.#attempts.add(id);
        this.history.record(known);
      }
    } catch {
      // As above.
    }
  }

  /** Other connections may go to the same broker at the same time; and a reason may quote anything. */
  #own(attempt: ConnectionAttempt): ConnectionAttempt {
    const { reason, address } = attempt;
    const clean = (text: string): string => redact(text, this.#secrets);
    // What stands in the place of a secret may be longer than it.
    return boundedAttempt({
      ...attempt,
      id: `${this.summary.value.id.slice(0, 8)}-${attempt.id}`,
      address: clean(address),
      reason: reason && { ...reason, message: clean(reason.message), advice: clean(reason.advice) },
    });
  }

  /** The log of the connection as text. */
  async logText(): Promise<string> {
    const { text } = await this.worker.call('logText', {});
    return redact(text, this.#secrets);
  }

  #died(words: string): void {
    this.history.cutOff(this.#attempts);
    const now = this.#ports.clock.now();
    const reason = redact(words, this.#secrets);
    this.#ports.log(`connection ${this.summary.value.id}: worker died: ${reason}`);
    this.#client.set(null);
    const why = failed(
      'worker-died',
      `This connection stopped because of a fault in the program (${reason}). What it had received is lost.`,
      'It is started again by itself. Please report this.',
    );
    this.summary.set({
      ...this.summary.value,
      state: { kind: 'stopped', since: now, why },
      historyLostAt: now,
      verdict: null,
      rate: 0,
      bytesInRate: 0,
      bytesOutRate: 0,
    });
  }
}

function newSummary(
  id: ConnectionId,
  profileId: string | null,
  options: ConnectionOptions,
  demo: boolean,
): ConnectionSummary {
  return {
    id,
    profileId,
    // Shown in many places, edited in none: a profile from a file may be called anything.
    name: escapeUnsafe(options.name),
    address: addressOf(options),
    protocol: options.protocol,
    levelSeparator: options.levelSeparator,
    state: { kind: 'idle' },
    subscriptions: [],
    received: 0,
    rate: 0,
    bytesIn: 0,
    bytesOut: 0,
    bytesInRate: 0,
    bytesOutRate: 0,
    verdict: null,
    historyLostAt: null,
    profileChanged: false,
    demo,
  };
}

/**
 * For reading, as the name is. The query of a path may let somebody in; it is no part of where the broker is.
 */
function addressOf(options: ConnectionOptions): string {
  const { protocol, path } = options;
  const overWebSocket = protocol === 'ws' || protocol === 'wss';
  return escapeUnsafe(
    `${protocol}://${hostAndPort(options)}${overWebSocket ? path.replace(/\?.*$/s, '') : ''}`,
  );
}
