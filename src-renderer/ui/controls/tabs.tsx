import { memo, useEffect, useRef, type ReactNode } from 'react';
import { Tabs as Base } from '@base-ui/react/tabs';
import { classes } from '../base/classes.ts';
import './tabs.css';

export interface TabItem<T extends string> {
  readonly id: T;
  /** The accessible name. */
  readonly label: string;
  /** A count or a word beside it; in the description, not in the name. */
  readonly detail?: string;
}

export interface TabsProps<T extends string> {
  /** The accessible name of the tab list. */
  readonly label: string;
  readonly items: readonly TabItem<T>[];
  readonly value: T;
  /** A tab was chosen; also by a press on the one that is. */
  readonly onChange: (id: T) => void;
  /** Shown before the tabs and at the end of the bar. */
  readonly start?: ReactNode;
  readonly end?: ReactNode;
  /** False where the panel's first content takes focus itself. */
  readonly focusPanel?: boolean;
  readonly className?: string;
  /** The panel of the selected tab. */
  readonly children: ReactNode;
}

/** ARIA tabs: one tab stop, arrows, Home and End move and select at once. */
export function Tabs<T extends string>(props: TabsProps<T>) {
  const { label, items, value, onChange, start, end, focusPanel = true, className, children } = props;
  return (
    <Base.Root
      value={value}
      onValueChange={(next: T) => onChange(next)}
      className={classes('tabs', className)}
    >
      <div className="tabs-bar">
        {start}
        <TabList {...{ label, items, value, onChange }} />
        {end === undefined ? null : <div className="tabs-end">{end}</div>}
      </div>
      <Base.Panel
        value={value}
        tabIndex={focusPanel ? 0 : undefined}
        className="tabs-panel"
        data-select-all=""
      >
        {children}
      </Base.Panel>
    </Base.Root>
  );
}

export type TabRowProps<T extends string> = Pick<TabsProps<T>, 'label' | 'items' | 'value' | 'onChange'>;

/** The row of tabs alone, for what it chooses lies elsewhere: more than one panel changes with it. */
export function TabRow<T extends string>(props: TabRowProps<T>) {
  return (
    <Base.Root
      value={props.value}
      onValueChange={(next: T) => props.onChange(next)}
      className="tabs-bar tab-row"
    >
      <TabList {...props} />
    </Base.Root>
  );
}

function TabsOf<T extends string>({ label, items, value, onChange }: TabRowProps<T>) {
  const list = useRef<HTMLDivElement>(null);
  // Where not all fit, the chosen one is in sight.
  useEffect(() => {
    const chosen = list.current?.querySelector(`[data-tab="${value}"]`);
    chosen?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [value]);
  return (
    <Base.List ref={list} activateOnFocus aria-label={label} className="tabs-list">
      {items.map((item) => (
        <Base.Tab
          key={item.id}
          value={item.id}
          data-tab={item.id}
          aria-description={item.detail}
          className="tab"
          onClick={() => {
            if (item.id === value) onChange(item.id);
          }}
          onFocus={({ target }) => target.scrollIntoView({ block: 'nearest', inline: 'nearest' })}
        >
          {item.label}
          {/* Drawn by the style sheet, so that the name stays the label alone. */}
          {item.detail === undefined ? null : <small className="tab-detail" data-detail={item.detail} />}
        </Base.Tab>
      ))}
    </Base.List>
  );
}

/** Not drawn again with what is in its panel. */
const TabList = memo(TabsOf) as typeof TabsOf;
