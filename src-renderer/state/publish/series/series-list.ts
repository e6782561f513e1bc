import { createStore, type StoreApi } from 'zustand/vanilla';
import { failed, type Failure } from '../../../../src-main/contract/base/errors.ts';
import type { ConnectionId } from '../../../../src-main/contract/model/model.ts';
import { MAX_ROWS_PIECE, type MessageSeries } from '../../../../src-main/contract/session/message-series.ts';
import type { MessageTemplate } from '../../../../src-main/contract/session/sending.ts';
import { unreadable } from '../../browser/read-file.ts';
import { callEngine, isFailure } from '../../engine/call-engine.ts';
import type { Engine } from '../../engine/engine.ts';
import { follow } from '../../engine/follow.ts';
import { planOf, type SeriesForm, type SeriesKind } from './series-form.ts';

export interface SeriesListState {
  /** The newest first. */
  readonly series: readonly MessageSeries[];
  /** A series is being started: its file is read. */
  readonly starting: boolean;
}

/** The series of one connection. */
export interface SeriesList {
  readonly store: StoreApi<SeriesListState>;
  start(form: SeriesForm): Promise<Failure | null>;
  pause(id: string): Promise<Failure | null>;
  resume(id: string): Promise<Failure | null>;
  stop(id: string): Promise<Failure | null>;
  close(): void;
}

/**
 * Follows the series of a connection until `close`.
 *
 * @param message of the panel, as it stands; with a file its topic may be empty
 */
export function followSeries(
  engine: Engine,
  connection: ConnectionId,
  message: (kind: SeriesKind) => MessageTemplate | Failure,
): SeriesList {
  const store = createStore<SeriesListState>(() => ({ series: [], starting: false }));
  const close = follow({
    open: () => engine.stream('messageSeries', { connection }),
    take: ({ series }) => store.setState({ series }),
  });
  const done = async (ask: () => Promise<{ readonly kind: string }>): Promise<Failure | null> => {
    const answer = await callEngine(ask);
    return isFailure(answer) ? answer : null;
  };
  const start = async (form: SeriesForm): Promise<Failure | null> => {
    const plan = planOf(form);
    if ('code' in plan) return plan;
    const template = message(form.kind);
    if ('code' in template) return template;
    const rows = form.kind === 'file' ? await rowsOf(engine, form.file) : null;
    if (rows !== null && 'code' in rows) return rows;
    return done(() => engine.call('startSeries', { connection, template, plan, rows }));
  };
  return {
    store,
    async start(form) {
      store.setState({ starting: true });
      try {
        return await start(form);
      } finally {
        store.setState({ starting: false });
      }
    },
    pause: (series) => done(() => engine.call('pauseSeries', { series })),
    resume: (series) => done(() => engine.call('resumeSeries', { series })),
    stop: (series) => done(() => engine.call('stopSeries', { series })),
    close,
  };
}

/** Gives the file to the engine, a piece at a time. */
async function rowsOf(engine: Engine, file: File | null) {
  if (file === null) return failed('no-file', 'No file is chosen.', 'Choose a CSV or JSON Lines file.');
  let id: string | null = null;
  // An empty file has one piece as well.
  for (let at = 0; at === 0 || at < file.size; at += MAX_ROWS_PIECE) {
    const bytes = await pieceOf(file, at);
    if (bytes === null) return unreadable(file);
    const added = await callEngine(() => engine.call('addSeriesRows', { file: id, bytes }));
    if (isFailure(added)) return added;
    id = added.file;
  }
  const kind = /\.(jsonl|ndjson|json)$/i.test(file.name) ? ('jsonl' as const) : ('csv' as const);
  return { file: id ?? '', name: file.name, kind };
}

async function pieceOf(file: File, at: number): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return new Uint8Array(await file.slice(at, at + MAX_ROWS_PIECE).arrayBuffer());
  } catch {
    return null;
  }
}
