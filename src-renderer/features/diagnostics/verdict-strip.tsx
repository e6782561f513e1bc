import type { ConnectionSummary } from '../../../src-main/contract/model.ts';
import type { Verdict } from '../../../src-main/contract/verdicts.ts';
import type { AppState } from '../../state/app-state.ts';
import { useNow } from '../../ui/use-now.ts';
import { historyCaption, historyLanes, historyMarks } from './history-spans.ts';
import { useHistory } from './history-tab.tsx';
import { Timeline } from './timeline.tsx';
import { VerdictCard } from './verdict-card.tsx';

interface VerdictStripProps {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
  readonly verdicts: readonly Verdict[];
}

/** The picture beside a verdict: the last minutes, from its beginning on. */
const LEAST_MS = 2 * 60_000;
const MOST_MS = 30 * 60_000;

/** The worst thing that is going on, over everything else; nothing where nothing is. */
export function VerdictStrip({ app, connection, verdicts }: VerdictStripProps) {
  // What is over stays until something else takes its place: a strip that comes and goes moves everything.
  const serious = verdicts.filter(({ severity }) => severity !== 'note');
  const worst = serious.find(({ over }) => !over) ?? serious[0];
  if (worst === undefined) return null;
  return (
    <div className="verdict-strip">
      <VerdictCard
        app={app}
        connection={connection}
        verdict={worst}
        brief
        aside={<Recent app={app} connection={connection} since={worst.since} />}
      />
    </div>
  );
}

function Recent({
  app,
  connection,
  since,
}: {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
  readonly since: number;
}) {
  const history = useHistory(app, connection);
  const now = useNow();
  const attempts = history?.attempts ?? [];
  if (attempts.length === 0) return null;
  const span = Math.min(MOST_MS, Math.max(LEAST_MS, now - since + 10_000));
  return (
    <Timeline
      label="The last minutes of the connection"
      caption={historyCaption(attempts, null, now)}
      lanes={historyLanes(attempts, connection.state, now)}
      marks={historyMarks(attempts)}
      limits={{ from: now - span, to: now }}
    />
  );
}
