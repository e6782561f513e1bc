import './colour-mark.css';

/** Colours that a person gives to things, each with its word: colour alone says nothing to some. */
export const MARK_WORDS = {
  red: 'Red',
  orange: 'Orange',
  yellow: 'Yellow',
  green: 'Green',
  blue: 'Blue',
  purple: 'Purple',
} as const;

/**
 * The mark of what was given a colour: a shape of its own for each, drawn by the style sheet in one
 * element, because there may be thousands. Words stand beside it.
 */
export function ColourMark({ colour }: { readonly colour: keyof typeof MARK_WORDS }) {
  return <span aria-hidden className={`colour-mark colour-${colour}`} />;
}
