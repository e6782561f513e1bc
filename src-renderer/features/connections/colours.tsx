import type { ProfileColour } from '../../../src-main/contract/model.ts';
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

/** One shape a colour, on a field of 10 by 10. */
const SHAPES: Readonly<Record<Exclude<ProfileColour, 'none'>, string>> = {
  red: 'M5 0a5 5 0 1 1 0 10a5 5 0 1 1 0-10zM1.800 3.800v2.400h6.400v-2.400z',
  orange: 'M5 0.5L10 9.5H0z',
  yellow: 'M5 0L10 5L5 10L0 5z',
  green: 'M5 0a5 5 0 1 1 0 10a5 5 0 1 1 0-10z',
  blue: 'M0.5 0.5h9v9h-9z',
  purple: 'M3.5 0h3v3.5H10v3H6.500V10h-3V6.500H0v-3h3.500z',
};

/** The mark of a profile: a shape of its own for each colour. Its word is in the description beside it. */
export function ColourMark({ colour }: { readonly colour: ProfileColour }) {
  if (colour === 'none') return null;
  return (
    <svg aria-hidden width={8} height={8} viewBox="0 0 10 10" className={`colour-mark colour-${colour}`}>
      <path d={SHAPES[colour]} fill="currentColor" fillRule="evenodd" />
    </svg>
  );
}
