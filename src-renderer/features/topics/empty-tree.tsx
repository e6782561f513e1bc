import { useMemo, type ReactNode } from 'react';
import { FilterX, Inbox } from 'lucide-react';
import { escapeUnsafe, shortened } from '../../../src-main/core/payload/visible.ts';
import { meantField } from '../../../src-main/core/query/grammar/meant-field.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { useStore } from 'zustand';
import { Button } from '../../ui/controls/button.tsx';
import { Empty } from '../../ui/feedback/empty.tsx';
import { formatCounted } from '../../ui/base/format.ts';

/** No rows: says why, and what to do about it. */
export function EmptyTree({
  session,
  hint,
}: {
  readonly session: ConnectionSession;
  readonly hint: ReactNode;
}) {
  const phase = useStore(session.store, (state) => state.phase);
  const filter = useStore(session.store, (state) => state.filter);
  const building = useStore(session.store, (state) => state.building !== null);
  const topics = useStore(session.store, (state) => state.counters?.topics ?? 0);
  if (phase === 'opening' || (building && filter === '')) return null;
  if (filter !== '') {
    return building ? null : <NoMatch session={session} filter={filter} topics={topics} />;
  }
  return (
    <div className="tt-empty">
      <Empty icon={Inbox} title="No messages yet">
        {hint ?? 'Topics appear here as soon as the broker delivers a message on one of the subscriptions.'}
      </Empty>
    </div>
  );
}

interface NoMatchProps {
  readonly session: ConnectionSession;
  readonly filter: string;
  readonly topics: number;
}

function NoMatch({ session, filter, topics }: NoMatchProps) {
  const meant = useMemo(() => meantField(filter), [filter]);
  return (
    <div className="tt-empty">
      <Empty
        icon={FilterX}
        title={`0 of ${formatCounted(topics, 'topic')} match.`}
        action={
          <>
            {meant === null ? null : (
              <Button onClick={() => session.setFilter(meant.filter)}>Use {shown(meant.field)}</Button>
            )}
            <Button onClick={() => session.setFilter('')}>Clear filter</Button>
          </>
        }
      >
        {meant === null
          ? 'A filter looks in topics and in latest values. Topics appear here as soon as they match.'
          : `“${shown(meant.word)}” is looked for as text. A field of the latest value is written ${shown(meant.field)}.`}
      </Empty>
    </div>
  );
}

const MOST_CHARS = 60;
const shown = (text: string): string => escapeUnsafe(shortened(text, MOST_CHARS));
