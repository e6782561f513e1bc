import { useCallback, useId, useMemo, type ReactNode } from 'react';
import { EyeOff, MousePointerClick } from 'lucide-react';
import { useStore } from 'zustand';
import type { SelectedTopic } from '../../../src-main/contract/model/view.ts';
import { messageProperties } from '../../../src-main/core/payload/properties.ts';
import type { AppState } from '../../state/app/app-state.ts';
import { subtreeSubscribing } from '../../state/connections/subscribe-subtree.ts';
import type { InspectorTab } from '../../state/inspector/inspector-tab.ts';
import type { InspectorState } from '../../state/inspector/inspector.ts';
import type { EditAndPublish } from '../../state/publish/edit-and-publish.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { messagesOfSelected } from '../../state/tree/view-state.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Empty } from '../../ui/feedback/empty.tsx';
import type { ShownOutcome } from '../../ui/feedback/outcome-note.tsx';
import { formatCount, formatCounted } from '../../ui/base/format.ts';
import { Icon } from '../../ui/base/icon.tsx';
import { Tabs, type TabItem } from '../../ui/controls/tabs.tsx';
import { FollowLine } from './follow-line.tsx';
import { HexPanel } from './hex/hex-panel.tsx';
import { HistoryTab } from './history-tab.tsx';
import { inspectingOf, type Inspecting } from './inspecting.ts';
import { InspectorHead, showInTree } from './inspector-head.tsx';
import { shownItems, type MessagePorts } from './message-items.ts';
import { MetaLine } from './meta-line.tsx';
import { useFocusKept } from './base/use-focus-kept.ts';
import { ValueTab } from './value-tab.tsx';
import { PropertiesPanel } from './properties-panel.tsx';
import { DecoderButton } from './decoder/decoder-button.tsx';
import { lazyPart } from '../../ui/base/lazy-part.tsx';
import './inspector.css';

// None of these is part of the start: each comes when it is first looked at.
const ChartPanel = lazyPart(() => import('./chart/chart-panel.tsx').then(({ ChartPanel }) => ChartPanel));
const DecoderSection = lazyPart(() =>
  import('./decoder/decoder-section.tsx').then(({ DecoderSection }) => DecoderSection),
);
const DiffPanel = lazyPart(() => import('./diff/diff-panel.tsx').then(({ DiffPanel }) => DiffPanel));

interface InspectorProps {
  readonly app: AppState;
  readonly session: ConnectionSession;
  readonly edit: EditAndPublish;
}

/** `region` "Inspector": everything about the selected topic and one of its messages. */
export function Inspector({ app, session, edit }: InspectorProps) {
  const selectedKey = useStore(session.store, (state) => state.selectedKey);
  return (
    <section aria-label="Inspector" className="insp">
      {selectedKey === null ? (
        <Empty icon={MousePointerClick} title="No topic selected">
          Choose a topic to see its latest message, its history and its properties. In the tree, Enter
          selects.
        </Empty>
      ) : (
        <Inspected
          app={app}
          session={session}
          edit={edit}
          inspecting={inspectingOf(app, session)}
          topicKey={selectedKey}
        />
      )}
    </section>
  );
}

interface InspectedProps extends InspectorProps {
  readonly inspecting: Inspecting;
  readonly topicKey: string;
}

function Inspected({ app, session, edit, inspecting, topicKey }: InspectedProps) {
  const { inspector, history } = inspecting;
  const region = useId();
  const decoderOpen = useStore(inspecting.decoding.reader.store, ({ open }) => open);
  const topic = useStore(session.store, (state) => state.selected);
  const state = useStore(inspector.store);
  const tab = useStore(inspecting.tab, (shown) => shown.tab);
  const properties = state.loaded === null ? 0 : messageProperties(state.loaded.properties).length;
  const messages = useStore(session.store, messagesOfSelected);
  const items = useMemo(() => tabItems(properties, messages), [properties, messages]);
  const opens = useStore(app.settings.store, ({ info }) => info?.host === 'desktop');
  const address = addressOf(app, session);
  const { watch, connections } = app;
  const ports = useMemo(() => {
    const subscribing = subtreeSubscribing(connections, session.connectionId);
    return { session, address, edit, watch, opens, subscribing };
  }, [session, address, edit, watch, opens, connections]);
  useFocusKept(tab);
  const showTab = useCallback((next: InspectorTab) => inspecting.tab.setState({ tab: next }), [inspecting]);
  return (
    <>
      <InspectorHead {...{ app, session, edit, inspector, topicKey }} />
      <Notices session={session} topic={topic} topicKey={topicKey} />
      <MetaLine inspector={inspector} state={state} topic={topic}>
        {state.loaded === null && !isAwaited(state, topic) ? null : (
          <DecoderButton reader={inspecting.decoding.reader} controls={region} />
        )}
      </MetaLine>
      {decoderOpen ? <DecoderSection id={region} decoding={inspecting.decoding} topicKey={topicKey} /> : null}
      <Tabs<InspectorTab>
        label="Inspector views"
        items={items}
        value={tab}
        onChange={showTab}
        className="insp-tabs"
      >
        <PanelOf {...{ ports, tab, inspecting, state, topic }} />
      </Tabs>
      <FollowLine session={session} inspector={inspector} state={state} history={history} />
    </>
  );
}

