import { useCallback, useMemo } from 'react';
import { useStore } from 'zustand';
import type { InspectorState } from '../../state/inspector/inspector.ts';
import { useOutcome } from '../../ui/feedback/outcome-note.tsx';
import type { Inspecting } from './inspecting.ts';
import { stepOf } from '../../state/decoding/decoded-reader.ts';
import { lineActions } from './line-actions.ts';
import { aroundItems, shownItems, type MessagePorts } from './message-items.ts';
import type { LineFact } from './base/line-fact.ts';
import { PayloadPanel } from './payload/payload-panel.tsx';
import type { PayloadForm } from './payload/use-payload-text.ts';
import { foreignOf } from './payload/render-decoded.ts';

interface ValueTabProps {
  readonly form: PayloadForm;
  readonly ports: MessagePorts;
  readonly inspecting: Inspecting;
  readonly state: InspectorState;
}

/** The payload to read, with what can be done with the values in it. */
export function ValueTab({ form, ports, inspecting, state }: ValueTabProps) {
  const { session, watch } = ports;
  const outcome = useOutcome();
  const { say } = outcome;
  const { inspector, reading, charts, tab, decoding } = inspecting;
  const { key } = state;
  const seq = state.loaded?.meta.seq ?? null;
  const decoded = useStore(decoding.reader.store, ({ shown }) => foreignOf(shown, key));
  const chain = useMemo(() => (decoded === null ? null : decoded.stages.map(stepOf)), [decoded]);
  const isChosen = decoded?.by.kind === 'chosen';
  // What an action is called depends on what is watched.
  const watched = useStore(watch.store, ({ rows }) => rows.length);
  const actionsOf = useCallback(
    (fact: LineFact) => {
      void watched;
      if (key === null) return [];
      const own = lineActions(fact, { key, chain, isChosen, session, watch, charts, tab, say });
      if (seq === null) return own;
      return [...own, ...aroundItems(ports, { key, seq }, say)];
    },
    [ports, key, seq, chain, isChosen, session, watch, watched, charts, tab, say],
  );
  const menuItems = useCallback(() => {
    void watched;
    if (key === null || seq === null) return [];
    return shownItems(ports, { key, seq }, say);
  }, [ports, key, seq, watched, say]);
  return (
    <PayloadPanel
      decoder={inspecting.decoding.reader}
      {...{ session, form, inspector, state, reading, outcome, actionsOf, menuItems }}
    />
  );
}
