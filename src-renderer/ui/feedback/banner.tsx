import type { ReactNode } from 'react';
import { CircleAlert, Info, TriangleAlert, type LucideIcon } from 'lucide-react';
import { Icon } from '../base/icon.tsx';
import './banner.css';

const ICONS = { err: CircleAlert, warn: TriangleAlert, mut: Info, none: null } as const;

export interface BannerProps {
  /** `none`: all is well; without actions it gives way to any other. */
  readonly tone: 'err' | 'warn' | 'mut' | 'none';
  /** `alert` for what stops the user, `status` for the rest; none for what needs no announcement. */
  readonly role?: 'alert' | 'status';
  readonly icon?: LucideIcon;
  /** What happened. */
  readonly title: ReactNode;
  /** What it means and what to do. */
  readonly children?: ReactNode;
  /** What changes every second: outside the live region, so that it is not announced each time. */
  readonly clock?: ReactNode;
  readonly actions?: ReactNode;
}

/** A strip of the notice bar: what happened, what it means, what to do. */
export function Banner({ tone, role, icon, title, children, clock, actions }: BannerProps) {
  const shown = icon ?? ICONS[tone];
  return (
    <div className={`banner banner-${tone}`}>
      {shown === null ? null : <Icon of={shown} className={`tone-${tone}`} />}
      <div role={role} className="banner-words">
        <span className="banner-title">{title}</span>
        {children === undefined || children === '' ? null : <span className="banner-more"> {children}</span>}
      </div>
      {clock === undefined ? null : <div className="banner-clock">{clock}</div>}
      {actions === undefined ? null : <div className="banner-actions">{actions}</div>}
    </div>
  );
}
