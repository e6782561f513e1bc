import { randomUUID } from 'node:crypto';
import type { EngineHandlers } from '../../../contract/api.ts';
import { failed } from '../../../contract/base/errors.ts';
import type { ConnectionId } from '../../../contract/model/model.ts';
import type {
  MessageSeries,
  messageSeriesCalls,
  messageSeriesStreams,
} from '../../../contract/session/message-series.ts';
import { displayTopic } from '../../../core/topics/names.ts';
import { Observable, pause } from '../../base/observable.ts';
import type { LiveConnection } from '../../connections/live-connection.ts';
import type { RowFiles } from './row-files.ts';
import { SeriesRun, type SentBatch, type SeriesPorts } from './series-run.ts';

/** Series of one connection that are listed; those that are over make room, the oldest first. */
const MOST = 10;
/** Of one connection, at a time. */
const MOST_RUNNING = 5;
/** Shortest time between two reports of progress, ms. */
const PACE_MS = 100;
/** Under way at a time, of what the broker allows. */
const MOST_IN_FLIGHT = 512;
/** A broker before 5 announces no window; mosquitto loses messages beyond 20. */
const WINDOW_BEFORE_5 = 20;
/** Of a window of this size or more, some are left to what a person publishes meanwhile. */
const SHARED_FROM = 20;
const LEFT_TO_OTHERS = 2;

type SeriesConnection = Pick<LiveConnection, 'worker' | 'summary'>;

export interface SeriesHost extends Pick<SeriesPorts, 'now' | 'random'> {
  /** Null: the connection was closed. */
  live(id: ConnectionId): SeriesConnection | null;
  make(connection: ConnectionId): SeriesPorts['make'];
}

type Handlers = Pick<EngineHandlers, keyof typeof messageSeriesCalls | keyof typeof messageSeriesStreams>;
type Asked = Parameters<Handlers['startSeries']>[0];

const done = { kind: 'done' } as const;

/** Series of all connections. */
export class SeriesHandlers {
  readonly #host: SeriesHost;
  readonly #files: RowFiles;
  readonly #runs = new Map<string, { readonly connection: ConnectionId; readonly run: SeriesRun }>();
  readonly #changed = new Observable(0);

  constructor(host: SeriesHost, files: RowFiles) {
    this.#host = host;
    this.#files = files;
  }

  /** Removes what an earlier program left. */
  load(): Promise<void> {
    return this.#files.sweep();
  }

  /** Stops what runs; resolves when files that no series was started with are removed. */
  async close(): Promise<void> {
    const runs = [...this.#runs.values()];
    for (const { run } of runs) run.stop();
    await this.#files.close();
  }

  handlers(): Handlers {
    const withRun = (id: string, act: (run: SeriesRun) => void) => {
      const found = this.#runs.get(id);
      if (found === undefined) return failed('no-such-series', 'This series is no longer listed.', '');
      act(found.run);
      return done;
    };
    return {
      addSeriesRows: ({ file, bytes }) => this.#files.add(file, bytes),
      startSeries: (asked) => this.#start(asked),
      pauseSeries: ({ series }) => withRun(series, (run) => run.pause()),
      resumeSeries: ({ series }) => withRun(series, (run) => run.resume()),
      stopSeries: ({ series }) => withRun(series, (run) => run.stop()),
      messageSeries: ({ connection }, signal) => this.#follow(connection, signal),
      runningSeries: (_, signal) => this.#followRunning(signal),
    };
  }

  async *#follow(connection: ConnectionId, signal: Parameters<Handlers['messageSeries']>[1]) {
    for await (const _ of this.#changed.follow(signal, PACE_MS)) yield { series: this.#of(connection) };
  }

  async *#followRunning(signal: Parameters<Handlers['runningSeries']>[1]) {
    let before = '';
    for await (const _ of this.#changed.follow(signal, PACE_MS)) {
      const counts = new Map<ConnectionId, number>();
      for (const { connection, run } of this.#runs.values())
        if (run.series().state.kind === 'running') counts.set(connection, (counts.get(connection) ?? 0) + 1);
      const running = [...counts].map(([connection, count]) => ({ connection, count }));
      // Each message that is sent is a change.
      const written = JSON.stringify(running);
      if (written !== before) yield { running };
      before = written;
    }
  }

  #of(connection: ConnectionId): MessageSeries[] {
    return [...this.#runs.values()]
      .filter((one) => one.connection === connection)
      .map(({ run }) => run.series())
      .toReversed();
  }

  #start({ connection, template, plan, rows }: Asked) {
    const { live, now, random, make } = this.#host;
    const since = sinceOf(live(connection));
    if (since === null)
      return failed(
        'not-connected',
        'There is no connection to the broker.',
        'Connect, then start the series.',
      );
    const running = [...this.#runs.values()].filter(
      (one) => one.connection === connection && !one.run.isOver,
    );
    if (running.length >= MOST_RUNNING)
      return failed('too-many-series', `${MOST_RUNNING} series run on this connection.`, 'Stop one first.');
    const source = rows === null ? null : this.#files.take(rows.file, rows.kind);
    if (rows !== null && source === null)
      return failed('rows-gone', 'The file made room for others.', 'Start the series again.');
    const id = randomUUID();
    const run = new SeriesRun(
      { id, title: rows?.name ?? displayTopic(template.topic), template, plan, rows: source },
      {
        make: make(connection),
        send: (batch) => sendOver(live(connection), since, plan.stopAtError, batch),
        isOnline: () => sinceOf(live(connection)) === since,
        window: () => windowOf(live(connection)),
        now,
        random,
        pause,
        changed: () => this.#changed.set(this.#changed.value + 1),
      },
    );
    this.#runs.set(id, { connection, run });
    this.#makeRoom(connection);
    return { kind: 'started' as const, series: id };
  }

  #makeRoom(connection: ConnectionId): void {
    const over = [...this.#runs].filter(([, one]) => one.run.isOver);
    const listed = [...this.#runs.values()].filter((one) => one.connection === connection).length;
    const closed = over.filter(([, one]) => this.#host.live(one.connection) === null);
    const old = over.filter(([, one]) => one.connection === connection).slice(0, Math.max(0, listed - MOST));
    for (const [id] of [...closed, ...old]) this.#runs.delete(id);
  }
}

async function sendOver(
  live: SeriesConnection | null,
  since: number,
  stopAtError: boolean,
  batch: SentBatch,
): ReturnType<SeriesPorts['send']> {
  // A worker that broke takes the connection to the broker along.
  const answer = await live?.worker.call('publishBatch', { since, stopAtError, ...batch }).catch(() => null);
  return answer?.kind === 'batch' ? answer : null;
}

/** When the connection to the broker was made; null: there is none. */
function sinceOf(live: SeriesConnection | null): number | null {
  const state = live?.summary.value.state;
  return state?.kind === 'online' ? state.since : null;
}

function windowOf(live: SeriesConnection | null): number {
  const state = live?.summary.value.state;
  if (state?.kind !== 'online') return 1;
  const most = state.version === '5' ? (state.limits.receiveMaximum ?? 65_535) : WINDOW_BEFORE_5;
  return Math.min(MOST_IN_FLIGHT, most >= SHARED_FROM ? most - LEFT_TO_OTHERS : most);
}
