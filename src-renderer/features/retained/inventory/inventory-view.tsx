import { useEffect, useState } from 'react';
import { ArchiveRestore, CircleAlert, RefreshCw, Square, Trash2 } from 'lucide-react';
import { useStore } from 'zustand';
import { inventoryOf, type InventorySession } from '../../../state/retained/inventory-session.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Segmented } from '../../../ui/controls/segmented.tsx';
import { formatBytes, formatCount } from '../../../ui/base/format.ts';
import { isEnter } from '../../../ui/base/pressed-key.ts';
import { classes } from '../../../ui/base/classes.ts';
import { useFocusAfterStop } from '../../../ui/feedback/focus-after-stop.ts';
import { Icon } from '../../../ui/base/icon.tsx';
import { InventoryGrid } from './inventory-grid.tsx';
import { measureIn, measureTerm, STATE_CHOICES, withMeasure } from './inventory-labels.ts';
import { KeepingLine, SnapshotButtons, SnapshotWords } from '../snapshots/snapshot-buttons.tsx';
import './inventory.css';

export interface InventoryViewProps {
  readonly session: ConnectionSession;
  /** Name of the production connection; null: it is none. */
  readonly production: string | null;
}

/** The retained messages as a list with totals: what is stored, how old it is, and what can go. */
export function InventoryView({ session, production }: InventoryViewProps) {
  const inventory = inventoryOf(session);
  useEffect(() => inventory.watch(), [inventory]);
  return (
    <>
      <Tools session={session} inventory={inventory} />
      <InventoryGrid session={session} inventory={inventory} />
      <ChosenBar {...{ session, inventory, production }} />
    </>
  );
}

interface PartProps {
  readonly session: ConnectionSession;
  readonly inventory: InventorySession;
}

function Tools({ session, inventory }: PartProps) {
  const state = useStore(inventory.store, (one) => one.state);
  const probe = useStore(inventory.store, (one) => one.inventory?.probe ?? null);
  const running = probe?.kind === 'running';
  const next = useFocusAfterStop(running ? probe : null);
  const problem = useStore(
    inventory.store,
    (one) => one.problem ?? one.refused ?? one.inventory?.problem ?? null,
  );
  return (
    <div className="inv-tools">
      <Segmented
        label="State"
        hideLabel
        value={state}
        options={STATE_CHOICES}
        onChange={(next) => inventory.setState(next)}
      />
      <Measure session={session} field="size" label="Larger than" hint="1k" />
      <Measure session={session} field="seen" label="Older than" hint="30d" />
      <Button
        variant="quiet"
        icon={RefreshCw}
        className={classes('inv-probe', running && 'inv-probing')}
        ref={next}
        // Not disabled while it runs: it would lose the focus.
        aria-disabled={running}
        title="Ask the broker for all that it holds, also for what was never seen"
        onClick={running ? undefined : () => void inventory.probe()}
      >
        <span>Probe</span>
      </Button>
      {running ? (
        <Button
          variant="quiet"
          icon={Square}
          className="inv-probing"
          title="Stop probing"
          aria-disabled={probe.stopping}
          onClick={probe.stopping ? undefined : () => void inventory.stopProbe()}
        >
          <span>Stop probing</span>
        </Button>
      ) : null}
      {problem === null ? null : (
        <p role="alert" className="inv-problem">
          <Icon of={CircleAlert} size={14} className="tone-err" /> {problem}
        </p>
      )}
    </div>
  );
}

interface MeasureProps {
  readonly session: ConnectionSession;
  readonly field: 'size' | 'seen';
  readonly label: string;
  readonly hint: string;
}

/** Writes into the filter box, and shows what stands there. */
function Measure({ session, field, label, hint }: MeasureProps) {
  const inFilter = useStore(session.store, ({ filter }) => measureIn(filter, field));
  const [typed, setTyped] = useState(inFilter);
  const [shown, setShown] = useState(inFilter);
  if (inFilter !== shown) {
    setShown(inFilter);
    setTyped(inFilter);
  }
  const take = () => {
    const term = measureTerm(field, typed);
    if (term === null) return setTyped(inFilter);
    session.setFilter(withMeasure(session.store.getState().filter, field, term));
  };
  return (
    <label className="inv-measure">
      {label}
      <input
        type="text"
        className="input"
        value={typed}
        placeholder="any"
        title={`${label}, e.g. ${hint}; written into the filter`}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={take}
        onKeyDown={(event) => {
          if (isEnter(event)) take();
        }}
      />
    </label>
  );
}

function ChosenBar({ session, inventory, production }: PartProps & InventoryViewProps) {
  const chosen = useStore(inventory.store, (one) => one.inventory?.summary.chosen);
  const count = chosen?.count ?? 0;
  return (
    <div className="inv-bar">
      <SnapshotWords session={session} />
      <KeepingLine session={session}>
        <span role="status" className="inv-bar-count">
          <b>{formatCount(count)} selected</b> <span>{formatBytes(chosen?.bytes ?? 0)}</span>
        </span>
      </KeepingLine>
      <span className="inv-bar-end">
        <SnapshotButtons {...{ session, count, production }} />
        <Button
          variant="quiet"
          icon={ArchiveRestore}
          className="inv-bar-folds"
          title="Open trash"
          onClick={() => session.openClear([], 'trash')}
        >
          <span>Open trash</span>
        </Button>
        <Button icon={Trash2} disabled={count === 0} onClick={() => inventory.clearChosen()}>
          Clear {formatCount(count)}…
        </Button>
      </span>
    </div>
  );
}
