import { useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from 'react';
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
  const base = useId();
  const list = useRef<HTMLDivElement>(null);
  // Where not all fit, the chosen one is in sight.
  useEffect(() => {
    const chosen = list.current?.querySelector(`[data-tab="${value}"]`);
    chosen?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [value]);

  const onKeyDown = (event: KeyboardEvent) => {
    const at = items.findIndex((item) => item.id === value);
    const last = items.length - 1;
    const targets: Readonly<Record<string, number>> = {
      ArrowRight: at === last ? 0 : at + 1,
      ArrowLeft: at <= 0 ? last : at - 1,
      Home: 0,
      End: last,
    };
    const target = items[targets[event.key] ?? -1];
    if (target === undefined) return;
    event.preventDefault();
    onChange(target.id);
    list.current?.querySelector<HTMLElement>(`[data-tab="${target.id}"]`)?.focus();
  };

  return (
    <div className={classes('tabs', className)}>
      <div className="tabs-bar">
        {start}
        <div ref={list} role="tablist" aria-label={label} className="tabs-list" onKeyDown={onKeyDown}>
          {items.map((item) => (
            <button
              key={item.id}
              type="button"
              role="tab"
              id={`${base}-${item.id}`}
              data-tab={item.id}
              aria-description={item.detail}
              aria-selected={item.id === value}
              aria-controls={item.id === value ? `${base}-panel` : undefined}
              tabIndex={item.id === value ? 0 : -1}
              className="tab"
              onClick={() => onChange(item.id)}
              onFocus={({ target }) => target.scrollIntoView({ block: 'nearest', inline: 'nearest' })}
            >
              {item.label}
              {/* Drawn by the style sheet, so that the name stays the label alone. */}
              {item.detail === undefined ? null : <small className="tab-detail" data-detail={item.detail} />}
            </button>
          ))}
        </div>
        {end === undefined ? null : <div className="tabs-end">{end}</div>}
      </div>
      <div
        role="tabpanel"
        id={`${base}-panel`}
        aria-labelledby={`${base}-${value}`}
        tabIndex={focusPanel ? 0 : undefined}
        className="tabs-panel"
      >
        {children}
      </div>
    </div>
  );
}
