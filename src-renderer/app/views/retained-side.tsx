import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { ArrowLeft } from 'lucide-react';
import { Inspector } from '../../features/inspector/inspector.tsx';
import { InventorySummary } from '../../features/retained/inventory/inventory-summary.tsx';
import type { AppState } from '../../state/app/app-state.ts';
import { inventoryOf } from '../../state/retained/inventory-session.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { useEditAndPublish } from '../base/use-edit-and-publish.ts';
import { Button } from '../../ui/controls/button.tsx';
import { focusPane } from '../base/panes.ts';
import type { WorkViewProps } from './work-view-props.ts';

/** Beside the inventory: its summary, or after Enter on a row the inspector. */
export function RetainedSide({ app, session }: WorkViewProps) {
  const inventory = inventoryOf(session);
  const inspecting = useStore(inventory.store, (state) => state.inspecting);
  if (!inspecting) return <InventorySummary session={session} />;
  return <Inspected app={app} session={session} onBack={() => inventory.inspect(false)} />;
}

interface InspectedProps {
  readonly app: AppState;
  readonly session: ConnectionSession;
  readonly onBack: () => void;
}

function Inspected({ app, session, onBack }: InspectedProps) {
  const edit = useEditAndPublish(app, session);
  const pane = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const box = pane.current;
    const onKeyDown = (event: KeyboardEvent) => {
      // Enlarged, the pane goes back to its place first.
      if (app.shell.store.getState().enlarged !== null) return;
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      event.preventDefault();
      onBack();
      focusPane('topics');
    };
    box?.addEventListener('keydown', onKeyDown);
    return () => box?.removeEventListener('keydown', onKeyDown);
  }, [app, onBack]);
  return (
    <div ref={pane} className="view-panel">
      <div className="view-back">
        <Button variant="quiet" icon={ArrowLeft} onClick={onBack}>
          Back to the summary
        </Button>
      </div>
      <Inspector app={app} session={session} edit={edit} />
    </div>
  );
}
