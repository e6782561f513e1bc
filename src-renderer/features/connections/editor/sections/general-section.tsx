import type { Ref } from 'react';
import { useStore } from 'zustand';
import type { MqttVersion, ProfileColour, Protocol } from '../../../../../src-main/contract/model/model.ts';
import { Checkbox, NumberField, Select, TextField } from '../../../../ui/controls/field.tsx';
import { usesPath, withHostsTaken, withProtocol } from '../../draft/editor-draft.ts';
import { COLOUR_WORDS } from '../../base/colours.tsx';
import { shownText, typedText } from '../../draft/kept-marks.ts';
import { isMoreThanHost, isWhole } from '../../draft/pasted.ts';
import { SecretsNote } from '../../base/secrets-note.tsx';
import { pathHolds } from './held-secrets.ts';
import { QueryMarks } from './not-secret.tsx';
import { TextPart, type PartProps } from './part.tsx';

const PROTOCOLS: readonly { readonly value: Protocol; readonly label: string }[] = [
  { value: 'mqtt', label: 'mqtt' },
  { value: 'mqtts', label: 'mqtts' },
  { value: 'ws', label: 'ws' },
  { value: 'wss', label: 'wss' },
  { value: 'unix', label: 'unix' },
];
const VERSIONS: readonly { readonly value: MqttVersion; readonly label: string }[] = [
  { value: 'auto', label: 'auto: 5, then 3.1.1' },
  { value: '5', label: '5' },
  { value: '3.1.1', label: '3.1.1' },
  { value: '3.1', label: '3.1' },
];
const COLOURS = (Object.keys(COLOUR_WORDS) as ProfileColour[]).map((value) => ({
  value,
  label: COLOUR_WORDS[value],
}));

export interface GeneralProps extends PartProps {
  readonly hostInput: Ref<HTMLInputElement>;
  /** A whole address was typed or pasted where the host belongs. */
  readonly onAddress: (text: string) => void;
}

/** Where the broker is, and where the profile stands in the list. */
export function GeneralSection(props: GeneralProps) {
  const { draft, onChange } = props;
  return (
    <>
      <Address {...props} />
      {usesPath(draft.protocol) ? (
        <div className="editor-row">
          <TextPart
            part={props}
            name="path"
            label="Path"
            mono
            value={shownText(draft.path)}
            onValue={(path) => onChange({ ...draft, path: typedText(path, draft.path) })}
          />
          <TextPart
            part={props}
            name="subprotocol"
            label="Sub-protocol"
            mono
            value={draft.subprotocol}
            hint={draft.subprotocol === '' ? 'None is asked for; most brokers want mqtt.' : undefined}
            onValue={(subprotocol) => onChange({ ...draft, subprotocol })}
          />
        </div>
      ) : null}
      {usesPath(draft.protocol) ? <QueryMarks {...props} /> : null}
      {pathHolds(draft) ? <SecretsNote app={props.app} /> : null}
      <div className="editor-row">
        <TextPart
          part={props}
          name="name"
          label="Name"
          value={draft.name}
          placeholder="Name shown in the list"
          onValue={(name) => onChange({ ...draft, name })}
        />
        <Select
          label="MQTT version"
          options={VERSIONS}
          value={draft.version}
          onChange={(version) => onChange({ ...draft, version })}
        />
      </div>
      <Marks {...props} />
    </>
  );
}

function Address({ draft, errors, onChange, onLeave, hostInput, onAddress }: GeneralProps) {
  const unix = draft.protocol === 'unix';
  return (
    <div className="editor-row editor-general">
      <Select
        label="Protocol"
        options={PROTOCOLS}
        value={draft.protocol}
        onChange={(protocol) => onChange(withProtocol(draft, protocol))}
      />
      <TextField
        ref={hostInput}
        label="Host"
        mono
        value={draft.host}
        error={errors['host']}
        placeholder={unix ? '/run/mosquitto.sock' : 'broker.example, or paste an address or command'}
        {...(unix ? { hint: 'The path of the Unix socket, or of a Windows named pipe.' } : {})}
        onChange={(host) => onChange({ ...draft, host })}
        onPaste={(text) => {
          if (!isWhole(text)) return false;
          onAddress(text.trim());
          return true;
        }}
        onBlur={() => {
          onLeave('host');
          if (unix) return;
          if (isMoreThanHost(draft.host)) onAddress(draft.host.trim());
          else onChange(withHostsTaken(draft));
        }}
      />
      <NumberField
        label="Port"
        min={1}
        max={65_535}
        value={unix ? '' : draft.port}
        error={unix ? null : errors['port']}
        disabled={unix}
        {...(unix ? { hint: 'A socket has none.' } : {})}
        onChange={(port) => {
          onLeave('port');
          onChange({ ...draft, port });
        }}
      />
    </div>
  );
}

function Marks(props: PartProps) {
  const { app, draft, onChange } = props;
  const folders = useStore(app.profiles.store, ({ profiles }) => profiles)
    .map(({ folder }) => folder)
    .filter((folder, index, all) => folder !== '' && all.indexOf(folder) === index);
  return (
    <>
      <div className="editor-row">
        <TextPart
          part={props}
          name="folder"
          label="Folder"
          value={draft.folder}
          placeholder="none"
          suggestions={folders}
          hint="A / makes a folder within a folder: customers/oslo."
          onValue={(folder) => onChange({ ...draft, folder })}
        />
        <Select
          label="Colour"
          options={COLOURS}
          value={draft.colour}
          hint={draft.colour === 'red' ? 'Publishing and clearing ask once more.' : undefined}
          onChange={(colour) => onChange({ ...draft, colour })}
        />
      </div>
      <Checkbox
        label="Connect when Topicscope starts"
        checked={draft.autoConnect}
        onChange={(autoConnect) => onChange({ ...draft, autoConnect })}
      />
    </>
  );
}
