import { CirclePause } from 'lucide-react';
import { useStore } from 'zustand';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { formatClock, formatCounted } from '../../ui/base/format.ts';
import { Icon } from '../../ui/base/icon.tsx';

/** Below the tree while it is paused: since when, and what waits. It takes room from the bottom only. */
export function PausedLine({ session }: { readonly session: ConnectionSession }) {
  const paused = useStore(session.store, (state) => state.paused);
  if (paused === null) return null;
  const topics = paused.newTopics === 0 ? '' : `, ${formatCounted(paused.newTopics, 'new topic')}`;
  return (
    <div className="tt-paused">
      <Icon of={CirclePause} size={14} className="tone-warn" />
      <span>Paused at {formatClock(paused.at)}</span>
      <span className="tone-mut cut">
        {paused.newMessages === 0
          ? 'Nothing new since.'
          : `${formatCounted(paused.newMessages, 'new message')}${topics} waiting.`}
      </span>
    </div>
  );
}
