import { memo } from 'react';
import type { LucideIcon } from 'lucide-react';

export interface IconProps {
  readonly of: LucideIcon;
  /** Pixels: 12 in captions, 14 beside data, 16 (default) elsewhere. */
  readonly size?: 12 | 14 | 16 | 20;
  readonly className?: string;
}

/** A drawing beside a word. Always hidden from screen readers: the word or the button's name says it. */
export const Icon = memo(function Icon({ of: Glyph, size = 16, className }: IconProps) {
  return (
    <Glyph
      aria-hidden
      focusable={false}
      size={size}
      strokeWidth={size >= 16 ? 1.5 : 1.4}
      absoluteStrokeWidth
      className={className === undefined ? 'icon' : `icon ${className}`}
    />
  );
});
