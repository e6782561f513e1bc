import type { ProfileColour } from '../../../../src-main/contract/model/model.ts';
import { ColourMark, MARK_WORDS } from '../../../ui/base/colour-mark.tsx';

/** Of profiles. */
export const COLOUR_WORDS: Readonly<Record<ProfileColour, string>> = {
  none: 'None',
  ...MARK_WORDS,
  red: 'Red: production',
};

/** The mark of a profile. Its word is in the description beside it. */
export function ProfileMark({ colour }: { readonly colour: ProfileColour }) {
  return colour === 'none' ? null : <ColourMark colour={colour} />;
}
