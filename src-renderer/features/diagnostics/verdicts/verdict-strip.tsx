import { useEffect, useState } from 'react';
import type { ConnectionSummary } from '../../../../src-main/contract/model/model.ts';
import type { Verdict } from '../../../../src-main/contract/model/verdicts.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { useNow } from '../../../ui/base/use-now.ts';
import { historyCaption, historyLanes, historyMarks } from '../history/history-spans.ts';
import { useHistory } from '../history/history-tab.tsx';
import { Timeline } from '../history/timeline.tsx';
import { VerdictCard } from './verdict-card.tsx';

interface VerdictStripProps {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
  readonly verdicts: readonly Verdict[];
}

/** The picture beside a verdict: the last minutes, from its beginning on. */
const LEAST_MS = 2 * 60_000;
const MOST_MS = 30 * 60_000;

/** The worst thing that is going on, over everything else; nothing where nothing was since it is on show. */
export function VerdictStrip({ app, connection, verdicts }: VerdictStripProps) {
  // What was read a moment ago does not vanish because it is over: that is up to the reader.
  const [kept, setKept] = useState<string | null>(null);
  const standing = verdicts.find(({ over, severity }) => !over && severity !== 'note');
  const worst = standing ?? verdicts.find(({ id }) => id === kept);
  const standingId = standing?.id ?? null;
  useEffect(() => {
    if (standingId !== null) setKept(standingId);
  }, [standingId]);
  if (worst === undefined) return null;
  return (
    <div className="verdict-strip">
      <VerdictCard
        app={app}
        connection={connection}
        verdict={worst}
        brief
        {...(worst.over ? { onDismiss: () => setKept(null) } : {})}
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
      caption={historyCaption(attempts, '', now)}
      lanes={historyLanes(attempts, connection.state, now)}
      marks={historyMarks(attempts)}
      limits={{ from: now - span, to: now }}
    />
  );
}
