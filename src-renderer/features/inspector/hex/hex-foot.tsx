import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { bytesMeanings, offsetText } from '../../../../src-main/core/payload/hex-place.ts';
import type { PayloadPages } from '../../../state/inspector/payload-pages.ts';
import { formatCounted } from '../../../ui/base/format.ts';
import { classes } from '../../../ui/base/classes.ts';
import type { HexSelection } from './selecting.ts';

interface HexFootProps {
  readonly pages: PayloadPages;
  readonly selection: HexSelection | null;
  /** What stands in place of their meanings: the field that they are. Null: none. */
  readonly field: ReactNode;
  /** The fields below. */
  readonly children?: ReactNode;
}

/** `status` "Selected bytes": where they are, and what they are as numbers. */
export function HexFoot({ pages, selection, field, children }: HexFootProps) {
  // Each page that comes may hold them.
  const { problem } = useStore(pages.store);
  const few = selection !== null && selection.to - selection.from <= 8;
  const meanings = bytesMeanings((few ? pages.read(selection.from, selection.to) : null) ?? new Uint8Array());
  return (
    <div className="hex-foot">
      {problem === null ? null : <p className="insp-note">Not all bytes could be read: {problem}.</p>}
      <output
        aria-label="Selected bytes"
        className={classes('hex-selected', field !== null && 'hex-selected-field')}
      >
        {selection === null ? (
          <span className="tone-mut">Select bytes to read them as numbers</span>
        ) : (
          <>
            {field}
            {field === null ? <span>{rangeWords(selection)}</span> : null}
            {(field === null ? meanings : []).map(({ name, value }) => (
              <span key={name} className="hex-meaning">
                <span className="tone-mut">{name}</span> <span className="mono">{value}</span>
              </span>
            ))}
          </>
        )}
      </output>
      {children}
    </div>
  );
}

function rangeWords({ from, to }: HexSelection): string {
  const count = formatCounted(to - from, 'byte');
  return to - from === 1
    ? `${offsetText(from)} (${from}), ${count}`
    : `${offsetText(from)} to ${offsetText(to - 1)} (${from} to ${to - 1}), ${count}`;
}
