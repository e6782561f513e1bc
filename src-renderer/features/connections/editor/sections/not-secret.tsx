import { X } from 'lucide-react';
import { isKeptSecret } from '../../../../../src-main/contract/profiles/profiles.ts';
import { queryOf } from '../../../../../src-main/core/profiles/not-secret.ts';
import { escapeUnsafe } from '../../../../../src-main/core/payload/visible.ts';
import { IconButton } from '../../../../ui/controls/button.tsx';
import { Checkbox, TextField } from '../../../../ui/controls/field.tsx';
import { holdsMark } from '../../draft/kept-marks.ts';
import { Note, type PartProps } from './part.tsx';

/** What the form says of a mark that stands beside something saved: the window does not have it. */
const STAYS = 'Stays encrypted until it is entered again.';

interface NameFieldProps {
  readonly part: PartProps;
  /** The field's name in the errors. */
  readonly name: string;
  readonly label: string;
  readonly value: string;
  /** A password stands beside it, so it is no secret itself. */
  readonly hasPassword: boolean;
  readonly isMarked: boolean;
  readonly onValue: (value: string) => void;
  readonly onMarked: (isMarked: boolean) => void;
}

/** A username: without a password it may be a token, and is kept like one unless somebody says that it is none. */
export function NameField(props: NameFieldProps) {
  const { part, name, label, value, hasPassword, isMarked, onValue, onMarked } = props;
  const kept = isKeptSecret(value);
  return (
    <div className="editor-stack">
      <TextField
        label={label}
        value={kept ? '' : value}
        error={part.errors[name]}
        {...(kept && part.errors[name] === undefined ? { placeholder: 'saved, not shown' } : {})}
        onChange={onValue}
        onBlur={() => part.onLeave(name)}
        {...(kept
          ? {
              end: (
                <IconButton
                  label={`Remove the saved ${label.toLowerCase()}`}
                  icon={X}
                  onClick={() => onValue('')}
                />
              ),
            }
          : {})}
      />
      <Checkbox
        label="Not secret"
        about={label.toLowerCase()}
        checked={isMarked || (hasPassword && !kept)}
        disabled={hasPassword && !kept}
        {...(isMarked && kept ? { hint: STAYS } : {})}
        onChange={onMarked}
      />
    </div>
  );
}

/** The parameters in the query of the path, each with its mark. */
export function QueryMarks({ draft, onChange }: PartProps) {
  const { notSecret, path } = draft;
  const named = queryOf(path).filter(({ text, name }) => text.includes('=') && name !== '');
  const names = [...new Set(named.map(({ name }) => name))].filter((name) => !holdsMark(name));
  if (names.length === 0) return null;
  const stays = named.some(({ name, value }) => notSecret.query.includes(name) && holdsMark(value));
  return (
    <fieldset className="query-marks" aria-label="Values in the path">
      {names.map((name) => (
        <Checkbox
          key={name}
          label={`Not secret: ${escapeUnsafe(name)}`}
          checked={notSecret.query.includes(name)}
          onChange={(on) =>
            onChange({ ...draft, notSecret: { ...notSecret, query: withName(notSecret.query, name, on) } })
          }
        />
      ))}
      {stays ? <Note>{STAYS}</Note> : null}
    </fieldset>
  );
}

export function withName(names: readonly string[], name: string, on: boolean): string[] {
  const others = names.filter((one) => one !== name);
  return on ? [...others, name] : others;
}
