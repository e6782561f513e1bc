import type { ReactNode } from 'react';
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import './splitter.css';

export interface SplitterProps {
  /** Unique; sizes are remembered under it. */
  readonly id: string;
  /** The accessible name of the bar between the panes, e.g. "Resize history". */
  readonly label: string;
  /** `columns`: side by side. `rows`: one above the other. */
  readonly direction: 'columns' | 'rows';
  readonly first: ReactNode;
  readonly second: ReactNode;
  /** Size of the second pane before anyone moved it, in pixels or as "40%". */
  readonly size?: number | string;
  /** Pixels. */
  readonly minFirst?: number;
  readonly minSecond?: number;
  /** The second pane keeps its pixels when the window grows. */
  readonly keepSecond?: boolean;
}

/** Two panes with one hairline between; moved by mouse, touch or arrow keys, remembered in this browser. */
export function Splitter(props: SplitterProps) {
  const { id, label, direction, first, second, size = '50%', minFirst = 120, minSecond = 80 } = props;
  const layout = useDefaultLayout({ id: `topicscope.split.${id}`, onlySaveAfterUserInteractions: true });
  return (
    <Group
      id={`split-${id}`}
      className="splitter"
      orientation={direction === 'columns' ? 'horizontal' : 'vertical'}
      defaultLayout={layout.defaultLayout}
      onLayoutChanged={layout.onLayoutChanged}
    >
      <Panel id={`${id}-first`} minSize={minFirst} className="splitter-pane">
        {first}
      </Panel>
      <Separator className="splitter-bar" aria-label={label} />
      <Panel
        id={`${id}-second`}
        defaultSize={size}
        minSize={minSecond}
        groupResizeBehavior={props.keepSecond === true ? 'preserve-pixel-size' : 'preserve-relative-size'}
        className="splitter-pane"
      >
        {second}
      </Panel>
    </Group>
  );
}
