import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { ConnectionAttempt } from '../../../../src-main/contract/session/connection-history.ts';
import type { ConnectionSummary } from '../../../../src-main/contract/model/model.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import type { HistoryState } from '../../../state/diagnostics/history.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { formatDuration } from '../../../ui/base/format.ts';
import { useNow } from '../../../ui/base/use-now.ts';
import {
  endWords,
  historyCaption,
  historyLanes,
  historyMarks,
  isBehind,
  outcomeWords,
  phaseWords,
  uptimeWords,
  whenWords,
} from './history-spans.ts';
import { Timeline } from './timeline.tsx';
import './history.css';

interface HistoryTabProps {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
}

/** The least time the picture spans, and what it shows at first (ms). */
const LEAST_MS = 60_000;
const FIRST_MS = 60 * 60_000;

/** So long the history may stay behind a new state before it is taken as it is, ms. */
const BEHIND_MS = 10_000;

/**
 * Reads the history while it is shown: at once, whenever the connection's state changes, and then each second until
 * the history has that change.
 */
export function useHistory(app: AppState, { id, state }: ConnectionSummary) {
  const known = useStore(app.diagnostics.history.store);
  const now = useNow();
  const step = `${state.kind} ${'since' in state ? state.since : 'retryAt' in state ? state.retryAt : ''}`;
  const [changed, setChanged] = useState({ step, at: now });
  if (changed.step !== step) setChanged({ step, at: now });
  const isOurs = known.connection === id;
  const behind = isOurs && isBehind(known.attempts ?? [], state) && now - changed.at < BEHIND_MS;
  const look = behind ? now : 0;
  useEffect(() => void app.diagnostics.history.refresh(id), [app, id, step, look]);
  return isOurs ? known : null;
}

/** Every attempt to connect: when, how long each phase took, how it ended and what was waited for. */
export function HistoryTab({ app, connection }: HistoryTabProps) {
  const history = useHistory(app, connection);
  const now = useNow();
  const gaps = useStore(app.diagnostics.store, ({ latest }) => latest?.life.gaps);
  const attempts = history?.attempts ?? [];
  if (history === null || attempts.length === 0) {
    return <p className="diagnostics-wait tone-mut">{emptyWords(history)}</p>;
  }
  const oldest = attempts.at(-1)?.startedAt ?? now;
  const uptime = uptimeWords(attempts, history.uptimeShare, history.more, now);
  const limits = { from: Math.min(oldest - 1_000, now - LEAST_MS), to: now };
  return (
    <div className="history">
      <div className="history-picture">
        <Timeline
          label="Timeline of the connection"
          caption={historyCaption(attempts, uptime, now)}
          lanes={historyLanes(attempts, connection.state, now, gaps)}
          marks={historyMarks(attempts)}
          limits={limits}
          first={FIRST_MS}
          zoom
          start={<span className="tone-mut">{uptime}</span>}
        />
      </div>
      <Attempts attempts={attempts} now={now} />
      {history.more ? (
        <Button variant="quiet" onClick={() => void app.diagnostics.history.readMore()}>
          Show older attempts
        </Button>
      ) : null}
    </div>
  );
}

function emptyWords(history: HistoryState | null): string {
  if (history !== null && history.problem !== null)
    return `${history.problem.message} ${history.problem.advice}`;
  if (history === null || history.attempts === null) return 'Reading the history.';
  return 'No attempt to connect is known yet. They are kept for 30 days.';
}

function Attempts({
  attempts,
  now,
}: {
  readonly attempts: readonly ConnectionAttempt[];
  readonly now: number;
}) {
  const longest = Math.max(1, ...attempts.map(({ phases }) => total(phases)));
  return (
    <table className="history-table" aria-label="Attempts">
      <thead>
        <tr>
          <th scope="col">Started</th>
          <th scope="col">Outcome</th>
          <th scope="col">Phases</th>
          <th scope="col">End</th>
          <th scope="col" className="num">
            Waited
          </th>
        </tr>
      </thead>
      <tbody>
        {attempts.map((one) => (
          <tr key={one.id}>
            <td>
              <time dateTime={new Date(one.startedAt).toISOString()}>{whenWords(one.startedAt, now)}</time>
            </td>
            <td>
              {outcomeWords(one, now)}
              {one.sessionPresent === true ? <span className="tone-mut">, resumed</span> : null}
            </td>
            <td>
              <Phases phases={one.phases} longest={longest} />
            </td>
            <td className={one.endedAt !== null && one.by !== 'user' ? 'tone-warn' : 'tone-mut'}>
              {endWords(one)}
            </td>
            <td className="num tone-mut">{one.waitedMs > 0 ? formatDuration(one.waitedMs) : ''}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

type PhaseList = ConnectionAttempt['phases'];

function total(phases: PhaseList): number {
  return phases.reduce((sum, { ms }) => sum + ms, 0);
}

/** Blocks as long as the phases took, against the slowest attempt on show; the words say the same. */
function Phases({ phases, longest }: { readonly phases: PhaseList; readonly longest: number }) {
  if (phases.length === 0) return null;
  return (
    <span className="history-phases" title={phaseWords({ phases })}>
      <span aria-hidden className="history-bar">
        {phases.map(({ phase, ms }, index) => (
          <span
            key={phase}
            className={index % 2 === 0 ? 'history-block' : 'history-block history-block-odd'}
            style={{ width: `${(ms / longest) * 100}%` }}
          />
        ))}
      </span>
      <span className="tone-mut cut">{phaseWords({ phases })}</span>
    </span>
  );
}
