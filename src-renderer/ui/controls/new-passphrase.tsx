import { passphraseErrors, passphraseStrength, type NewPassphrase } from './passphrase.ts';
import { SecretField } from './secret-field.tsx';

export interface NewPassphraseFieldsProps {
  readonly value: NewPassphrase;
  readonly onChange: (value: NewPassphrase) => void;
  /** Also complain about fields that are still empty. */
  readonly judged: boolean;
  readonly label?: string;
}

/** A passphrase that is being made: twice, with a word on how well it holds. */
export function NewPassphraseFields(props: NewPassphraseFieldsProps) {
  const { value, onChange, judged, label = 'Passphrase' } = props;
  const errors = passphraseErrors(value);
  const strength = value.first === '' ? null : passphraseStrength(value.first);
  return (
    <>
      <SecretField
        label={label}
        reveals="passphrase"
        value={value.first}
        error={judged ? errors.first : undefined}
        hint={strength === null ? 'It cannot be recovered if it is forgotten.' : strength.words}
        onChange={(first) => onChange({ ...value, first })}
      />
      <SecretField
        label={`${label} again`}
        reveals="passphrase again"
        value={value.second}
        error={judged || value.second.length >= value.first.length ? errors.second : undefined}
        onChange={(second) => onChange({ ...value, second })}
      />
    </>
  );
}
