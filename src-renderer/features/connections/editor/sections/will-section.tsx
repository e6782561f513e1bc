import { Checkbox, Select, TextArea } from '../../../../ui/controls/field.tsx';
import { QosSelect } from '../../../../ui/controls/segmented.tsx';
import type { WillDraft } from '../../draft/draft-will.ts';
import { PairRows } from './pair-rows.tsx';
import { NumberPart, onlyFive, Subhead, TextPart, type PartProps } from './part.tsx';

const ENCODINGS = [
  { value: 'text', label: 'text' },
  { value: 'hex', label: 'hex' },
] as const;
const MAX_SECONDS = 0xffff_ffff;

type WillProps = PartProps & { readonly set: (change: Partial<WillDraft>) => void };

/** What the broker publishes for us when the connection is lost. */
export function WillSection(props: PartProps) {
  const { draft, onChange } = props;
  const set = (change: Partial<WillDraft>) => onChange({ ...draft, will: { ...draft.will, ...change } });
  return (
    <>
      <Checkbox
        label="Leave a last will"
        checked={draft.will.on}
        hint="The broker publishes it when the connection is lost without a DISCONNECT."
        onChange={(on) => set({ on })}
      />
      {draft.will.on ? <WillMessage {...props} set={set} /> : null}
    </>
  );
}

function WillMessage(props: WillProps) {
  const { draft, errors, onLeave, set } = props;
  const { will } = draft;
  return (
    <>
      <TextPart
        part={props}
        name="will.topic"
        label="Will topic"
        mono
        value={will.topic}
        placeholder="clients/me/state"
        onValue={(topic) => set({ topic })}
      />
      <TextArea
        label="Will payload"
        mono
        value={will.payload}
        error={errors['will.payload']}
        hint={will.payload === '' ? 'Empty; with Will retain this clears what is retained there.' : undefined}
        onChange={(payload) => {
          onLeave('will.payload');
          set({ payload });
        }}
      />
      <div className="editor-inline">
        <Select
          label="Will payload as"
          options={ENCODINGS}
          value={will.encoding}
          onChange={(encoding) => {
            onLeave('will.payload');
            set({ encoding });
          }}
        />
        <QosSelect label="Will QoS" value={will.qos} onChange={(qos) => set({ qos })} />
        <Checkbox label="Will retain" checked={will.retain} onChange={(retain) => set({ retain })} />
      </div>
      <WillProperties {...props} />
    </>
  );
}

function WillProperties(props: WillProps) {
  const { draft, set } = props;
  const { will } = draft;
  const off = onlyFive(draft);
  return (
    <>
      <div className="editor-row">
        <NumberPart
          part={props}
          name="will.delayInterval"
          label="Will delay (s)"
          min={0}
          max={MAX_SECONDS}
          value={will.delayInterval}
          off={off}
          hint="A connection that is back by then has it withdrawn. Empty: none."
          onValue={(delayInterval) => set({ delayInterval })}
        />
        <NumberPart
          part={props}
          name="will.messageExpiry"
          label="Will message expiry (s)"
          min={0}
          max={MAX_SECONDS}
          value={will.messageExpiry}
          off={off}
          hint="Empty: it does not expire."
          onValue={(messageExpiry) => set({ messageExpiry })}
        />
      </div>
      <div className="editor-row">
        <TextPart
          part={props}
          name="will.contentType"
          label="Will content type"
          value={will.contentType}
          placeholder="application/json"
          off={off}
          onValue={(contentType) => set({ contentType })}
        />
        <TextPart
          part={props}
          name="will.responseTopic"
          label="Will response topic"
          mono
          value={will.responseTopic}
          off={off}
          onValue={(responseTopic) => set({ responseTopic })}
        />
      </div>
      <div className="editor-row">
        <TextPart
          part={props}
          name="will.correlationData"
          label="Will correlation data (hex)"
          mono
          value={will.correlationData}
          off={off}
          onValue={(correlationData) => set({ correlationData })}
        />
        <Checkbox
          label="Will payload is UTF-8 text"
          checked={will.utf8}
          disabled={off !== null}
          hint={off ?? 'Payload Format Indicator 1: the broker may check it.'}
          onChange={(utf8) => set({ utf8 })}
        />
      </div>
      <Subhead>Will user properties</Subhead>
      <PairRows
        part={props}
        name="will.userProperties"
        what="will user property"
        rows={will.userProperties}
        off={off}
        onRows={(userProperties) => set({ userProperties })}
      />
    </>
  );
}
