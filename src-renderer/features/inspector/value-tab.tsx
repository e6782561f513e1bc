import { useCallback } from 'react';
import { Braces, Copy, Route } from 'lucide-react';
import type { InspectorState } from '../../state/inspector/inspector.ts';
import { copied } from '../../state/browser/copy-text.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import type { MenuAction } from '../../ui/controls/menu.tsx';
import { sayOutcome, useSaid, type Saying } from '../../ui/feedback/said.tsx';
import type { Inspecting } from './inspecting.ts';
import type { LineFact } from './payload/json-lines.ts';
import { PayloadPanel, type PayloadForm } from './payload/payload-panel.tsx';

interface ValueTabProps {
  readonly form: PayloadForm;
  readonly session: ConnectionSession;
  readonly inspecting: Inspecting;
  readonly state: InspectorState;
}

/** The payload to read, with what can be done with the values in it. */
export function ValueTab({ form, session, inspecting, state }: ValueTabProps) {
  const said = useSaid();
  const { say } = said;
  const actionsOf = useCallback((fact: LineFact) => actions(fact, say), [say]);
  const { inspector, reading } = inspecting;
  return (
    <PayloadPanel
      decoder={inspecting.decoding.reader}
      {...{ session, form, inspector, state, reading, said, actionsOf }}
    />
  );
}

function actions(fact: LineFact, say: Saying['say']): readonly MenuAction[] {
  const copy = (text: string, done: string) => void sayOutcome(copied(text, done), say);
  return [
    {
      id: 'copy-value',
      label: 'Copy value',
      icon: Copy,
      run: () => copy(fact.value, 'Value copied'),
    },
    {
      id: 'copy-path',
      label: 'Copy path',
      icon: Route,
      off: fact.pathText === '' ? 'it is the whole document' : null,
      run: () => copy(fact.pathText, 'Path copied'),
    },
    {
      id: 'copy-json',
      label: 'Copy as JSON',
      icon: Braces,
      run: () => copy(fact.json, 'Copied as JSON'),
    },
  ];
}
