import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { hexShape } from '../../../../src-main/core/payload/hex.ts';
import { bytesMeanings, offsetText, readOffset } from '../../../../src-main/core/payload/hex-place.ts';
import type { Inspector, InspectorState } from '../../../state/inspector/inspector.ts';
import { createPayloadPages } from '../../../state/inspector/payload-pages.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { useColumns } from '../../../ui/base/columns.ts';
import { formatBytes, formatCounted } from '../../../ui/base/format.ts';
import { MenuButton } from '../../../ui/controls/menu.tsx';
import { Said, sayOutcome, useSaid } from '../../../ui/feedback/said.tsx';
import { Copy } from 'lucide-react';
import { panelOf } from '../base/panel-of.ts';
import { COPY_FORMS, copyBytes } from './copy-bytes.ts';
import { HexDump, type HexSelection } from './hex-dump.tsx';
import './hex.css';

/** A dump is laid out for the width of the panel, less its paddings. */
const COLUMNS = { text: 'code-hex', padding: 32, first: 72, room: panelOf };

interface HexPanelProps {
  readonly session: ConnectionSession;
  readonly inspector: Inspector;
  readonly state: InspectorState;
}

/** The bytes of the inspected message, of which only those on screen are read and drawn. */
export function HexPanel({ session, inspector, state }: HexPanelProps) {
  const { loaded, key } = state;
  const body = useRef<HTMLDivElement>(null);
  const columns = useColumns(body, COLUMNS);
  const [selection, setSelection] = useState<HexSelection | null>(null);
  const said = useSaid();
  const pages = useMemo(
    () => (loaded === null || key === null ? null : createPayloadPages(session, key, loaded)),
    [session, key, loaded],
  );
  useLayoutEffect(() => {
    void panelOf(body.current)?.scrollTo({ top: 0, left: 0 });
  }, [key]);
  const onDrawn = useCallback(() => inspector.drawn(), [inspector]);
  const select = useCallback(
    (next: HexSelection | null) => {
      if (next !== null) inspector.hold();
      setSelection(next);
    },
    [inspector],
  );
  if (loaded === null || pages === null) return <div ref={body} className="insp-hex" />;
  const { meta } = loaded;
  const shown = withinSize(selection, pages.size);
  const copyAs = async (form: keyof typeof COPY_FORMS) => {
    const [from, to] = shown === null ? [0, pages.size] : [shown.from, shown.to];
    return copyBytes(session, state, form, from, to);
  };
  return (
    <div ref={body} className="insp-hex">
      <div className="hex-bar">
        <span className="tone-mut">{formatBytes(meta.size)} as received</span>
        <GoTo size={pages.size} onGo={(at) => select({ from: at, to: at + 1, cursor: at })} />
        <MenuButton
          small
          label="Copy as"
          icon={Copy}
          items={Object.entries(COPY_FORMS).map(([id, label]) => ({
            id,
            label,
            run: () => void sayOutcome(copyAs(id as keyof typeof COPY_FORMS), said.say),
          }))}
        />
        <Said said={said} />
      </div>
      {meta.kept < meta.size ? (
        <p className="insp-note">
          Kept shortened: the first {formatBytes(meta.kept)} of {formatBytes(meta.size)}. The limit is a
          setting.
        </p>
      ) : null}
      {pages.size === 0 ? <p className="insp-note">The payload is empty (0 bytes).</p> : null}
      <HexDump
        pages={pages}
        shape={hexShape(pages.size, columns)}
        total={meta.size}
        selection={shown}
        onSelect={select}
        onDrawn={onDrawn}
      />
      <SelectedBytes pages={pages} selection={shown} />
    </div>
  );
}

/** A shorter message came while something was selected. */
function withinSize(selection: HexSelection | null, size: number): HexSelection | null {
  if (selection === null || selection.from >= size) return null;
  return { ...selection, to: Math.min(selection.to, size), cursor: Math.min(selection.cursor, size - 1) };
}

function GoTo({ size, onGo }: { readonly size: number; readonly onGo: (at: number) => void }) {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const go = () => {
    const at = readOffset(text);
    if (at === null) return setProblem('Write an offset such as 0x49 or 73.');
    if (at >= size)
      return setProblem(size === 0 ? 'There are no bytes.' : `The last byte is ${offsetText(size - 1)}.`);
    setProblem(null);
    onGo(at);
  };
  return (
    <label className="hex-goto">
      <span className="tone-mut">Go to</span>
      <input
        data-find=""
        className="input input-mono"
        aria-label="Go to"
        aria-invalid={problem === null ? undefined : true}
        aria-describedby="hex-goto-note"
        placeholder="0x0000"
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          setProblem(null);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          go();
        }}
      />
      <output id="hex-goto-note" className={problem === null ? 'visually-hidden' : 'hex-goto-note tone-err'}>
        {problem ?? ''}
      </output>
    </label>
  );
}

interface SelectedBytesProps {
  readonly pages: ReturnType<typeof createPayloadPages>;
  readonly selection: HexSelection | null;
}

/** `status` "Selected bytes": where they are, and what they are as numbers. */
function SelectedBytes({ pages, selection }: SelectedBytesProps) {
  // Each page that comes may hold them.
  const { problem } = useStore(pages.store);
  const few = selection !== null && selection.to - selection.from <= 8;
  const meanings = bytesMeanings((few ? pages.read(selection.from, selection.to) : null) ?? new Uint8Array());
  return (
    <div className="hex-foot">
      {problem === null ? null : <p className="insp-note">Not all bytes could be read: {problem}.</p>}
      <output aria-label="Selected bytes" className="hex-selected">
        {selection === null ? (
          <span className="tone-mut">Select bytes to read them as numbers</span>
        ) : (
          <>
            <span>{rangeWords(selection)}</span>
            {meanings.map(({ name, value }) => (
              <span key={name} className="hex-meaning">
                <span className="tone-mut">{name}</span> <span className="mono">{value}</span>
              </span>
            ))}
          </>
        )}
      </output>
    </div>
  );
}

function rangeWords({ from, to }: HexSelection): string {
  const count = formatCounted(to - from, 'byte');
  return to - from === 1
    ? `${offsetText(from)} (${from}), ${count}`
    : `${offsetText(from)} to ${offsetText(to - 1)} (${from} to ${to - 1}), ${count}`;
}
