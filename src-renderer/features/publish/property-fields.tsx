import { Plus, X } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import type { PropertyText } from '../../../src-main/contract/model/publish-message.ts';
import { decodeUtf8 } from '../../../src-main/core/payload/utf8.ts';
import type { DraftProperties, UserRow } from '../../state/publish/draft-properties.ts';
import { IconButton } from '../../ui/controls/button.tsx';
import { NumberField, Select, TextField } from '../../ui/controls/field.tsx';
import './property-fields.css';

interface PropertyFieldsProps {
  readonly value: DraftProperties;
  readonly onChange: (change: Partial<DraftProperties>) => void;
  /** Why they cannot be sent now; null: they can. */
  readonly note: string | null;
  /** The highest topic alias the broker takes; null: not known. */
  readonly aliasMaximum: number | null;
}

const PAYLOAD_FORMATS = [
  { value: '', label: 'Not set' },
  { value: '0', label: 'Bytes (0)' },
  { value: '1', label: 'UTF-8 text (1)' },
] as const;

const CORRELATION_AS = [
  { value: 'text', label: 'Text' },
  { value: 'hex', label: 'Hex' },
] as const;

const EMPTY_ROW: UserRow = { name: '', value: '' };

/** `group` "MQTT 5 properties": everything that goes with a message. */
export function PropertyFields({ value, onChange, note, aliasMaximum }: PropertyFieldsProps) {
  const box = useRef<HTMLFieldSetElement>(null);
  // In a low panel they would unfold below its end, and nothing would be seen of them.
  useEffect(() => {
    box.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <fieldset ref={box} className="pub-props" aria-label="MQTT 5 properties">
      {note === null ? null : <p className="pub-props-note tone-warn">{note}</p>}
      <PropertyInput
        label="Content type"
        placeholder="application/json"
        value={value.contentType}
        onChange={(contentType) => onChange({ contentType })}
      />
      <NumberField
        label="Expires after (s)"
        min={0}
        max={0xffff_ffff}
        value={value.expiry}
        onChange={(expiry) => onChange({ expiry })}
      />
      <PropertyInput
        label="Response topic"
        value={value.responseTopic}
        onChange={(responseTopic) => onChange({ responseTopic })}
      />
      <PropertyInput
        label="Correlation data"
        value={value.correlation}
        onChange={(correlation) => onChange({ correlation })}
        end={
          <Select
            label="Correlation data as"
            hideLabel
            className="pub-props-as"
            options={CORRELATION_AS}
            value={value.correlationAs}
            onChange={(correlationAs) => onChange({ correlationAs })}
          />
        }
      />
      <Select
        label="Payload format"
        options={PAYLOAD_FORMATS}
        value={value.payloadFormat}
        onChange={(payloadFormat) => onChange({ payloadFormat })}
      />
      <NumberField
        label="Topic alias"
        min={1}
        max={65_535}
        value={value.alias}
        onChange={(alias) => onChange({ alias })}
        hint={aliasHint(aliasMaximum)}
      />
      <UserRows user={value.user} onChange={(user) => onChange({ user })} />
    </fieldset>
  );
}

interface UserRowsProps {
  readonly user: readonly UserRow[];
  readonly onChange: (user: readonly UserRow[]) => void;
}

/** In their order, which is kept; a name may come twice. Without any there is one to be filled in. */
function UserRows({ user, onChange }: UserRowsProps) {
  const rows = user.length === 0 ? [EMPTY_ROW] : user;
  const setRow = (at: number, row: UserRow) => onChange(rows.with(at, row));
  return (
    <>
      {rows.map((row, at) => (
        <div key={at} className="pub-props-user">
          <PropertyInput
            label="User property name"
            value={row.name}
            onChange={(name) => setRow(at, { ...row, name })}
          />
          <PropertyInput
            label="User property value"
            value={row.value}
            onChange={(text) => setRow(at, { ...row, value: text })}
          />
          {user.length === 0 ? null : (
            <IconButton
              small
              icon={X}
              label="Remove user property"
              onClick={() => onChange(user.filter((_, other) => other !== at))}
            />
          )}
          {at === rows.length - 1 ? (
            <IconButton
              small
              icon={Plus}
              label="Add user property"
              onClick={() => onChange([...rows, EMPTY_ROW])}
            />
          ) : null}
        </div>
      ))}
    </>
  );
}

function aliasHint(maximum: number | null): string | undefined {
  if (maximum === null) return undefined;
  return maximum === 0 ? 'The broker takes none.' : `The broker takes up to ${maximum}.`;
}

interface PropertyInputProps {
  readonly label: string;
  readonly value: PropertyText;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  readonly end?: ReactNode;
}

/** Text; bytes that are not UTF-8 are shown escaped and stay as they are until they are typed over. */
function PropertyInput({ label, value, onChange, placeholder, end }: PropertyInputProps) {
  const isBytes = typeof value !== 'string';
  const hint = isBytes && value.length === 0 ? 'Empty' : 'Not UTF-8';
  return (
    <TextField
      label={label}
      mono
      value={isBytes ? decodeUtf8(value).text : value}
      onChange={onChange}
      {...(placeholder === undefined ? {} : { placeholder })}
      {...(end === undefined ? {} : { end })}
      {...(isBytes ? { hint: `${hint}: sent as it was received.` } : {})}
    />
  );
}
