import { failed, type Failure } from '../../../src-main/contract/errors.ts';
import type { ConnectionId, ConnectionOptions, ConnectionState } from '../../../src-main/contract/model.ts';
import type { Diagnostics } from '../../../src-main/contract/diagnostics.ts';
import type { AppState } from '../../state/app-state.ts';
import { isFailure } from '../../state/attempt.ts';

export interface TestReport {
  readonly kind: 'running' | 'passed' | 'failed';
  /** Finished phases with their time in ms, in order. */
  readonly phases: readonly { readonly phase: string; readonly ms: number }[];
  readonly state: ConnectionState | null;
  readonly why: Failure | null;
}

/** On top of the connection's own time-out, for the engine to say so; ms */
const GRACE_MS = 5_000;

/**
 * Tries the settings with a connection of its own that nobody sees: its own client ID, so that it takes
 * over no session; a clean start; no subscriptions. It is closed before the last report.
 */
export async function testConnection(
  app: AppState,
  options: ConnectionOptions,
  tell: (report: TestReport) => void,
  signal: AbortSignal,
): Promise<void> {
  tell({ kind: 'running', phases: [], state: null, why: null });
  const answer = await app.connections.open(
    {
      ...options,
      name: `Test of ${options.name}`.slice(0, 200),
      clientId: '',
      cleanStart: true,
      subscriptions: [],
    },
    null,
    false,
  );
  if (isFailure(answer)) return tell({ kind: 'failed', phases: [], state: null, why: answer });
  const last = await watch(app, answer.id, options.connectTimeoutMs + GRACE_MS, tell, signal);
  await app.connections.close(answer.id);
  if (!signal.aborted) tell(last);
}

async function watch(
  app: AppState,
  connection: ConnectionId,
  withinMs: number,
  tell: (report: TestReport) => void,
  signal: AbortSignal,
): Promise<TestReport> {
  const reports = app.engine.stream('diagnostics', { connection });
  const timer = setTimeout(stop, withinMs);
  function stop() {
    void reports.return?.(undefined);
  }
  signal.addEventListener('abort', stop);
  let latest: TestReport = { kind: 'running', phases: [], state: null, why: null };
  try {
    for await (const diagnostics of reports) {
      latest = reportOf(diagnostics);
      if (latest.kind !== 'running' || signal.aborted) return latest;
      tell(latest);
    }
  } catch {
    // Said below: the engine gave no end.
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    stop();
  }
  const why = failed(
    'test-no-end',
    'The test came to no end in time.',
    'Try again, or look at the log after Connect.',
  );
  return { ...latest, kind: 'failed', why };
}

function reportOf({ state, session }: Diagnostics): TestReport {
  const { phases } = session;
  if (state.kind === 'online') return { kind: 'passed', phases, state, why: null };
  if (state.kind === 'waiting') return { kind: 'failed', phases, state, why: state.why };
  if (state.kind === 'stopped') {
    return {
      kind: 'failed',
      phases,
      state,
      why: state.why ?? failed('test-stopped', 'The test was stopped.'),
    };
  }
  return { kind: 'running', phases, state, why: null };
}

const PHASES: Readonly<Record<string, string>> = {
  resolving: 'Lookup',
  connecting: 'TCP',
  securing: 'TLS',
  upgrading: 'WebSocket',
  handshaking: 'CONNECT',
};

export function phaseName(phase: string): string {
  return PHASES[phase] ?? phase;
}
