import type { ConnectionSummary } from '../../../../src-main/contract/model/model.ts';
import type { Verdict } from '../../../../src-main/contract/model/verdicts.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { StatusText } from '../../../ui/feedback/status-text.tsx';
import { VerdictCard } from './verdict-card.tsx';

interface VerdictsTabProps {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
  readonly verdicts: readonly Verdict[];
}

/** What the evidence says, worst first. */
export function VerdictsTab({ app, connection, verdicts }: VerdictsTabProps) {
  if (verdicts.length === 0) {
    const why = 'why' in connection.state ? connection.state.why : null;
    return (
      <div className="diagnostics-wait">
        {why === null ? (
          <StatusText tone="ok">
            Nothing is wrong as far as can be seen from here.{' '}
            <span className="tone-mut">
              Take-overs, refused filters, dead links, messages the broker drops: what the evidence shows is
              explained here.
            </span>
          </StatusText>
        ) : (
          <StatusText tone="warn">
            {why.message}{' '}
            <span className="tone-mut">{why.advice} Nothing points to a cause beyond that.</span>
          </StatusText>
        )}
      </div>
    );
  }
  return (
    <ul className="verdicts" aria-label="Verdicts">
      {verdicts.map((verdict) => (
        <li key={verdict.id}>
          <VerdictCard app={app} connection={connection} verdict={verdict} />
        </li>
      ))}
    </ul>
  );
}
