import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import { ColourMark } from '../../../ui/base/colour-mark.tsx';
import { busyWords, type ColourRule } from '../filter/saved-filters.ts';
import './rule-mark.css';

/** By which rule a row is coloured: its shape and its name, because a colour alone says nothing to some. */
export function RuleMark({ rule, busy }: { readonly rule: ColourRule; readonly busy: number | null }) {
  const { name, text, colour } = rule;
  const often = busy === null ? '' : `. ${busyWords(busy)}`;
  return (
    <span className="tt-rule" title={escapeUnsafe(`${name}: ${text}${often}`)}>
      <ColourMark colour={colour} />
      <span className="cut">{escapeUnsafe(name)}</span>
    </span>
  );
}
