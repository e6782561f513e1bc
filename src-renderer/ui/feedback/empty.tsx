import type { ReactNode } from 'react';
import type { LucideIcon } from 'lucide-react';
import { Icon } from '../base/icon.tsx';
import './empty.css';

export interface EmptyProps {
  readonly icon: LucideIcon;
  /** What there is, in a sentence. */
  readonly title: string;
  /** What it means and what to do. */
  readonly children?: ReactNode;
  /** A button or two. */
  readonly action?: ReactNode;
}

/** A pane that has nothing to show says so, and what to do about it. */
export function Empty({ icon, title, children, action }: EmptyProps) {
  return (
    <div className="empty">
      <Icon of={icon} size={20} className="tone-faint" />
      <p className="empty-title">{title}</p>
      {children === undefined ? null : <div className="empty-words">{children}</div>}
      {action === undefined ? null : <div className="empty-action">{action}</div>}
    </div>
  );
}
