import { escapeUnsafe, shortened } from '../../../../src-main/core/payload/visible.ts';
import { useState } from 'react';
import { ChevronDown, ChevronRight, Folder, Trash2 } from 'lucide-react';
import type { SavedHead } from '../../../../src-main/contract/session/sending.ts';
import { displayTopic } from '../../../../src-main/core/topics/names.ts';
import { Icon } from '../../../ui/base/icon.tsx';
import { IconButton } from '../../../ui/controls/button.tsx';
import { TextField } from '../../../ui/controls/field.tsx';
import { ConfirmDialog } from '../../../ui/feedback/confirm-dialog.tsx';
import { useRoving } from './roving.ts';
import { savedRows, type SavedRow } from './saved-rows.ts';

interface SavedTreeProps {
  readonly saved: readonly SavedHead[];
  readonly profile: { readonly id: string; readonly name: string } | null;
  /** Puts it into the panel. */
  readonly onLoad: (message: SavedHead) => void;
  /** Publishes it as it is kept, whatever the panel has. */
  readonly onSend: (message: SavedHead) => void;
  readonly onRemove: (message: SavedHead) => void;
}

/** `treegrid` "Saved messages": of this profile and for all, in folders. Enter loads, Ctrl+Enter publishes, Delete removes. */
export function SavedTree({ saved, profile, onLoad, onSend, onRemove }: SavedTreeProps) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [sought, setSought] = useState('');
  const [removing, setRemoving] = useState<SavedHead | null>(null);
  const rows = savedRows(saved, profile, closed, sought);
  const { grid, active, setActive, move } = useRoving(rows.map(({ key }) => key));
  const chosen = rows[active];
  const fold = (key: string, open: boolean) => {
    const next = new Set(closed);
    if (open) next.delete(key);
    else next.add(key);
    setClosed(next);
  };
  const act = (row: SavedRow) => {
    if (row.kind === 'folder') fold(row.key, !row.open);
    else onLoad(row.message);
  };
  return (
    <section aria-label="Saved" className="kept-part">
      <SavedHeader
        found={saved.length === 0 ? null : rows.filter(({ kind }) => kind === 'message').length}
        sought={sought}
        onSought={setSought}
        onRemove={chosen?.kind === 'message' ? () => setRemoving(chosen.message) : null}
      />
      {rows.length === 0 ? (
        <p className="kept-none">
          {sought === ''
            ? 'Nothing is saved yet. Save… keeps the message in the panel.'
            : 'Nothing saved has this in its name or topic.'}
        </p>
      ) : (
        <div
          ref={grid}
          role="treegrid"
          aria-label="Saved messages"
          aria-description="Enter loads, Ctrl+Enter publishes, Delete removes"
          className="kept-rows"
          onKeyDown={(event) => {
            if (move(event) || chosen === undefined) return;
            const isHeld = event.ctrlKey || event.metaKey;
            if (event.key === 'Enter' && isHeld && chosen.kind === 'message') onSend(chosen.message);
            else if (event.key === 'Enter' && !isHeld) act(chosen);
            else if (event.key === 'Delete' && chosen.kind === 'message') setRemoving(chosen.message);
            else if (event.key === 'ArrowRight' && chosen.kind === 'folder') fold(chosen.key, true);
            else if (event.key === 'ArrowLeft' && chosen.kind === 'folder') fold(chosen.key, false);
            else return;
            event.preventDefault();
          }}
        >
          {rows.map((row, at) => (
            <SavedLine
              key={row.key}
              row={row}
              at={at}
              active={at === active}
              onFocus={() => setActive(at)}
              onAct={() => act(row)}
              onLoad={onLoad}
            />
          ))}
        </div>
      )}
      {removing === null ? null : (
        <ConfirmDialog
          title="Remove the saved message?"
          icon={Trash2}
          action="Remove"
          onCancel={() => setRemoving(null)}
          onConfirm={() => onRemove(removing)}
        >
          {escapeUnsafe(removing.name)} is removed for good. What was sent stays in the list below.
        </ConfirmDialog>
      )}
    </section>
  );
}

interface HeaderProps {
  /** Messages in the rows; null: none is saved. */
  readonly found: number | null;
  readonly sought: string;
  readonly onSought: (text: string) => void;
  /** Null: no message is chosen. */
  readonly onRemove: (() => void) | null;
}

function SavedHeader({ found, sought, onSought, onRemove }: HeaderProps) {
  return (
    <header className="kept-head">
      <h3>Saved</h3>
      <span className="tone-mut">{found}</span>
      <TextField
        label="Search saved messages"
        hideLabel
        type="search"
        placeholder="name or topic"
        className="kept-search"
        value={sought}
        onChange={onSought}
      />
      <IconButton
        small
        icon={Trash2}
        label="Remove saved message"
        disabled={onRemove === null}
        onClick={() => onRemove?.()}
      />
    </header>
  );
}

interface LineProps extends Pick<SavedTreeProps, 'onLoad'> {
  readonly row: SavedRow;
  readonly at: number;
  readonly active: boolean;
  readonly onFocus: () => void;
  /** Opens or closes a folder, loads a message. */
  readonly onAct: () => void;
}

/** A folder by one press, a message by two. */
function SavedLine({ row, at, active, onFocus, onAct, onLoad }: LineProps) {
  return (
    <div
      role="row"
      data-at={at}
      aria-level={row.level}
      {...(row.kind === 'folder' ? { 'aria-expanded': row.open } : {})}
      aria-selected={active}
      tabIndex={active ? 0 : -1}
      className="kept-row"
      style={{ paddingLeft: 16 + (row.level - 1) * 16 }}
      onFocus={onFocus}
      onClick={row.kind === 'folder' ? onAct : undefined}
      onDoubleClick={row.kind === 'message' ? onAct : undefined}
    >
      {row.kind === 'folder' ? (
        <span role="gridcell" className="kept-folder">
          <Icon of={row.open ? ChevronDown : ChevronRight} size={14} className="tone-mut" />
          <Icon of={Folder} size={14} className="tone-mut" />
          <bdi className="cut">{escapeUnsafe(row.name)}</bdi>
          <span className="tone-mut kept-count">{row.count}</span>
        </span>
      ) : (
        <SavedCells message={row.message} onLoad={onLoad} />
      )}
    </div>
  );
}

function SavedCells({ message, onLoad }: { readonly message: SavedHead } & Pick<SavedTreeProps, 'onLoad'>) {
  const { topic, qos } = message;
  const name = escapeUnsafe(message.name);
  return (
    <>
      <span role="gridcell" className="cut kept-name">
        <bdi>
          <button
            type="button"
            tabIndex={-1}
            aria-label={name}
            className="kept-load"
            title={`Load ${name}`}
            onClick={() => onLoad(message)}
          >
            {name}
          </button>
        </bdi>
      </span>
      <span
        role="gridcell"
        className="mono cut-front tone-mut kept-topic"
        title={shortened(displayTopic(topic))}
      >
        <bdi>{displayTopic(topic)}</bdi>
      </span>
      <span role="gridcell" className="tone-mut">
        QoS {qos}
      </span>
    </>
  );
}
