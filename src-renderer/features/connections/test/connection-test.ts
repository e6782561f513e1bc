import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ConnectionTestReport } from '../../../../src-main/contract/connection-test.ts';
import { failed, type Failure } from '../../../../src-main/contract/base/errors.ts';
import type { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import type { Engine } from '../../../state/engine/engine.ts';

export type TestRun =
  | { readonly kind: 'idle' }
  /** Asked for, and nothing heard yet. */
  | { readonly kind: 'starting' }
  | { readonly kind: 'report'; readonly report: ConnectionTestReport }
  /** The engine gave no end. */
  | { readonly kind: 'broken'; readonly problem: Failure };

export function isRunning(run: TestRun): boolean {
  return run.kind === 'starting' || (run.kind === 'report' && run.report.kind === 'running');
}

/** One test at a time; the engine does it beside every open connection. */
export class ConnectionTest {
  readonly store: StoreApi<TestRun>;
  readonly #engine: Pick<Engine, 'stream'>;
  /** Ends what runs. */
  #current: AbortController | null = null;

  constructor(engine: Pick<Engine, 'stream'>) {
    this.#engine = engine;
    this.store = createStore<TestRun>(() => ({ kind: 'idle' }));
  }

  /** In place of one that runs. */
  async start(options: ConnectionOptions, profileId: string | null): Promise<void> {
    this.#current?.abort();
    const mine = new AbortController();
    this.#current = mine;
    this.#show({ kind: 'starting' });
    let ended = false;
    let why = '';
    try {
      const reports = this.#engine.stream('testConnection', { options, profileId });
      mine.signal.addEventListener('abort', () => void reports.return?.(undefined)?.catch(() => undefined));
      for await (const report of reports) {
        if (mine.signal.aborted) return;
        ended = report.kind !== 'running';
        this.#show({ kind: 'report', report });
      }
    } catch (cause) {
      why = cause instanceof Error ? `${cause.message} ` : '';
    }
    if (ended || mine.signal.aborted) return;
    const problem = failed('test-no-end', 'The test came to no end.', `${why}Try it again.`);
    this.#show({ kind: 'broken', problem });
  }

  /** Ends it at once; leaving the editor does the same. */
  cancel(): void {
    this.#current?.abort();
    this.#show({ kind: 'idle' });
  }

  #show(run: TestRun): void {
    this.store.setState(run, true);
  }
}

/** The test of a form, which ends with it. */
export function useConnectionTest(engine: Pick<Engine, 'stream'>): readonly [ConnectionTest, TestRun] {
  const [test] = useState(() => new ConnectionTest(engine));
  useEffect(() => () => test.cancel(), [test]);
  return [test, useStore(test.store)];
}
