import { memo } from 'react';
import { ClipboardCopy, Copy, LocateFixed, SquarePen } from 'lucide-react';
import { useStore } from 'zustand';
import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import type { AppState } from '../../state/app/app-state.ts';
import { copyTopic } from '../../state/browser/copy-topic.ts';
import type { Inspector } from '../../state/inspector/inspector.ts';
import { copyPayload } from '../../state/inspector/message-actions.ts';
import { editOutcome, type EditAndPublish } from '../../state/publish/edit-and-publish.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { IconButton } from '../../ui/controls/button.tsx';
import { CopyButton } from '../../ui/controls/copy-button.tsx';
import { EnlargeButton } from '../../ui/controls/enlarge-button.tsx';
import { TopicHeading } from './topic-heading.tsx';

interface InspectorHeadProps {
  readonly app: AppState;
  readonly session: ConnectionSession;
  readonly edit: EditAndPublish;
  readonly inspector: Inspector;
  readonly topicKey: TopicKey;
}

/** The topic, and what is done with it or with the message that is shown. Drawn for each topic, not for each message. */
export const InspectorHead = memo(function InspectorHead({
  app: { shell },
  session,
  edit,
  inspector,
  topicKey,
}: InspectorHeadProps) {
  const large = useStore(shell.store, ({ enlarged }) => enlarged === 'inspector');
  return (
    <header className="insp-head">
      <TopicHeading session={session} topicKey={topicKey} />
      <CopyButton label="Copy topic" icon={Copy} copy={() => copyTopic(topicKey)} />
      <CopyButton label="Copy payload" icon={ClipboardCopy} copy={() => copyShown(session, inspector)} />
      <CopyButton
        label="Edit and publish"
        icon={SquarePen}
        copy={() => editOutcome(edit(topicKey, inspector.store.getState().loaded?.meta.seq ?? 'latest'))}
      />
      <IconButton
        small
        label="Show in tree"
        icon={LocateFixed}
        onClick={() => {
          shell.enlarge(null);
          showInTree(session, topicKey);
        }}
      />
      <EnlargeButton
        name="inspector"
        large={large}
        onClick={() => shell.enlarge(large ? null : 'inspector')}
      />
    </header>
  );
});

/** The payload of the message that is shown. */
async function copyShown(session: ConnectionSession, { store }: Inspector): Promise<string> {
  const { key, loaded } = store.getState();
  if (loaded === null || key === null) throw new Error('There is no message to copy.');
  return copyPayload(session, key, loaded);
}

/** The row of a topic, where a filter hides it without the filter. */
export function showInTree(session: ConnectionSession, key: TopicKey): void {
  if (session.store.getState().selected?.hiddenByFilter === true) session.setFilter('');
  session.reveal(key);
}
