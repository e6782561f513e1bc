import type { RefObject } from 'react';
import type { SectionId } from '../draft/draft-check.ts';

/** Brings a part of the form into sight; focus goes to what is wrong there, else to its first field. */
export function showSection(scroller: RefObject<HTMLElement | null>, id: SectionId): void {
  const section = scroller.current?.querySelector(`[data-section="${id}"]`);
  section?.scrollIntoView({ block: 'start' });
  const wrong = section?.querySelector<HTMLElement>('[aria-invalid=true]') ?? null;
  const first =
    wrong ??
    section?.querySelector<HTMLElement>('input:enabled, select:enabled, textarea:enabled, button:enabled');
  first?.focus({ preventScroll: wrong === null });
}
