import { useEffect, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Crosshair, OctagonAlert } from 'lucide-react';
import { useStore } from 'zustand';
import type { Failure } from '../../../src-main/contract/base/errors.ts';
import { checkTopicName, displayTopic } from '../../../src-main/core/topics/names.ts';
import type { PublishDraft } from '../../state/publish/publish-draft.ts';
import type { Outgoing, Publishing } from '../../state/publish/publish-drafts.ts';
import { completions } from '../../state/publish/topic-completion.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { Button, IconButton } from '../../ui/controls/button.tsx';
import { ConfirmDialog } from '../../ui/feedback/confirm-dialog.tsx';
import { Checkbox } from '../../ui/controls/field.tsx';
import { QosSelect } from '../../ui/controls/segmented.tsx';
import { ChosenFile, FileDrop } from './file-drop.tsx';
import { FormatBar } from './format-bar.tsx';
import { checkDraft, type PayloadCheck } from './payload-check.ts';
import { PayloadEditor } from './payload-editor.tsx';
import { PropertyFields } from './property-fields.tsx';
import { ResultLine } from './result-line.tsx';
import { TopicField } from './topic-field.tsx';
import './publish.css';

interface PublishPanelProps {
  readonly session: ConnectionSession;
  readonly publishing: Publishing;
  /** Name of the production connection: publishing asks once more. Null: it is none. */
  readonly production: string | null;
  /** Which connection to the broker there is (`sessionOf`); null: none. */
  readonly online: number | null;
  /** Its messages may have properties; what is not known yet may. */
  readonly mqtt5: boolean;
  /** The highest topic alias the broker takes; null: not known. */
  readonly aliasMaximum: number | null;
  /** Only the head is in sight: it takes the result along. */
  readonly folded: boolean;
}

/** `region` "Publish": one message, and what became of it. */
export function PublishPanel(props: PublishPanelProps) {
  const { session, publishing, production, online, mqtt5, aliasMaximum, folded } = props;
  const state = useStore(publishing.store);
  const { draft } = state;
  const [propertiesOpen, setPropertiesOpen] = useState(false);
  const sending = useSending(publishing, draft, production);
  const problem = checkTopicName(draft.topic);
  const told = problem !== null && draft.topic !== '' ? problem : sending.blocked;
  const check = checkDraft(draft, draft.retain);
  const result = <ResultLine publishing={publishing} problem={told} online={online} />;
  return (
    <section aria-label="Publish" className="pub">
      {/* Keys of all fields come by here; nothing is pressed on it itself. */}
      <div role="presentation" className="pub-keys" onKeyDown={sending.onKeyDown}>
        <div className="pub-head">
          <h2 className="pub-title">Publish</h2>
          {folded ? (
            result
          ) : (
            <FormatBar
              publishing={publishing}
              state={state}
              isJson={check.json && draft.format !== 'file'}
              propertiesOpen={propertiesOpen}
              onProperties={setPropertiesOpen}
            />
          )}
        </div>
        <div className="pub-grid">
          <MessageLine
            session={session}
            publishing={publishing}
            invalid={told !== null && told === problem}
            onSend={sending.send}
          />
          <Payload publishing={publishing} check={check} />
          {folded ? null : result}
        </div>
        {propertiesOpen && !folded ? (
          <PropertyFields
            value={draft.properties}
            onChange={(change) => publishing.setProperties(change)}
            note={mqtt5 ? null : NO_PROPERTIES_NOTE}
            aliasMaximum={aliasMaximum}
          />
        ) : null}
      </div>
      {sending.question}
    </section>
  );
}

interface SendingKeys {
  readonly send: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  /** Publish was pressed and this very draft could not go out. */
  readonly blocked: Failure | null;
  /** On production it is asked once more. */
  readonly question: ReactNode;
}

