import { ArrowRight, ChevronLeft, ChevronRight, Hand } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import type { Inspector, InspectorState, Which } from '../../state/inspector/inspector.ts';
import type { History } from '../../state/inspector/inspector-history.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { Button, IconButton } from '../../ui/controls/button.tsx';
import { formatCount } from '../../ui/base/format.ts';

interface FollowLineProps {
  readonly session: ConnectionSession;
  readonly inspector: Inspector;
  readonly history: History;
  readonly state: InspectorState;
}

/** Which message is shown, whether it goes on with the newest, and the way to its neighbours. */
export function FollowLine({ session, inspector, history, state }: FollowLineProps) {
  const { which, following, loaded, newer } = state;
  const paused = useStore(session.store, (view) => view.paused !== null);
  /** Messages gone back over, to find the way forward again. */
  const passed = useRef<number[]>([]);
  useEffect(() => {
    if (following) passed.current = [];
  }, [following]);
  const here = which.kind === 'message' ? which.seq : loaded?.meta.seq;
  const older = async () => {
    if (here === undefined) return;
    // Where the engine is gone the window says so.
    const previous = await history.olderThan(here).catch(() => null);
    const { key, which: now } = inspector.store.getState();
    // Another topic is shown by now, or it was asked for twice.
    if (previous === null || key !== state.key) return;
    if (now.kind === 'message' && now.seq === previous) return;
    passed.current.push(here);
    inspector.inspect({ kind: 'message', seq: previous });
  };
  const newerOne = () => {
    let next = passed.current.pop();
    // From there another one may have been chosen, in the history.
    while (next !== undefined && here !== undefined && next <= here) next = passed.current.pop();
    // The first one gone back from was the latest then; forward from it is the latest now.
    if (next === undefined || passed.current.length === 0) inspector.follow();
    else inspector.inspect({ kind: 'message', seq: next });
  };
  return (
    <div className="insp-follow">
      <IconButton
        small
        label="Older message"
        icon={ChevronLeft}
        aria-disabled={loaded === null}
        onClick={() => void older()}
      />
      <IconButton
        small
        label="Newer message"
        icon={ChevronRight}
        aria-disabled={following}
        onClick={newerOne}
      />
      <span className="insp-which">{whichWords(which.kind, following, paused)}</span>
      <span className="tone-mut cut">{newer === 0 ? '' : `${formatCount(newer)} newer`}</span>
      <Button
        variant="quiet"
        icon={following ? Hand : ArrowRight}
        className="insp-follow-switch"
        title={
          following
            ? 'Keep this message on screen whatever arrives'
            : 'Show the latest message and go on with it'
        }
        onClick={() => (following ? inspector.hold() : inspector.follow())}
        disabled={session.store.getState().selectedKey === null}
      >
        {following ? 'Hold' : 'Follow latest'}
      </Button>
    </div>
  );
}

function whichWords(kind: Which['kind'], following: boolean, paused: boolean): string {
  if (kind === 'retained') return 'Retained value';
  if (kind === 'message') return 'Chosen from the history';
  if (!following) return 'Held';
  return paused ? 'Latest before the pause' : 'Following latest';
}
