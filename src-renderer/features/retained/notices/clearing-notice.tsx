import { useEffect, useState } from 'react';
import { Trash2 } from 'lucide-react';
import { useStore } from 'zustand';
import type { ClearScope, Job } from '../../../../src-main/contract/session/jobs.ts';
import { isOver } from '../../../state/connections/restore-offers.ts';
import { follow } from '../../../state/engine/follow.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Banner } from '../../../ui/feedback/banner.tsx';
import { doneWords } from '../../../ui/feedback/progress-line.tsx';

/** The dialog shows the clear that runs, whatever it was opened for. */
const NOTHING: ClearScope = {
  kind: 'inventory',
  query: { filter: '', state: 'all' },
  choice: { all: false, rules: [] },
};

/** A clear of the connection that is not over while its dialog is closed: it goes on, or waits to be resumed. */
export function ClearingNotice({ session }: { readonly session: ConnectionSession }) {
  const isOpen = useStore(session.store, (state) => state.clearing !== null);
  const [job, setJob] = useState<Job | null>(null);
  useEffect(
    () =>
      follow({
        open: () => session.client.stream('jobs', {}),
        take: ({ jobs }) =>
          setJob(jobs.find((one) => one.connection === session.connectionId && !isOver(one)) ?? null),
      }),
    [session],
  );
  if (isOpen || job === null) return null;
  const isPaused = job.state.kind === 'paused';
  return (
    <Banner
      tone={isPaused ? 'warn' : 'mut'}
      role="status"
      icon={Trash2}
      title={isPaused ? 'Clearing retained messages is paused.' : 'Retained messages are being cleared.'}
      clock={doneWords(job.state.kind === 'running' ? job : { ...job, rate: 0 })}
      actions={
        <Button
          onClick={() => session.store.setState({ clearing: { keys: [], part: 'clear', scope: NOTHING } })}
        >
          Show clearing
        </Button>
      }
    >
      {job.state.kind === 'waiting' ? 'It waits for the connection, and goes on by itself.' : ''}
    </Banner>
  );
}