function useSending(publishing: Publishing, draft: PublishDraft, production: string | null): SendingKeys {
  const [blocked, setBlocked] = useState<{ readonly of: PublishDraft; readonly failure: Failure } | null>(
    null,
  );
  const [asking, setAsking] = useState<Outgoing | null>(null);
  const send = () => {
    const outgoing = publishing.prepare();
    const isBlocked = outgoing !== null && 'code' in outgoing;
    setBlocked(isBlocked ? { of: draft, failure: outgoing } : null);
    if (outgoing === null || isBlocked) return;
    if (production === null) void publishing.publish(outgoing);
    else setAsking(outgoing);
  };
  return {
    send,
    onKeyDown(event) {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      send();
    },
    blocked: blocked?.of === draft ? blocked.failure : null,
    question:
      asking === null || production === null ? null : (
        <ConfirmDialog
          title="Publish to production?"
          icon={OctagonAlert}
          action="Publish to production"
          onCancel={() => setAsking(null)}
          onConfirm={() => void publishing.publish(asking)}
        >
          {production} is marked as production. The message goes to{' '}
          <bdi className="mono">{displayTopic(asking.message.topic)}</bdi>
          {asking.message.retain ? ' and is retained there.' : '.'}
        </ConfirmDialog>
      ),
  };
}

interface MessageLineProps {
  readonly session: ConnectionSession;
  readonly publishing: Publishing;
  /** The topic is wrong. */
  readonly invalid: boolean;
  readonly onSend: () => void;
}

/** Where the message goes, and how. */
function MessageLine({ session, publishing, invalid, onSend }: MessageLineProps) {
  const { draft, loading } = useStore(publishing.store);
  const selected = useSelectedTopic(session, publishing);
  return (
    <>
      <TopicField
        invalid={invalid}
        describedBy="publish-result"
        readOnly={loading}
        value={draft.topic}
        complete={(typed) => completions(knownTopics(session), typed)}
        onChange={(topic) => publishing.typeTopic(topic)}
      />
      <IconButton
        icon={Crosshair}
        label="Use selected topic"
        disabled={selected === null || selected === draft.topic}
        onClick={() => {
          if (selected !== null) publishing.useTopic(selected);
        }}
      />
      <QosSelect value={draft.qos} onChange={(qos) => publishing.setQos(qos)} />
      <Checkbox label="Retain" checked={draft.retain} onChange={(retain) => publishing.setRetain(retain)} />
      <Button variant="primary" keys="Mod+Enter" aria-keyshortcuts="Control+Enter" onClick={onSend}>
        Publish
      </Button>
    </>
  );
}

function Payload({ publishing, check }: { readonly publishing: Publishing; readonly check: PayloadCheck }) {
  const { draft, loading } = useStore(publishing.store);
  return (
    <FileDrop onFile={(file) => publishing.setFile(file)}>
      {draft.format === 'file' ? (
        <ChosenFile file={draft.file} onFile={(file) => publishing.setFile(file)} />
      ) : (
        <PayloadEditor
          value={draft.payload}
          readOnly={loading}
          onChange={(text, caret, pasted) => publishing.typePayload(text, caret, pasted)}
          onLineEnd={(end) => publishing.setLineEnd(end)}
          check={check}
        />
      )}
    </FileDrop>
  );
}

const NO_PROPERTIES_NOTE = 'This connection does not use MQTT 5, so a message with properties is not sent.';

/** Topics of the rows that are known. */
function* knownTopics(session: ConnectionSession): Iterable<string> {
  const { rows, selectedKey } = session.store.getState();
  if (selectedKey !== null) yield selectedKey;
  for (const { row } of rows.values()) yield row.key;
}

/** The selected topic if it can be published to; while nothing is typed it is the message's as well. */
function useSelectedTopic(session: ConnectionSession, publishing: Publishing): string | null {
  const selected = useStore(session.store, (state) =>
    state.selected?.publishable === true ? state.selected.key : null,
  );
  useEffect(() => {
    if (selected !== null) publishing.selected(selected);
  }, [selected, publishing]);
  return selected;
}
