import type { ReactNode } from 'react';
import { FaultBoundary } from '../../ui/feedback/fault-boundary.tsx';
import { ViewRow } from './view-row.tsx';
import type { WorkViewProps } from './work-view-props.ts';
import type { WorkView } from './work-views.tsx';

interface WorkPaneProps extends WorkViewProps {
  readonly view: WorkView | undefined;
  /** What stands here where the view has nothing of its own; and what that is. */
  readonly children: ReactNode;
  readonly what: string;
}

/** The row of views, and below it the tree or what stands in its place: a panel of the view's name. */
export function LeftPane({ view, children, what, ...props }: WorkPaneProps) {
  const { id, label = what, Left = null } = view ?? {};
  return (
    <>
      <ViewRow {...props} />
      <FaultBoundary key={id} what={Left === null ? what : label}>
        {Left === null ? (
          children
        ) : (
          <div role="tabpanel" aria-label={label} className="view-panel">
            <Left {...props} />
          </div>
        )}
      </FaultBoundary>
    </>
  );
}

/** The inspector, or what the view shows beside itself. */
export function RightPane({ view, children, what, ...props }: WorkPaneProps) {
  const { id, label = what, Right = null } = view ?? {};
  return (
    <FaultBoundary key={id} what={Right === null ? what : label}>
      {Right === null ? children : <Right {...props} />}
    </FaultBoundary>
  );
}
