import { useEffect, useState } from 'react';
import { CircleAlert, TriangleAlert } from 'lucide-react';
import type { InventoryQuery } from '../../../../src-main/contract/session/inventory.ts';
import { escapeUnsafe, shortened } from '../../../../src-main/core/payload/visible.ts';
import { shownFileName } from '../../../state/browser/read-file.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Dialog } from '../../../ui/feedback/dialog.tsx';
import { formatClock, formatCount, formatDay } from '../../../ui/base/format.ts';
import { Icon } from '../../../ui/base/icon.tsx';
import { TopicCell } from '../topic-tables.tsx';
import { comparedWords, compareWith, differenceWords, type Compared } from './snapshots.ts';

/** Characters of what the file says of itself. */
const TOLD_CHARS = 120;

interface CompareDialogProps {
  readonly session: ConnectionSession;
  readonly query: InventoryQuery;
  readonly file: File;
  readonly onClose: () => void;
}

/** `dialog` "Compare with snapshot": what differs between a file and what the broker holds now. */
export function CompareDialog({ session, query, file, onClose }: CompareDialogProps) {
  const [found, setFound] = useState<Compared | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let open = true;
    compareWith(session, query, file).then(
      (answer) => {
        if (!open) return;
        if (answer.kind === 'failed') setProblem(`${answer.message} ${answer.advice}`);
        else setFound(answer);
      },
      (error: unknown) => open && setProblem(error instanceof Error ? error.message : String(error)),
    );
    return () => {
      open = false;
    };
  }, [session, query, file]);
  return (
    <Dialog
      open
      onClose={onClose}
      title="Compare with snapshot"
      width="860px"
      footer={
        <>
          <span className="clr-foot">
            To put messages of the file back: topicscope retained restore, with --dry-run first.
          </span>
          <span className="dialog-foot-space" />
          <Button variant="primary" onClick={onClose}>
            Done
          </Button>
        </>
      }
    >
      {problem !== null ? (
        <p role="alert" className="clr-line">
          <Icon of={CircleAlert} size={14} className="tone-err" /> {problem}
        </p>
      ) : found === null ? (
        <p className="clr-line">Asking the broker for each topic…</p>
      ) : (
        <Differences found={found} name={shownFileName(file)} />
      )}
    </Dialog>
  );
}

/** Of a file, which somebody else may have written. */
function told(text: string): string {
  return shortened(escapeUnsafe(text), TOLD_CHARS);
}

function Differences({ found, name }: { readonly found: Compared; readonly name: string }) {
  const { head, damage, differences, added, removed, changed } = found;
  const more = added + removed + changed - differences.length;
  return (
    <>
      <p role="status" className="clr-line">
        {comparedWords(found)}
      </p>
      <p className="clr-line tone-mut">
        {name}
        {head === null
          ? ''
          : `, of ${formatDay(head.at)} ${formatClock(head.at)}, ${told(head.title)}, ${told(head.broker)}`}
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
            </tr>
          </thead>
          <tbody>
            {differences.map((one) => (
              <tr key={one.key}>
                <TopicCell topic={one.topic} />
                <td>{differenceWords(one)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {more > 0 ? <p className="clr-more">{formatCount(more)} more</p> : null}
      </section>
    </>
  );
}
