import type { ProfileColour } from '../../../../src-main/contract/model/model.ts';
import './colours.css';

/** Each colour with its word: colour alone says nothing to those who cannot tell it. */
export const COLOUR_WORDS: Readonly<Record<ProfileColour, string>> = {
  none: 'None',
  red: 'Red: production',
  orange: 'Orange',
  yellow: 'Yellow',
  green: 'Green',
  blue: 'Blue',
  purple: 'Purple',
};

/**
 * The mark of a profile: a shape of its own for each colour, drawn by the style sheet in one element,
 * because there may be thousands. Its word is in the description beside it.
 */
export function ColourMark({ colour }: { readonly colour: ProfileColour }) {
  return colour === 'none' ? null : <span aria-hidden className={`colour-mark colour-${colour}`} />;
}
