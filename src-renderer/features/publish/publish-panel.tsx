import { useCallback, useEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import { Crosshair } from 'lucide-react';
import { useStore } from 'zustand';
import type { Failure } from '../../../src-main/contract/base/errors.ts';
import { checkTopicName } from '../../../src-main/core/topics/names.ts';
import { draftVariables } from '../../state/publish/draft-template.ts';
import type { Publishing } from '../../state/publish/publish-drafts.ts';
import { completions } from '../../state/publish/topic-completion.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { Button, IconButton } from '../../ui/controls/button.tsx';
import { Checkbox } from '../../ui/controls/field.tsx';
import { QosSelect } from '../../ui/controls/segmented.tsx';
import { isOverlaid } from '../../ui/feedback/overlaid.ts';
import { AnswerLine } from './answer-line.tsx';
import { ChosenFile, FileDrop } from './file-drop.tsx';
import { FormatBar } from './format-bar.tsx';
import { MessageType } from './message-type.tsx';
import { NextLine } from './next-line.tsx';
import { checkDraft, type PayloadCheck } from './payload-check.ts';
import { PayloadEditor } from './payload-editor.tsx';
import { PropertyFields } from './property-fields.tsx';
import { ResultLine } from './result-line.tsx';
import { RunningSeries } from './series/running-series.tsx';
import { TopicField } from './topic-field.tsx';
import { useSending } from './use-sending.tsx';
import { lazyPart } from '../../ui/base/lazy-part.tsx';
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
  /** Of the connection; null: it is of none. */
  readonly profile: { readonly id: string; readonly name: string } | null;
  /** The panel has the whole work area. */
  readonly large: boolean;
  readonly onLarge: (large: boolean) => void;
  /** Only the head is in sight: it takes the result along. */
  readonly folded: boolean;
}

/** `region` "Publish": one message, and what became of it. */
export function PublishPanel(props: PublishPanelProps) {
  const { session, publishing, production, online, mqtt5, aliasMaximum, profile, large, onLarge } = props;
  const folded = props.folded && !large;
  const state = useStore(publishing.store);
  const { draft } = state;
  const [propertiesOpen, setPropertiesOpen] = useState(false);
  useEscape(large, onLarge);
  const region = useRef<HTMLElement>(null);
  const saved = useFocusOfSaved(region, large, onLarge);
  const sending = useSending({ publishing, draft, production, isOnline: online !== null });
  const problem = checkTopicName(draft.topic);
  const shownProblem = firstProblem(draft.topic, problem, sending.blocked ?? state.formatProblem);
  const check = checkDraft(draft, draft.retain, draft.variables);
  const result = <ResultLine publishing={publishing} problem={shownProblem} online={online} />;
  return (
    <section ref={region} aria-label="Publish" className={large ? 'pub pub-large' : 'pub'}>
      {/* Keys of all fields come by here; nothing is pressed on it itself. */}
      <div role="presentation" className="pub-keys" onKeyDown={sending.onKeyDown}>
        <div className="pub-head">
          <h2 className="pub-title">Publish</h2>
          {folded ? (
            <>
              <RunningSeries publishing={publishing} />
              {result}
            </>
          ) : (
            <FormatBar
              publishing={publishing}
              state={state}
              isJson={check.json && draft.format !== 'file' && draftVariables(draft).length === 0}
              propertiesOpen={propertiesOpen}
              onProperties={setPropertiesOpen}
              large={large}
              onLarge={onLarge}
              onSaved={saved.open}
            />
          )}
        </div>
        <div className="pub-grid">
          <MessageLine
            session={session}
            publishing={publishing}
            invalid={shownProblem !== null && shownProblem === problem}
            onSend={() => sending.send()}
          />
          <Payload publishing={publishing} check={check} />
          {folded ? null : (
            <Outlook session={session} publishing={publishing} mqtt5={mqtt5} large={large}>
              {large ? null : <RunningSeries publishing={publishing} />}
              {result}
            </Outlook>
          )}
        </div>
        {propertiesOpen && !folded ? (
          <PropertyFields
            value={draft.properties}
            onChange={(change) => publishing.setProperties(change)}
            note={mqtt5 ? null : NO_PROPERTIES_NOTE}
            aliasMaximum={aliasMaximum}
          />
        ) : null}
        {large ? (
          <SeriesPane publishing={publishing} production={production} isOnline={online !== null} />
        ) : null}
      </div>
      {large ? (
        <KeptPane
          publishing={publishing}
          profile={profile}
          onSend={(one) => sending.send(one)}
          onShown={saved.onShown}
        />
      ) : null}
      {sending.question}
    </section>
  );
}

