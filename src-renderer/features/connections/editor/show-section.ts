import type { RefObject } from 'react';
import type { SectionId } from '../draft/draft-check.ts';

/** Brings a part of the form into sight; focus goes to what is wrong there, else to its first field. */
export function showSection(scroller: RefObject<HTMLElement | null>, id: SectionId): void {
  const section = sectionIn(scroller.current, id);
  section?.scrollIntoView({ block: 'start' });
  const wrong = section?.querySelector<HTMLElement>('[aria-invalid=true]') ?? null;
  (wrong ?? firstOfSection(scroller.current, id))?.focus({ preventScroll: wrong === null });
}

/** The first field of a part that can be used. */
export function firstOfSection(form: HTMLElement | null, id: SectionId): HTMLElement | null {
  const fields = sectionIn(form, id)?.querySelectorAll<HTMLInputElement>('input, select, textarea, button');
  return [...(fields ?? [])].find(({ disabled }) => !disabled) ?? null;
}

function sectionIn(form: HTMLElement | null, id: SectionId): Element | null {
  return form?.querySelector(`[data-section="${id}"]`) ?? null;
}
