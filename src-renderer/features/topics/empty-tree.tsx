import type { ReactNode } from 'react';
import { FilterX, Inbox } from 'lucide-react';
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
    if (building) return null;
    return (
      <div className="tt-empty">
        <Empty
          icon={FilterX}
          title={`0 of ${formatCounted(topics, 'topic')} match.`}
          action={<Button onClick={() => session.setFilter('')}>Clear filter</Button>}
        >
          A filter looks in topics and in latest values. Topics appear here as soon as they match.
        </Empty>
      </div>
    );
  }
  return (
    <div className="tt-empty">
      <Empty icon={Inbox} title="No messages yet">
        {hint ?? 'Topics appear here as soon as the broker delivers a message on one of the subscriptions.'}
      </Empty>
    </div>
  );
}
