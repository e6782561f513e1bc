import type { ReactNode } from 'react';

/** Words for screen readers only. */
export function VisuallyHidden({ id, children }: { readonly id?: string; readonly children: ReactNode }) {
  return (
    <span id={id} className="visually-hidden">
      {children}
    </span>
  );
}
