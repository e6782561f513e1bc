import { useEffect, useState, type KeyboardEvent } from 'react';
import { CircleAlert, CircleCheck, OctagonAlert, TriangleAlert } from 'lucide-react';
import { useStore, type StoreApi } from 'zustand';
import { checkTopicName, displayTopic, oddWords, topicParts } from '../../../src-main/core/topics/names.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { Button } from '../../ui/controls/button.tsx';
import { ConfirmDialog } from '../../ui/feedback/confirm-dialog.tsx';
import { Checkbox } from '../../ui/controls/field.tsx';
import { formatClock } from '../../ui/base/format.ts';
import { Icon } from '../../ui/base/icon.tsx';
import { MarkedInput } from '../../ui/controls/marked-input.tsx';
import { QosSelect } from '../../ui/controls/segmented.tsx';
import { draftOf, type Draft, type Outcome } from './drafts.ts';
import { outcomeWords, type OutcomeWords } from './outcome-labels.ts';
import { checkPayload } from './payload-check.ts';
import { PayloadEditor } from './payload-editor.tsx';
import './publish.css';

interface PublishPanelProps {
  readonly session: ConnectionSession;
  /** Name of the production connection: publishing asks once more. Null: it is none. */
  readonly production: string | null;
}

/** `region` "Publish": one message, and what became of it. */
export function PublishPanel({ session, production }: PublishPanelProps) {
  const store = draftOf(session.connectionId);
  const draft = useStore(store);
  /** Publish was pressed while the topic was wrong: from now on it is said. */
  const [pressed, setPressed] = useState(false);
  const [asking, setAsking] = useState(false);
  usePrefill(session, store);

  const problem = checkTopicName(draft.topic);
  const told = problem !== null && (draft.topic !== '' || pressed) ? problem : null;
  const change = (part: Partial<Draft>) => store.setState(part);
  const send = () => {
    setPressed(true);
    if (problem !== null) return;
    if (production === null) void publish(session, store);
    else setAsking(true);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    send();
  };

  return (
    <section aria-label="Publish" className="pub">
      <h2 className="pub-title">Publish</h2>
      <div className="pub-grid">
        <MarkedInput
          className="pub-topic"
          aria-label="Topic"
          aria-invalid={told === null ? undefined : true}
          aria-describedby="publish-result"
          placeholder="Topic"
          spellCheck={false}
          autoComplete="off"
          value={draft.topic}
          parts={topicParts(draft.topic)}
          note={oddWords(draft.topic)}
          onChange={({ target }) => change({ topic: target.value, touched: target.value !== '' })}
          onKeyDown={onKeyDown}
        />
        <QosSelect value={draft.qos} onChange={(qos) => change({ qos })} />
        <Checkbox label="Retain" checked={draft.retain} onChange={(retain) => change({ retain })} />
        <Button variant="primary" keys="Mod+Enter" aria-keyshortcuts="Control+Enter" onClick={send}>
          Publish
        </Button>
        <PayloadEditor
          value={draft.payload}
          onChange={(payload) => change({ payload })}
          onKeyDown={onKeyDown}
          check={checkPayload(draft.payload, draft.retain)}
        />
        <Result
          outcome={draft.outcome}
          problem={
            told === null ? null : { tone: 'err', words: told.message, code: null, detail: told.advice }
          }
        />
      </div>
      {asking && production !== null ? (
        <ConfirmDialog
          title="Publish to production?"
          icon={OctagonAlert}
          action="Publish to production"
          onCancel={() => setAsking(false)}
          onConfirm={() => void publish(session, store)}
        >
          {production} is marked as production. The message goes to{' '}
          <bdi className="mono">{displayTopic(draft.topic)}</bdi>
          {draft.retain ? ' and is retained there.' : '.'}
        </ConfirmDialog>
      ) : null}
    </section>
  );
}

/** An untouched topic follows the selection. */
function usePrefill(session: ConnectionSession, store: StoreApi<Draft>): void {
  useEffect(() => {
    const follow = () => {
      const { selected } = session.store.getState();
      const { touched, topic } = store.getState();
      if (touched || selected === null || !selected.publishable || selected.key === topic) return;
      store.setState({ topic: selected.key });
    };
    follow();
    return session.store.subscribe((state, before) => {
      if (state.selected?.key !== before.selected?.key) follow();
    });
  }, [session, store]);
}

async function publish(session: ConnectionSession, store: StoreApi<Draft>): Promise<void> {
  const { topic, payload, qos, retain } = store.getState();
  store.setState({ outcome: { kind: 'pending' } });
  const outcome = await ask(session, { topic, payload: new TextEncoder().encode(payload), qos, retain });
  store.setState({ outcome });
}

async function ask(
  session: ConnectionSession,
  message: Pick<Draft, 'topic' | 'qos' | 'retain'> & { readonly payload: Uint8Array<ArrayBuffer> },
): Promise<Outcome> {
  const { topic } = message;
  try {
    const outcome = await session.client.call('publish', { connection: session.connectionId, ...message });
    return { kind: 'done', at: Date.now(), topic, outcome };
  } catch (error) {
    return { kind: 'broken', at: Date.now(), why: error instanceof Error ? error.message : String(error) };
  }
}

interface ResultProps {
  readonly outcome: Outcome;
  readonly problem: OutcomeWords | null;
}

/** `status` "Publish result". */
function Result({ outcome, problem }: ResultProps) {
  const said = problem ?? saidOf(outcome);
  const at = problem === null && (outcome.kind === 'done' || outcome.kind === 'broken') ? outcome.at : null;
  return (
    <output id="publish-result" aria-label="Publish result" className="pub-result">
      {said === null ? null : (
        <>
          {said.tone === null ? null : (
            <Icon of={ICONS[said.tone]} size={14} className={`tone-${said.tone}`} />
          )}
          <span className="pub-words">{said.words}</span>
          {said.code === null ? null : <code className="mono tone-mut">{said.code}</code>}
          <span className="tone-mut cut" title={said.detail}>
            {said.detail}
          </span>
          {at === null ? null : <time className="pub-time">{formatClock(at)}</time>}
        </>
      )}
    </output>
  );
}

const ICONS = { ok: CircleCheck, warn: TriangleAlert, err: CircleAlert } as const;

type Said = Omit<OutcomeWords, 'tone'> & { readonly tone: OutcomeWords['tone'] | null };

function saidOf(outcome: Outcome): Said | null {
  switch (outcome.kind) {
    case 'none':
      return null;
    case 'pending':
      return { tone: null, words: 'Publishing…', code: null, detail: '' };
    case 'broken':
      return { tone: 'err', words: 'Not published.', code: null, detail: outcome.why };
    case 'done':
      return outcomeWords(outcome.outcome);
  }
}
