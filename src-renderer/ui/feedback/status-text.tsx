import type { ReactNode } from 'react';
import { CircleAlert, CircleCheck, TriangleAlert, type LucideIcon } from 'lucide-react';
import { Icon } from '../base/icon.tsx';
import './status-text.css';

export type Tone = 'ok' | 'warn' | 'err' | 'mut';

const ICONS: Readonly<Record<Tone, LucideIcon | null>> = {
  ok: CircleCheck,
  warn: TriangleAlert,
  err: CircleAlert,
  mut: null,
};

export interface StatusTextProps {
  readonly tone: Tone;
  /** `alert` for what stops the user, `status` for the rest; left out it is not announced. */
  readonly role?: 'status' | 'alert';
  readonly label?: string;
  readonly icon?: LucideIcon;
  readonly children: ReactNode;
}

/** A fact with its icon: tone is never carried by colour alone. */
export function StatusText({ tone, role, label, icon, children }: StatusTextProps) {
  const glyph = icon ?? ICONS[tone];
  return (
    <div role={role} aria-label={label} className="status-text">
      {glyph === null ? null : <Icon of={glyph} size={14} className={`tone-${tone}`} />}
      <span className="status-text-words">{children}</span>
    </div>
  );
}
