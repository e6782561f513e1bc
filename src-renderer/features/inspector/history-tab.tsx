import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { fileStem } from '../../../src-main/core/message/file-name.ts';
import { displayTopic } from '../../../src-main/core/topics/names.ts';
import { saveFile } from '../../state/browser/save-file.ts';
import { exportHistory, type ExportForm } from '../../state/inspector/export-history.ts';
import { useStore } from 'zustand';
import type { ListedPreviews } from '../../state/decoding/row-previews.ts';
import type { ListedMessage } from '../../state/inspector/inspector-history.ts';
import type { InspectorState } from '../../state/inspector/inspector.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { sayOutcome, useOutcome, type ShownOutcome } from '../../ui/feedback/outcome-note.tsx';
import { formatCounted } from '../../ui/base/format.ts';
import { HistoryPanel } from './history/history-panel.tsx';
import { isWanted } from './history/history-view.ts';
import type { Inspecting } from './inspecting.ts';
import { compareItem, messageItems, topicItems, type MessagePorts } from './message-items.ts';

interface HistoryTabProps {
  readonly ports: MessagePorts;
  readonly inspecting: Inspecting;
  readonly state: InspectorState;
  /** Other topics lie below this one. */
  readonly hasBelow: boolean;
}

/** The kept messages of the topic, with what can be done with one and with all of them. */
export function HistoryTab({ ports, inspecting, state, hasBelow }: HistoryTabProps) {
  const { session, watch } = ports;
  const { history, inspector, comparing, tab, previews } = inspecting;
  const outcome = useOutcome();
  const { say } = outcome;
  const { key } = state;
  // What an action is called depends on what is watched.
  const watched = useStore(watch.store, ({ rows }) => rows.length);
  const below = useStore(history.store, (listed) => listed.below);
  const exporting = useExport(session, key, below, previews, say);
  const actionsOf = useCallback(
    (message: ListedMessage) => {
      if (key === null) return [];
      const own = message.key ?? key;
      const compare = () => {
        tab.setState({ tab: 'diff' });
        void comparing.choose(message.seq);
      };
      void watched;
      return [
        ...messageItems(ports, { key: own, seq: message.seq }, say),
        // With what another topic sent the shown message is not compared.
        ...(own === key ? [compareItem(compare)] : []),
        ...topicItems(ports, own, say),
      ];
    },
    [ports, watched, key, say, comparing, tab],
  );
  /** A message of another topic is looked at there. */
  const onChoose = useCallback(
    (message: ListedMessage) => {
      const other = message.key !== undefined && message.key !== session.store.getState().selectedKey;
      if (other && message.key !== undefined) {
        session.select(message.key);
        tab.setState({ tab: 'value' });
      }
      inspector.inspect({ kind: 'message', seq: message.seq });
    },
    [session, inspector, tab],
  );
  const chosen = state.which.kind === 'message' ? state.which.seq : null;
  if (key === null) return null;
  const listed = { history, topicKey: key, previews };
  return <HistoryPanel {...listed} {...{ onChoose, hasBelow, chosen, outcome, exporting, actionsOf }} />;
}

/** Writes what the list shows into a file, and says how far it is. */
function useExport(
  session: ConnectionSession,
  key: string | null,
  below: boolean,
  previews: ListedPreviews,
  say: ShownOutcome['say'],
) {
  const [running, setRunning] = useState(false);
  const stopped = useRef(false);
  const left = useRef(false);
  useEffect(() => {
    left.current = false;
    return () => {
      left.current = true;
    };
  }, []);
  return useMemo(() => {
    const write = async (form: ExportForm, filter: string): Promise<string> => {
      if (key === null) throw new Error('No topic is selected.');
      const wanted = filter.trim().toLowerCase();
      const previewOf = (message: ListedMessage) =>
        previews.ofMessage(message.key ?? key, message) ?? message.preview;
      const passes = (message: ListedMessage) => isWanted(message, wanted, previewOf);
      const onProgress = (count: number) => say(`Reading ${formatCounted(count, 'message')}…`);
      const made = await exportHistory(
        session,
        { key, below },
        form,
        passes,
        onProgress,
        () => stopped.current || left.current,
      );
      // Nothing would show that it is only a part.
      if (left.current) throw new Error('Not exported: the list was left.');
      if (made.count === 0) throw new Error('Nothing to export: no kept message passes the filter.');
      const stem = fileStem(displayTopic(key), new Date());
      const [end, type] = form === 'json-lines' ? ['jsonl', 'application/x-ndjson'] : ['csv', 'text/csv'];
      saveFile(`${stem}.${end}`, type, made.parts);
      return [
        `Exported ${formatCounted(made.count, 'message')}`,
        ...(made.dropped === 0
          ? []
          : [`${formatCounted(made.dropped, 'other was', 'others were')} dropped meanwhile`]),
        ...(made.stopped ? ['stopped, older ones left out'] : []),
        ...(made.cut ? ['older ones left out, the file is full'] : []),
        ...(made.short ? ['older ones are missing: dropped, or too many below to look through'] : []),
        ...(made.narrow ? ['some values left out that a table cannot hold'] : []),
      ].join(', ');
    };
    return {
      running,
      start: (form: ExportForm, filter: string) => {
        stopped.current = false;
        setRunning(true);
        void sayOutcome(
          write(form, filter).finally(() => setRunning(false)),
          say,
        );
      },
      stop: () => {
        stopped.current = true;
      },
    };
  }, [session, key, below, previews, say, running]);
}
