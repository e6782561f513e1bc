import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { useNow } from '../../../src-renderer/ui/base/use-now.ts';

/** The markup of a part, as it is drawn for the first time. */
export function draw(part: ReactNode): string {
  return renderToStaticMarkup(part);
}

/** What can be read of a part: its markup without tags, with one blank between words. */
export function words(part: ReactNode): string {
  return wordsIn(draw(part));
}

/** What can be read of markup. */
export function wordsIn(markup: string): string {
  return markup
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

const Clock = () => useNow();

/**
 * The time for which everything is drawn, in ms since the epoch: the window's clock stands still while
 * nobody looks at it. To be read by each file of tests, as one before it may have moved the clock.
 */
export function standingNow(): number {
  return Number(draw(<Clock />));
}
