import { useId, useRef, type InputHTMLAttributes } from 'react';
import { classes } from '../base/classes.ts';
import './overlaid-text.css';
import './marked-input.css';

/** A part of the text; an odd one is marked, because it is a blank or drawn as nothing. */
export interface MarkedPart {
  readonly text: string;
  readonly odd: boolean;
}

interface MarkedInputProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'value'> {
  readonly value: string;
  /** Joined they are the value. */
  readonly parts: readonly MarkedPart[];
  /** Said at the right end of the field, e.g. `ends with a space`; null: nothing. */
  readonly note: string | null;
}

/** A text field in which characters that one does not see are marked, by an unseen copy that lies over it. */
export function MarkedInput(props: MarkedInputProps) {
  const { value, parts, note, className, 'aria-describedby': about, ...rest } = props;
  const id = useId();
  const mirror = useRef<HTMLSpanElement>(null);
  const marked = parts.some(({ odd }) => odd);
  return (
    <span className={classes('marked', className)} data-marked={marked ? '' : undefined}>
      <input
        {...rest}
        className="input input-mono marked-input"
        value={value}
        aria-describedby={note === null ? about : `${about ?? ''} ${id}`.trim()}
        onScroll={({ currentTarget }) => {
          if (mirror.current !== null) {
            mirror.current.style.transform = `translateX(${-currentTarget.scrollLeft}px)`;
          }
        }}
      />
      {marked ? (
        <span aria-hidden className="overlaid marked-over">
          <span ref={mirror} className="overlaid-text">
            {parts.map((part, at) => (part.odd ? <mark key={at}>{part.text}</mark> : part.text))}
          </span>
        </span>
      ) : null}
      {note === null ? null : (
        <span id={id} className="marked-note">
          {note}
        </span>
      )}
    </span>
  );
}
