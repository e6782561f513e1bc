import { useEffect, useState } from 'react';
import { CircleAlert, TriangleAlert } from 'lucide-react';
import { useStore } from 'zustand';
import type { InventoryQuery } from '../../../../src-main/contract/session/inventory.ts';
import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { ConfirmDialog } from '../../../ui/feedback/confirm-dialog.tsx';
import { Dialog } from '../../../ui/feedback/dialog.tsx';
import { formatClock, formatCount, formatCounted, formatDay } from '../../../ui/base/format.ts';
import { Icon } from '../../../ui/base/icon.tsx';
import { asksForCount, isCount } from '../clear-many.ts';
import { TypedCount } from '../clear-many-dialog.tsx';
import { brokerWords } from '../trash.ts';
import { TopicCell } from '../topic-tables.tsx';
import { OpenComparison } from './open-comparison.ts';
import { RestoreChoices, RestoredTable, RestoreFoot } from './restore-parts.tsx';
import {
  comparedWords,
  differenceWords,
  fateWords,
  planWords,
  shownText,
  snapshotName,
  type Compared,
  type SnapshotFile,
} from './snapshots.ts';
import '../retained.css';

interface CompareDialogProps {
  readonly session: ConnectionSession;
  /** Name of the production connection: restoring asks for the count. Null: it is none. */
  readonly production: string | null;
  readonly query: InventoryQuery;
  readonly file: SnapshotFile;
  readonly onClose: () => void;
}

/** `dialog` "Compare with snapshot": what differs between a snapshot and the broker, and what restoring it would do. */
export function CompareDialog({ session, production, query, file, onClose }: CompareDialogProps) {
  const [comparison] = useState(() => new OpenComparison(session, query, file));
  useEffect(() => {
    void comparison.compare();
    return () => comparison.closed();
  }, [comparison]);
  const { found, overwrite, comparing, running, results, problem } = useStore(comparison.store);
  const [asking, setAsking] = useState(false);
  const [typed, setTyped] = useState('');
  const count = comparison.count();
  const asks = asksForCount(count, production !== null);
  const isReady = count > 0 && (!asks || isCount(typed, count));
  return (
    <Dialog
      open
      onClose={onClose}
      title="Compare with snapshot"
      width="960px"
      keepOnOutsidePress
      footer={
        <RestoreFoot
          comparison={comparison}
          session={session}
          isReady={isReady}
          onAsk={() => setAsking(true)}
          onDone={onClose}
        />
      }
    >
      <RestoreChoices comparison={comparison} />
      {problem === null ? null : (
        <p role="alert" className="clr-line">
          <Icon of={CircleAlert} size={14} className="tone-err" /> {problem}
        </p>
      )}
      {comparing ? <p className="clr-line">Asking the broker for each topic…</p> : null}
      {found === null ? null : results === null ? (
        <Differences found={found} name={snapshotName(file)} overwrite={overwrite} />
      ) : (
        <RestoredTable results={results} />
      )}
      {asks ? <TypedCount {...{ count, production, typed }} act="restore" onType={setTyped} /> : null}
      {asking && found !== null && !running ? (
        <ConfirmDialog
          title="Restore to this broker?"
          action={`Restore ${formatCounted(count, 'message')}`}
          onCancel={() => setAsking(false)}
          onConfirm={() => void comparison.restore()}
        >
          {formatCounted(count, 'message')} will be published as retained to{' '}
          <bdi>{brokerWords(found.broker)}</bdi>, whatever broker they came from.{' '}
          {riskWords(found, overwrite)}
        </ConfirmDialog>
      ) : null}
    </Dialog>
  );
}

/** What is lost by it, and what of the file is not restored. */
function riskWords({ replacing, damage }: Compared, overwrite: boolean): string {
  const over =
    overwrite && replacing > 0
      ? `Of these topics ${formatCount(replacing)} hold another retained message, which will be replaced and is not in the trash.`
      : 'Topics that hold another retained message are left alone.';
  return damage.length === 0 ? over : `${over} The file is damaged: what cannot be read is not restored.`;
}

interface DifferencesProps {
  readonly found: Compared;
  readonly name: string;
  readonly overwrite: boolean;
}

function Differences({ found, name, overwrite }: DifferencesProps) {
  const { head, damage, differences, added, removed, changed, unread } = found;
  const more = added + removed + changed + unread - differences.length;
  return (
    <>
      <p role="status" className="clr-line">
        {comparedWords(found)}
      </p>
      <p className="clr-line">{planWords(found, overwrite)}</p>
      <p className="clr-line tone-mut">
        {name}
        {head === null
          ? ''
          : `, of ${formatDay(head.at)} ${formatClock(head.at)}, ${shownText(head.title)}, ${shownText(head.broker)}`}
      </p>
      {damage.map(({ line, what }) => (
        <p key={line} className="clr-line">
          <Icon of={TriangleAlert} size={14} className="tone-warn" /> Line {formatCount(line)}:{' '}
          {escapeUnsafe(what)}
        </p>
      ))}
      <section className="clr-scroll" tabIndex={0} aria-label="Differences">
        <table className="clr-table" aria-label="Differences by topic">
          <thead>
            <tr>
              <th scope="col">Topic</th>
              <th scope="col">On the broker</th>
              <th scope="col">When restored</th>
            </tr>
          </thead>
          <tbody>
            {differences.map((one) => (
              <tr key={one.key}>
                <TopicCell topic={one.topic} />
                <td>{differenceWords(one)}</td>
                <td>{fateWords(one, overwrite)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {more > 0 ? <p className="clr-more">{formatCount(more)} more</p> : null}
      </section>
    </>
  );
}
