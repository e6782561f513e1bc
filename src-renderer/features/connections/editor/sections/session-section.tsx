import { useStore } from 'zustand';
import { Checkbox } from '../../../../ui/controls/field.tsx';
import { PairRows } from './pair-rows.tsx';
import { Note, NumberPart, onlyFive, Subhead, TextPart, type PartProps } from './part.tsx';

/** How the session is asked for, and what CONNECT says of us. */
export function SessionSection(props: PartProps) {
  const { draft, onChange } = props;
  const off = onlyFive(draft);
  return (
    <>
      <div className="editor-row">
        <ClientId {...props} />
        <NumberPart
          part={props}
          name="keepAlive"
          label="Keep-alive (s)"
          min={0}
          max={65_535}
          step={5}
          value={draft.keepAlive}
          hint={Number(draft.keepAlive) === 0 ? 'Off: a dead link is noticed only when we send.' : undefined}
          onValue={(keepAlive) => onChange({ ...draft, keepAlive })}
        />
      </div>
      <Checkbox
        label="Clean start"
        checked={draft.cleanStart}
        onChange={(cleanStart) => onChange({ ...draft, cleanStart })}
        hint={cleanStartHint(props)}
      />
      <Limits {...props} />
      <Checkbox
        label="Request problem information"
        checked={draft.requestProblemInformation}
        disabled={off !== null}
        hint={off ?? 'The broker may add a reason and user properties to its refusals.'}
        onChange={(requestProblemInformation) => onChange({ ...draft, requestProblemInformation })}
      />
      <Checkbox
        label="Request response information"
        checked={draft.requestResponseInformation}
        disabled={off !== null}
        hint={off ?? 'The broker may suggest where to send replies.'}
        onChange={(requestResponseInformation) => onChange({ ...draft, requestResponseInformation })}
      />
      <Subhead>User properties</Subhead>
      <PairRows
        part={props}
        name="userProperties"
        what="user property"
        rows={draft.userProperties}
        off={off}
        onRows={(userProperties) => onChange({ ...draft, userProperties })}
      />
    </>
  );
}

function ClientId(props: PartProps) {
  const { app, profileId, draft, onChange } = props;
  const given = useStore(app.connections.store, ({ connections }) => {
    const open = connections.find((one) => profileId !== null && one.profileId === profileId);
    return open?.state.kind === 'online' ? open.state.clientId : null;
  });
  return (
    <TextPart
      part={props}
      name="clientId"
      label="Client ID"
      mono
      value={draft.clientId}
      placeholder="a new one each time: topicscope-…"
      hint={draft.clientId === '' && given !== null ? `Now connected as ${given}.` : undefined}
      onValue={(clientId) => onChange({ ...draft, clientId })}
    />
  );
}

function cleanStartHint({ draft }: PartProps): string | undefined {
  if (!draft.cleanStart && draft.clientId === '')
    return 'To find its session again a connection needs a Client ID that stays the same.';
  if (!draft.cleanStart && draft.sessionExpiry.trim() === '' && onlyFive(draft) === null)
    return 'Without a session expiry the broker forgets the session when the connection ends.';
  return draft.version === '3.1' || draft.version === '3.1.1' ? 'Called clean session there.' : undefined;
}

/** What is asked of the broker, in numbers; all of MQTT 5. */
function Limits(props: PartProps) {
  const { draft, onChange } = props;
  const off = onlyFive(draft);
  return (
    <>
      <div className="editor-row">
        <NumberPart
          part={props}
          name="sessionExpiry"
          label="Session expiry (s)"
          min={0}
          max={0xffff_ffff}
          step={60}
          value={draft.sessionExpiry}
          off={off}
          hint={expiryHint(draft.sessionExpiry)}
          onValue={(sessionExpiry) => onChange({ ...draft, sessionExpiry })}
        />
        <NumberPart
          part={props}
          name="receiveMaximum"
          label="Receive maximum"
          min={1}
          max={65_535}
          value={draft.receiveMaximum}
          off={off}
          hint="Messages at QoS 1 and 2 on their way to us. Empty: 65535."
          onValue={(receiveMaximum) => onChange({ ...draft, receiveMaximum })}
        />
      </div>
      <div className="editor-row">
        <NumberPart
          part={props}
          name="maximumPacketSize"
          label="Maximum packet size (bytes)"
          min={1}
          max={0xffff_ffff}
          step={1_024}
          value={draft.maximumPacketSize}
          off={off}
          hint="The broker leaves out what is larger. Empty: no limit."
          onValue={(maximumPacketSize) => onChange({ ...draft, maximumPacketSize })}
        />
        <Note>
          Topic Alias Maximum is not offered: the MQTT library hands over messages at QoS 2 without their
          topic when the broker uses an alias, so Topicscope never allows one.
        </Note>
      </div>
    </>
  );
}

function expiryHint(text: string): string {
  if (text.trim() === '') return 'Empty: the session ends with the connection.';
  return Number(text) === 0xffff_ffff
    ? 'Never: the broker keeps the session.'
    : 'After the connection ended.';
}