/** A problem of a typed topic comes before all others. */
function firstProblem(topic: string, ofTopic: Failure | null, other: Failure | null): Failure | null {
  return ofTopic !== null && topic !== '' ? ofTopic : other;
}

interface OutlookProps extends Pick<PublishPanelProps, 'session' | 'publishing' | 'mqtt5' | 'large'> {
  /** What became of the last message. */
  readonly children: ReactNode;
}

/** What will be sent, what is waited for, and what came of it. */
function Outlook({ session, publishing, mqtt5, large, children }: OutlookProps) {
  const expected = useStore(publishing.store, ({ draft }) => draft.answer.expected);
  const isTyped = useStore(publishing.store, ({ draft }) => draft.format === 'protobuf');
  // Turned off here its line stays, and the focus with it: a second press turns it on again.
  const [wasExpected, setWasExpected] = useState(expected);
  if (expected && !wasExpected) setWasExpected(true);
  return (
    <>
      {isTyped ? (
        <div className="pub-typed">
          <MessageType session={session} publishing={publishing} />
          <NextLine publishing={publishing} />
        </div>
      ) : (
        <NextLine publishing={publishing} />
      )}
      {large || wasExpected ? <AnswerLine publishing={publishing} mqtt5={mqtt5} /> : null}
      {children}
    </>
  );
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
  const separator = useStore(session.store, (state) => state.separator);
  const selected = useSelectedTopic(session, publishing);
  return (
    <>
      <TopicField
        invalid={invalid}
        describedBy="publish-result"
        readOnly={loading}
        value={draft.topic}
        separator={separator}
        complete={(typed) => completions(knownTopics(session), typed, separator)}
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

/** Escape gives the other panes their place back, where nothing that is open takes it. */
function useEscape(large: boolean, onLarge: (large: boolean) => void): void {
  useEffect(() => {
    if (!large) return;
    const pressed = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !isOverlaid()) onLarge(false);
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, [large, onLarge]);
}

/**
 * What is saved was asked for by a button that is not there beside it: the focus goes along, and back to the
 * button with the small panel.
 */
function useFocusOfSaved(
  region: RefObject<HTMLElement | null>,
  large: boolean,
  onLarge: (large: boolean) => void,
): { readonly open: () => void; readonly onShown: (pane: HTMLElement) => void } {
  const asked = useRef(false);
  useEffect(() => {
    if (!large) return;
    const panel = region.current;
    return () => {
      asked.current = false;
      // What was in the pane beside the message is gone.
      if (document.activeElement === document.body)
        panel?.querySelector<HTMLElement>('[data-saved]')?.focus();
    };
  }, [large, region]);
  const open = useCallback(() => {
    asked.current = true;
    onLarge(true);
  }, [onLarge]);
  const onShown = useCallback((pane: HTMLElement) => {
    if (!asked.current) return;
    asked.current = false;
    // The first that is saved, or what saves one.
    const row = pane.querySelector<HTMLElement>('[role=treegrid] [tabindex="0"]');
    (row ?? pane.querySelector<HTMLElement>('.kept-save button'))?.focus();
  }, []);
  return { open, onShown };
}

const SeriesPane = lazyPart(() => import('./series/series-pane.tsx').then(({ SeriesPane }) => SeriesPane));
// Its column is there from the beginning.
const KeptPane = lazyPart(() => import('./kept/kept-pane.tsx').then(({ KeptPane }) => KeptPane), <div />);

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
