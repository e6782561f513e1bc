import { useId, type HTMLInputTypeAttribute, type KeyboardEvent, type ReactNode, type Ref } from 'react';
import { CircleAlert } from 'lucide-react';
import { classes } from '../base/classes.ts';
import { Icon } from '../base/icon.tsx';
import { escapeUnsafe, isSafeText } from '../../../src-main/core/payload/visible.ts';
import { unseenNote } from './unseen-note.ts';
import './field.css';

interface Common {
  /** The accessible name; shown above the control unless `hideLabel`. */
  readonly label: string;
  readonly hideLabel?: boolean;
  /** One line below, in muted text. */
  readonly hint?: ReactNode;
  /** The rule that is broken and how to meet it; replaces the hint. */
  readonly error?: string | null | undefined;
  readonly disabled?: boolean;
  readonly className?: string;
}

interface FrameProps extends Common {
  readonly id: string;
  /** What is in the control and not seen there. */
  readonly unseen?: string | null;
  readonly children: ReactNode;
}

/** Label above, control, then the hint or the error, and what one does not see. */
function Frame({ id, label, hideLabel, hint, error, className, unseen = null, children }: FrameProps) {
  const broken = error !== null && error !== undefined && error !== '';
  return (
    <div className={classes('field', className)}>
      <label htmlFor={id} className={hideLabel === true ? 'visually-hidden' : 'field-label'}>
        {escapeUnsafe(label)}
      </label>
      {children}
      {broken ? (
        <p id={`${id}-note`} className="field-note tone-err">
          <Icon of={CircleAlert} size={12} />
          {error}
        </p>
      ) : hint === undefined ? null : (
        <p id={`${id}-note`} className="field-note">
          {hint}
        </p>
      )}
      {unseen === null ? null : (
        <p id={`${id}-unseen`} className="field-note tone-warn">
          {unseen}
        </p>
      )}
    </div>
  );
}

function noteId(id: string, { hint, error }: Common, unseen: string | null = null): string | undefined {
  const broken = error !== null && error !== undefined && error !== '';
  const ids = [
    ...(broken || hint !== undefined ? [`${id}-note`] : []),
    ...(unseen === null ? [] : [`${id}-unseen`]),
  ];
  return ids.length === 0 ? undefined : ids.join(' ');
}

function isBroken(error: string | null | undefined): true | undefined {
  return error === null || error === undefined || error === '' ? undefined : true;
}

export interface TextFieldProps extends Common {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: Extract<HTMLInputTypeAttribute, 'text' | 'password' | 'search'>;
  /** For addresses, topics, bytes. */
  readonly mono?: boolean;
  readonly placeholder?: string;
  readonly autoFocus?: boolean;
  readonly maxLength?: number;
  /** Offered while typing; anything else may be typed as well. */
  readonly suggestions?: readonly string[];
  /** Sits right of the input, e.g. a reveal button. */
  readonly end?: ReactNode;
  readonly onKeyDown?: (event: KeyboardEvent<HTMLInputElement>) => void;
  readonly onPaste?: (text: string) => boolean;
  readonly onBlur?: () => void;
  readonly ref?: Ref<HTMLInputElement>;
}

