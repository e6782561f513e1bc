import { useState, type ReactNode } from 'react';
import { Eye, EyeOff, X } from 'lucide-react';
import { isKeptSecret } from '../../../../../src-main/contract/profiles/profiles.ts';
import type { AppState } from '../../../../state/app/app-state.ts';
import { IconButton } from '../../../../ui/controls/button.tsx';
import { NumberField, TextField } from '../../../../ui/controls/field.tsx';
import type { DraftErrors } from '../../draft/draft-check.ts';
import { mayBeFive, type Draft } from '../../draft/editor-draft.ts';

/** What every section of the form gets. */
export interface PartProps {
  readonly app: AppState;
  /** Null: not saved yet. */
  readonly profileId: string | null;
  readonly draft: Draft;
  /** Broken rules that may be shown, by field. */
  readonly errors: DraftErrors;
  readonly onChange: (draft: Draft) => void;
  /** A field was left, or changed where that is the same: from now on its rule is shown. */
  readonly onLeave: (field: string) => void;
}

/** Why the chosen version cannot carry what MQTT 5 brought; null where it can. */
export function onlyFive(draft: Draft): string | null {
  return mayBeFive(draft) ? null : `Not in MQTT ${draft.version}; MQTT 5 only.`;
}

interface FieldProps<T extends string> {
  /** The field's name in `errors`. */
  readonly name: T;
  readonly label: string;
  readonly part: PartProps;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly hint?: ReactNode;
  /** Why it cannot be used now; the field is disabled and says so. */
  readonly off?: string | null;
}

interface TextPartProps extends FieldProps<string> {
  readonly mono?: boolean;
  readonly placeholder?: string;
  readonly hideLabel?: boolean;
  readonly disabled?: boolean;
  readonly suggestions?: readonly string[];
  /** Beside having its rule shown. */
  readonly onLeave?: () => void;
}

/** One line of text of the draft. */
export function TextPart(props: TextPartProps) {
  const { name, label, part, value, onValue, mono, placeholder, hideLabel, off, suggestions } = props;
  const hint = off ?? props.hint;
  return (
    <TextField
      label={label}
      hideLabel={hideLabel === true}
      mono={mono === true}
      value={value}
      disabled={isOff(off) || props.disabled === true}
      error={isOff(off) ? null : part.errors[name]}
      {...(suggestions === undefined ? {} : { suggestions })}
      {...(placeholder === undefined ? {} : { placeholder })}
      {...(hint === undefined ? {} : { hint })}
      onChange={onValue}
      onBlur={() => {
        part.onLeave(name);
        props.onLeave?.();
      }}
    />
  );
}

interface NumberPartProps extends FieldProps<string> {
  readonly min: number;
  readonly max: number;
  readonly step?: number;
}

/** A whole number of the draft, as text; judged while it is typed. */
export function NumberPart(props: NumberPartProps) {
  const { name, label, part, value, onValue, min, max, step = 1, off } = props;
  const hint = off ?? props.hint;
  return (
    <NumberField
      label={label}
      min={min}
      max={max}
      step={step}
      value={value}
      disabled={isOff(off)}
      error={isOff(off) ? null : part.errors[name]}
      {...(hint === undefined ? {} : { hint })}
      onChange={(text) => {
        part.onLeave(name);
        onValue(text);
      }}
    />
  );
}

function isOff(off: string | null | undefined): boolean {
  return off !== null && off !== undefined;
}

interface SecretFieldProps {
  readonly label: string;
  /** For the button's name: "Show password". */
  readonly reveals: string;
  readonly value: string;
  readonly error?: string | undefined;
  readonly hint?: ReactNode;
  readonly disabled?: boolean;
  readonly onChange: (value: string) => void;
}

/** A secret: hidden until its button is pressed. A saved one is not here to be shown; it can be replaced. */
export function SecretField(props: SecretFieldProps) {
  const { label, reveals, value, error, hint, disabled, onChange } = props;
  const [open, setOpen] = useState(false);
  const kept = isKeptSecret(value);
  const note = kept ? 'Saved. Type to replace it.' : hint;
  return (
    <TextField
      label={label}
      type={open ? 'text' : 'password'}
      value={kept ? '' : value}
      error={error}
      {...(kept && error === undefined ? { placeholder: '••••••••' } : {})}
      {...(note === undefined ? {} : { hint: note })}
      disabled={disabled === true}
      onChange={onChange}
      end={
        kept ? (
          <IconButton label={`Remove the saved ${reveals}`} icon={X} onClick={() => onChange('')} />
        ) : (
          <IconButton
            label={open ? `Hide ${reveals}` : `Show ${reveals}`}
            icon={open ? EyeOff : Eye}
            onClick={() => setOpen(!open)}
          />
        )
      }
    />
  );
}

/** A line of explanation between fields. */
export function Note({ children }: { readonly children: ReactNode }) {
  return <p className="editor-note">{children}</p>;
}

export function Subhead({ children }: { readonly children: ReactNode }) {
  return <h4 className="editor-subhead">{children}</h4>;
}
