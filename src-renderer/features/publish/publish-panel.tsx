import { useEffect, useState, type KeyboardEvent } from 'react';
import { Crosshair, OctagonAlert } from 'lucide-react';
import { useStore } from 'zustand';
import { checkTopicName, displayTopic, oddWords, topicParts } from '../../../src-main/core/topics/names.ts';
import { exactText } from '../../state/publish/line-ends.ts';
import type { Outgoing, Publishing } from '../../state/publish/publish-drafts.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { Button, IconButton } from '../../ui/controls/button.tsx';
import { ConfirmDialog } from '../../ui/feedback/confirm-dialog.tsx';
import { Checkbox } from '../../ui/controls/field.tsx';
import { MarkedInput } from '../../ui/controls/marked-input.tsx';
import { QosSelect } from '../../ui/controls/segmented.tsx';
import { checkPayload } from './payload-check.ts';
import { PayloadEditor } from './payload-editor.tsx';
import { ResultLine } from './result-line.tsx';
import './publish.css';

interface PublishPanelProps {
  readonly session: ConnectionSession;
  readonly publishing: Publishing;
  /** Name of the production connection: publishing asks once more. Null: it is none. */
  readonly production: string | null;
  /** Which connection to the broker there is (`sessionOf`); null: none. */
  readonly online: number | null;
  /** Only the head is in sight: it takes the result along. */
  readonly folded: boolean;
}

/** `region` "Publish": one message, and what became of it. */
export function PublishPanel(props: PublishPanelProps) {
  const { session, publishing, production, online, folded } = props;
  const draft = useStore(publishing.store, (state) => state.draft);
  const loading = useStore(publishing.store, (state) => state.loading);
  /** Publish was pressed while the topic was wrong: from now on it is said. */
  const [pressed, setPressed] = useState(false);
  const [asking, setAsking] = useState<Outgoing | null>(null);
  const selected = useSelectedTopic(session, publishing);

  const problem = checkTopicName(draft.topic);
  const send = () => {
    setPressed(true);
    const outgoing = problem === null ? publishing.prepare() : null;
    if (outgoing === null) return;
    if (production === null) void publishing.publish(outgoing);
    else setAsking(outgoing);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    send();
  };
  const told = problem !== null && (draft.topic !== '' || pressed) ? problem : null;

  const result = <ResultLine publishing={publishing} problem={told} online={online} />;

  return (
    <section aria-label="Publish" className="pub">
      <div className="pub-head">
        <h2 className="pub-title">Publish</h2>
        {folded ? result : null}
      </div>
      <div className="pub-grid">
        <MarkedInput
          className="pub-topic"
          aria-label="Topic"
          aria-invalid={told === null ? undefined : true}
          aria-describedby="publish-result"
          placeholder="Topic"
          spellCheck={false}
          autoComplete="off"
          readOnly={loading}
          value={draft.topic}
          parts={topicParts(draft.topic)}
          note={oddWords(draft.topic)}
          onChange={({ target }) => publishing.typeTopic(target.value)}
          onKeyDown={onKeyDown}
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
        <Button variant="primary" keys="Mod+Enter" aria-keyshortcuts="Control+Enter" onClick={send}>
          Publish
        </Button>
        <PayloadEditor
          value={draft.payload}
          readOnly={loading}
          onChange={(text, caret, pasted) => publishing.typePayload(text, caret, pasted)}
          onLineEnd={(end) => publishing.setLineEnd(end)}
          onKeyDown={onKeyDown}
          check={checkPayload(exactText(draft.payload), draft.retain)}
        />
        {folded ? null : result}
      </div>
      {asking !== null && production !== null ? (
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
      ) : null}
    </section>
  );
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