/** One line of text. `onPaste` may take the pasted text over by answering true. */
export function TextField(props: TextFieldProps) {
  const {
    value,
    onChange,
    type = 'text',
    mono,
    placeholder,
    autoFocus,
    maxLength,
    suggestions: given = [],
    end,
    onKeyDown,
    onPaste,
  } = props;
  const id = useId();
  // What is chosen from the list is drawn as it is, so it must not deceive.
  const suggestions = given.filter(isSafeText);
  const unseen = type === 'password' ? null : unseenNote(value);
  return (
    <Frame {...props} id={id} unseen={unseen}>
      <div className="field-line">
        <input
          id={id}
          ref={props.ref}
          type={type}
          className={classes('input', mono === true && 'input-mono')}
          value={value}
          placeholder={placeholder}
          disabled={props.disabled}
          maxLength={maxLength}
          list={suggestions.length === 0 ? undefined : `${id}-list`}
          autoFocus={autoFocus}
          autoComplete="off"
          autoCapitalize="off"
          autoCorrect="off"
          spellCheck={false}
          aria-invalid={isBroken(props.error)}
          aria-describedby={noteId(id, props, unseen)}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={onKeyDown}
          onBlur={props.onBlur}
          onPaste={(event) => {
            if (onPaste?.(event.clipboardData.getData('text')) === true) event.preventDefault();
          }}
        />
        {end}
        {suggestions.length === 0 ? null : (
          <datalist id={`${id}-list`}>
            {suggestions.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </datalist>
        )}
      </div>
    </Frame>
  );
}

export interface TextAreaProps extends Common {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly mono?: boolean;
  readonly placeholder?: string;
  /** Lines it grows to with what is in it; one to begin with. */
  readonly maxLines?: number;
}

/** Text that may have several lines, e.g. a path or a pasted PEM block; one line tall until it has more. */
export function TextArea(props: TextAreaProps) {
  const { value, onChange, mono, placeholder, maxLines = 5 } = props;
  const id = useId();
  const unseen = unseenNote(value);
  return (
    <Frame {...props} id={id} unseen={unseen}>
      <textarea
        id={id}
        rows={Math.min(maxLines, value.split('\n').length)}
        className={classes('input input-area', mono === true && 'input-mono')}
        value={value}
        placeholder={placeholder}
        disabled={props.disabled}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        aria-invalid={isBroken(props.error)}
        aria-describedby={noteId(id, props, unseen)}
        onChange={(event) => onChange(event.target.value)}
      />
    </Frame>
  );
}

export interface NumberFieldProps extends Common {
  /** The text as typed: nothing typed is lost, even while it is not a number. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
}

/**
 * A whole number. Not `type=number`: that one forgets what is typed when it is not a number and
 * changes under the mouse wheel. Arrow keys step by `step`, Page keys by ten steps.
 */
export function NumberField(props: NumberFieldProps) {
  const { value, onChange, min, max, step = 1 } = props;
  const id = useId();
  const number = /^\s*-?\d+\s*$/.test(value) ? Number(value) : null;
  const turn = (by: number) => onChange(String(Math.min(max, Math.max(min, (number ?? min) + by))));
  const steps: Readonly<Record<string, number>> = {
    ArrowUp: step,
    ArrowDown: -step,
    PageUp: 10 * step,
    PageDown: -10 * step,
  };
  return (
    <Frame {...props} id={id}>
      <input
        id={id}
        role="spinbutton"
        inputMode="numeric"
        className="input"
        value={value}
        disabled={props.disabled}
        autoComplete="off"
        aria-valuemin={min}
        aria-valuemax={max}
        aria-valuenow={number ?? undefined}
        aria-invalid={isBroken(props.error)}
        aria-describedby={noteId(id, props)}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          const by = steps[event.key];
          if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
          event.preventDefault();
          turn(by);
        }}
      />
    </Frame>
  );
}

export interface Option<T extends string> {
  readonly value: T;
  readonly label: string;
}

export interface SelectProps<T extends string> extends Common {
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly options: readonly Option<T>[];
}

/** A native select: its list is the platform's, with type-ahead and touch for free. */
export function Select<T extends string>(props: SelectProps<T>) {
  const { value, onChange, options } = props;
  const id = useId();
  return (
    <Frame {...props} id={id}>
      <select
        id={id}
        className="input input-select"
        value={value}
        disabled={props.disabled}
        aria-invalid={isBroken(props.error)}
        aria-describedby={noteId(id, props)}
        onChange={(event) => {
          const picked = options.find((option) => option.value === event.target.value);
          if (picked !== undefined) onChange(picked.value);
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {escapeUnsafe(option.label)}
          </option>
        ))}
      </select>
    </Frame>
  );
}

export interface CheckboxProps {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  /** Some but not all. */
  readonly mixed?: boolean;
  readonly hint?: ReactNode;
  readonly hideLabel?: boolean;
  /** What it is about, where that is only seen: `Not secret` beside a field is `Not secret: username`. */
  readonly about?: string;
  readonly disabled?: boolean;
}

export function Checkbox(props: CheckboxProps) {
  const { label, checked, onChange, mixed, hint, hideLabel, about, disabled } = props;
  const id = useId();
  return (
    <div className="check">
      <label className="check-line">
        <input
          type="checkbox"
          className="check-box"
          checked={checked}
          disabled={disabled}
          aria-label={about === undefined ? undefined : escapeUnsafe(`${label}: ${about}`)}
          aria-describedby={hint === undefined ? undefined : id}
          ref={(box) => {
            if (box !== null) box.indeterminate = mixed === true;
          }}
          onChange={(event) => onChange(event.target.checked)}
        />
        <span className={hideLabel === true ? 'visually-hidden' : undefined}>{escapeUnsafe(label)}</span>
      </label>
      {hint === undefined ? null : (
        <p id={id} className="field-note check-hint">
          {hint}
        </p>
      )}
    </div>
  );
}