/** @param messages of the topic; null while that is not known */
function tabItems(properties: number, messages: number | null): readonly TabItem<InspectorTab>[] {
  return [
    { id: 'value', label: 'Value' },
    { id: 'raw', label: 'Raw' },
    { id: 'hex', label: 'Hex' },
    { id: 'diff', label: 'Diff' },
    { id: 'history', label: 'History', ...(messages === null ? {} : { detail: formatCount(messages) }) },
    { id: 'chart', label: 'Chart' },
    { id: 'properties', label: 'Properties', ...(properties === 0 ? {} : { detail: String(properties) }) },
  ];
}

interface PanelOfProps {
  readonly ports: MessagePorts;
  readonly tab: InspectorTab;
  readonly inspecting: Inspecting;
  readonly state: InspectorState;
  readonly topic: SelectedTopic | null;
}

function PanelOf({ ports, tab, inspecting, state, topic }: PanelOfProps): ReactNode {
  if (tab === 'history') {
    return (
      <HistoryTab
        key={state.key}
        {...{ ports, inspecting, state }}
        hasBelow={topic !== null && topic.topics > Number(topic.messages > 0)}
      />
    );
  }
  if (tab === 'chart') {
    return (
      <ChartPanel
        charts={inspecting.charts}
        decoder={inspecting.decoding.reader}
        state={state}
        isNone={state.loaded === null && !isAwaited(state, topic)}
      />
    );
  }
  if (state.gone !== null) return <p className="insp-note">{GONE[state.gone]}</p>;
  if (state.problem !== null && state.loaded === null) {
    return <p className="insp-note">The message could not be read: {state.problem}</p>;
  }
  if (state.loaded === null && topic !== null && !isAwaited(state, topic)) {
    return <p className="insp-note">{noMessageWords(topic)}</p>;
  }
  return <MessageView {...{ ports, tab, inspecting, state, topic }} />;
}

/** There is a message, or nobody knows yet that there is none: what stands around it stays meanwhile. */
function isAwaited(state: InspectorState, topic: SelectedTopic | null): boolean {
  return state.gone === null && (topic === null || state.loading || topic.latest !== null);
}

/** One of the views of a message; empty while it is on its way. */
function MessageView({ ports, tab, inspecting, state, topic }: PanelOfProps): ReactNode {
  const { session } = ports;
  const { inspector, history, comparing } = inspecting;
  switch (tab) {
    case 'diff':
      return state.loaded === null ? null : <DiffPanel comparing={comparing} history={history} />;
    case 'properties':
      return topic === null || state.loaded === null ? null : (
        <PropertiesPanel loaded={state.loaded} topic={topic} />
      );
    case 'hex':
      return state.loaded === null ? null : (
        <HexPanel
          key={state.key}
          {...{ session, inspector, state }}
          menuItems={(say) => itemsOfShown(ports, state, say)}
          decoder={inspecting.decoding.reader}
          onShow={(path) => {
            inspecting.reading.setState({ goTo: path });
            inspecting.tab.setState({ tab: 'value' });
          }}
        />
      );
    case 'value':
    case 'raw':
      return <ValueTab key={tab} form={tab} {...{ ports, inspecting, state }} />;
    case 'chart':
    case 'history':
      return null;
  }
}

/** What is done with the message that is shown. */
function itemsOfShown(ports: MessagePorts, { key, loaded }: InspectorState, say: ShownOutcome['say']) {
  return key === null || loaded === null ? [] : shownItems(ports, { key, seq: loaded.meta.seq }, say);
}

function addressOf(app: AppState, { connectionId }: ConnectionSession): string {
  return app.connections.store.getState().connections.find(({ id }) => id === connectionId)?.address ?? '';
}

const GONE = {
  evicted: 'This message was evicted to make room for newer ones. The memory budget is a setting.',
  forgotten:
    'This topic was forgotten here, at the topic cap or because it was asked for. It comes back with its next message.',
  never: 'There is no such message of this topic on this connection.',
} as const;

function noMessageWords(topic: SelectedTopic): string {
  // With messages of its own, one of the topics is itself.
  if (topic.messages > 0) return GONE.evicted;
  if (topic.topics === 0) return 'No message of this topic was received so far.';
  return `This level carries no messages itself; ${formatCounted(topic.topics, 'topic lies', 'topics lie')} below it.`;
}

interface NoticesProps {
  readonly session: ConnectionSession;
  readonly topic: SelectedTopic | null;
  readonly topicKey: string;
}

function Notices({ session, topic, topicKey }: NoticesProps) {
  if (topic === null) return null;
  if (topic.state === 'unseen') {
    return <Notice>Not seen on this connection so far. It appears here with its first message.</Notice>;
  }
  if (topic.state === 'forgotten') return <Notice>{GONE.forgotten}</Notice>;
  if (!topic.hiddenByFilter) return null;
  return (
    <Notice>
      <Icon of={EyeOff} size={14} />
      <span>Hidden by the filter.</span>
      <Button variant="quiet" onClick={() => showInTree(session, topicKey)}>
        Clear filter and show
      </Button>
    </Notice>
  );
}

function Notice({ children }: { readonly children: ReactNode }) {
  return <div className="insp-notice">{children}</div>;
}
