import { useEffect, useRef, useState } from 'react';
import type { ConnectionTestReport } from '../../../../src-main/contract/connection-test.ts';
import { failed, type Failure } from '../../../../src-main/contract/base/errors.ts';
import type { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import type { AppState } from '../../../state/app/app-state.ts';

export type TestRun =
  | { readonly kind: 'idle' }
  /** Asked for, and nothing heard yet. */
  | { readonly kind: 'starting' }
  | { readonly kind: 'report'; readonly report: ConnectionTestReport }
  /** The engine gave no end. */
  | { readonly kind: 'broken'; readonly problem: Failure };

export interface ConnectionTest {
  readonly run: TestRun;
  readonly running: boolean;
  start(options: ConnectionOptions, profileId: string | null): void;
  /** Ends it at once; leaving the editor does the same. */
  cancel(): void;
}

/** One test at a time; the engine does it beside every open connection. */
export function useConnectionTest(app: AppState): ConnectionTest {
  const [run, setRun] = useState<TestRun>({ kind: 'idle' });
  const current = useRef<AbortController | null>(null);
  useEffect(() => () => current.current?.abort(), []);
  return {
    run,
    running: run.kind === 'starting' || (run.kind === 'report' && run.report.kind === 'running'),
    start(options, profileId) {
      current.current?.abort();
      const mine = new AbortController();
      current.current = mine;
      setRun({ kind: 'starting' });
      void followTest(app, { options, profileId }, mine.signal, setRun);
    },
    cancel() {
      current.current?.abort();
      setRun({ kind: 'idle' });
    },
  };
}

async function followTest(
  app: AppState,
  request: { readonly options: ConnectionOptions; readonly profileId: string | null },
  signal: AbortSignal,
  tell: (run: TestRun) => void,
): Promise<void> {
  const reports = app.engine.stream('testConnection', request);
  signal.addEventListener('abort', () => void reports.return?.(undefined)?.catch(() => undefined));
  let ended = false;
  let why = '';
  try {
    for await (const report of reports) {
      if (signal.aborted) return;
      ended = report.kind !== 'running';
      tell({ kind: 'report', report });
    }
  } catch (cause) {
    why = cause instanceof Error ? `${cause.message} ` : '';
  }
  if (ended || signal.aborted) return;
  const problem = failed('test-no-end', 'The test came to no end.', `${why}Try it again.`);
  tell({ kind: 'broken', problem });
}
