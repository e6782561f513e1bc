import { useEffect, useState } from 'react';
import { TriangleAlert } from 'lucide-react';
import { useStore } from 'zustand';
import type { TrashEntry } from '../../../../src-main/contract/session/trash.ts';
import { escapeUnsafe, shortened } from '../../../../src-main/core/payload/visible.ts';
import { LATE, Latest } from '../../../state/engine/latest.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { formatBytes, formatCount } from '../../../ui/base/format.ts';
import { Icon } from '../../../ui/base/icon.tsx';
import { useReadAgain } from '../../../ui/feedback/read-again.ts';
import { dayAndTime, damageWords, listTrash, trashFigures, writingWords, type TrashPage } from '../trash.ts';

/** The newest clears; the dialog has them all. */
const SHOWN = 3;

/** One look at it: what is in it, or why that could not be read. */
type Look = { readonly page: TrashPage } | { readonly problem: string };

/** What was cleared of late and can be put back. Nothing where the trash is empty. */
export function TrashPart({ session }: { readonly session: ConnectionSession }) {
  const open = useStore(session.store, (state) => state.clearing !== null);
  const [look, setLook] = useState<Look | null>(null);
  const [round, setRound] = useState(0);
  // Nobody says when another window or program clears, empties it, or is done.
  useReadAgain(look, look !== null && !open, () => setRound(round + 1));
  useEffect(() => {
    // What is done in a dialog shows once it is closed.
    if (open) return undefined;
    const latest = new Latest();
    latest
      .answer(() => listTrash(session))
      .then(
        (page) => {
          if (page !== LATE) setLook({ page });
        },
        (error: unknown) => setLook({ problem: error instanceof Error ? error.message : String(error) }),
      );
    return () => latest.drop();
  }, [session, open, round]);
  if (look === null) return <Reading />;
  const page = 'page' in look ? look.page : null;
  if (page?.entries.length === 0) return null;
  return (
    <div className="inv-part">
      <h3>
        Trash <span className="tone-mut">{page === null ? '' : trashFigures(page)}</span>
      </h3>
      {page === null ? (
        <p className="inv-note">{'problem' in look ? look.problem : ''}</p>
      ) : (
        <ul className="inv-list inv-trash" aria-label="Cleared lately">
          {page.entries.slice(0, SHOWN).map((entry) => (
            <Cleared key={entry.id} entry={entry} onOpen={() => session.openClear([], 'trash', entry.id)} />
          ))}
        </ul>
      )}
    </div>
  );
}

/** Of gigabytes that takes seconds. */
function Reading() {
  return (
    <div className="inv-part inv-late">
      <h3>Trash</h3>
      <p className="tone-mut">Reading the trash…</p>
    </div>
  );
}

function Cleared({ entry, onOpen }: { readonly entry: TrashEntry; readonly onOpen: () => void }) {
  const damage = escapeUnsafe(damageWords(entry));
  const writing = writingWords(entry);
  // Of a file, which somebody else may have written.
  const [title, profile] = [escapeUnsafe(entry.title), escapeUnsafe(entry.profile)];
  return (
    <li>
      <span className="tone-mut">{dayAndTime(entry)}</span>
      <span className="inv-cleared">
        <button
          type="button"
          className="inv-link cut"
          title={`Open ${shortened(title)} in the trash`}
          onClick={onOpen}
        >
          <bdi>{shortened(title)}</bdi>
        </button>
        {damage === '' && writing !== '' ? (
          <span className="inv-state tone-mut" title={writing}>
            {entry.writing === 'yes' ? 'being written' : 'no end yet'}
          </span>
        ) : damage === '' ? (
          <bdi className="cut tone-mut">{shortened(profile)}</bdi>
        ) : (
          <span className="inv-state tone-warn" title={damage}>
            <Icon of={TriangleAlert} size={14} /> damaged
          </span>
        )}
      </span>
      <span className="num">{formatCount(entry.messages)}</span>
      <span className="num tone-mut">{formatBytes(entry.bytes)}</span>
    </li>
  );
}
