import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { Copy } from 'lucide-react';
import { hexShape } from '../../../../src-main/core/payload/hex.ts';
import type { MessageMeta } from '../../../../src-main/contract/model/message.ts';
import type { Decoded } from '../../../../src-main/contract/decoding/decoded.ts';
import type { DecodedReader } from '../../../state/decoding/decoded-reader.ts';
import type { Inspector, InspectorState } from '../../../state/inspector/inspector.ts';
import {
  createPayloadPages,
  createStagePages,
  type PayloadPages,
} from '../../../state/inspector/payload-pages.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { useColumns } from '../../../ui/base/columns.ts';
import { formatBytes } from '../../../ui/base/format.ts';
import { Select } from '../../../ui/controls/field.tsx';
import { MenuButton, type MenuAction } from '../../../ui/controls/menu.tsx';
import {
  OutcomeNote,
  sayOutcome,
  useOutcome,
  type ShownOutcome,
} from '../../../ui/feedback/outcome-note.tsx';
import { panelOf } from '../base/panel-of.ts';
import { useMessageMenu } from '../base/use-message-menu.tsx';
import { COPY_FORMS, copyBytes, copyStageBytes, type CopyForm } from './copy-bytes.ts';
import { stageChoices } from './fields.ts';
import { GoTo } from './go-to.tsx';
import { HexDump } from './hex-dump.tsx';
import { copyItems } from './hex-items.ts';
import { LinkedFoot } from './linked-foot.tsx';
import { useFields } from './use-fields.ts';
import type { HexSelection } from './selecting.ts';
import './hex.css';

/** A dump is laid out for the width of the panel, less its paddings. */
const COLUMNS = { text: 'code-hex', padding: 32, first: 72, room: panelOf };

interface HexPanelProps {
  readonly session: ConnectionSession;
  readonly inspector: Inspector;
  readonly decoder: DecodedReader;
  readonly state: InspectorState;
  /** Shows what stands at a path in the value. */
  readonly onShow: (path: string) => void;
  /** What can be done with the message, beside what is done with its bytes. */
  readonly menuItems: (say: ShownOutcome['say']) => readonly MenuAction[];
}

/** The bytes of the inspected message, of which only those on screen are read and drawn. */
export function HexPanel(props: HexPanelProps) {
  const { session, inspector, decoder, state, onShow, menuItems } = props;
  const { loaded, key } = state;
  const body = useRef<HTMLDivElement>(null);
  const columns = useColumns(body, COLUMNS);
  const [selection, setSelection] = useState<HexSelection | null>(null);
  const [wanted, setWanted] = useState<number | null>(null);
  const outcome = useOutcome();
  const fields = useFields(session, decoder, key, state.following);
  const stage = useStage(fields.decoded, wanted);
  const { decoded } = fields;
  const pages = usePages(session, state, decoded, stage);
  useLayoutEffect(() => {
    void panelOf(body.current)?.scrollTo({ top: 0, left: 0 });
  }, [key, stage]);
  const onDrawn = useCallback(() => inspector.drawn(), [inspector]);
  const select = useCallback(
    (next: HexSelection | null) => {
      inspector.hold();
      setSelection(next);
    },
    [inspector],
  );
  const { say } = outcome;
  const size = pages?.size ?? 0;
  const shown = withinSize(selection, size);
  const copy = (form: CopyForm, from: number, to: number) =>
    void sayOutcome(
      decoded === null || stage === 0
        ? copyBytes(session, state, form, from, to)
        : copyStageBytes(session, { id: decoded.id, stage }, form, from, to),
      say,
    );
  const itemsOf = (bytes: HexSelection | null) => [...copyItems(bytes, size, copy), ...menuItems(say)];
  const menu = useMessageMenu(body, () => itemsOf(shown));
  if (loaded === null || pages === null) return <div ref={body} className="insp-hex" />;
  const { meta } = loaded;
  const hasFields = decoded !== null && stage === decoded.stages.length - 1 && decoded.view === 'tree';
  return (
    <div ref={body} className="insp-hex" onContextMenu={menu.open}>
      <div className="hex-bar">
        <StageChoice decoded={decoded} stage={stage} size={meta.size} onChange={setWanted} />
        <GoTo size={pages.size} onGo={(at) => select({ from: at, to: at + 1, cursor: at })} />
        <MenuButton
          small
          label="Copy as"
          icon={Copy}
          items={Object.entries(COPY_FORMS).map(([id, label]) => ({
            id,
            label,
            run: () => copy(id as CopyForm, shown?.from ?? 0, shown?.to ?? size),
          }))}
        />
        <OutcomeNote outcome={outcome} />
      </div>
      <Notes meta={meta} size={pages.size} />
      <HexDump
        pages={pages}
        shape={hexShape(pages.size, columns)}
        total={stage === 0 ? meta.size : pages.size}
        selection={shown}
        onSelect={select}
        onDrawn={onDrawn}
        onMenu={(at, bytes) => menu.openAt(at, itemsOf(bytes))}
      />
      <LinkedFoot
        fields={hasFields ? fields : null}
        {...{ pages, onShow }}
        selection={shown}
        onSelect={select}
      />
      {menu.drawn}
    </div>
  );
}

/** The bytes of a stage, read as they are looked at; null: there is no message. */
function usePages(
  session: ConnectionSession,
  { key, loaded }: InspectorState,
  decoded: Decoded | null,
  stage: number,
): PayloadPages | null {
  return useMemo(() => {
    if (loaded === null || key === null) return null;
    return decoded === null || stage === 0
      ? createPayloadPages(session, key, loaded)
      : createStagePages(session, decoded, stage);
  }, [session, key, loaded, decoded, stage]);
}

function Notes({ meta, size }: { readonly meta: MessageMeta; readonly size: number }) {
  return (
    <>
      {meta.kept < meta.size ? (
        <p className="insp-note">
          Kept shortened: the first {formatBytes(meta.kept)} of {formatBytes(meta.size)}. The limit is a
          setting.
        </p>
      ) : null}
      {size === 0 ? <p className="insp-note">The payload is empty (0 bytes).</p> : null}
    </>
  );
}

/** A shorter message came while something was selected. */
function withinSize(selection: HexSelection | null, size: number): HexSelection | null {
  if (selection === null || selection.from >= size) return null;
  return { ...selection, to: Math.min(selection.to, size), cursor: Math.min(selection.cursor, size - 1) };
}

/** What was chosen, as long as there is such a stage; else the last one, which is what the fields are of. */
function useStage(decoded: Decoded | null, wanted: number | null): number {
  const last = Math.max(0, (decoded?.stages.length ?? 1) - 1);
  return wanted === null || wanted > last ? last : wanted;
}

interface StageChoiceProps {
  readonly decoded: Decoded | null;
  readonly stage: number;
  /** Bytes of the message. */
  readonly size: number;
  readonly onChange: (stage: number) => void;
}

/** `combobox` "Bytes": those received, or what came out of what they were packed in. */
function StageChoice({ decoded, stage, size, onChange }: StageChoiceProps) {
  const choices = decoded === null ? [] : stageChoices(decoded);
  if (decoded === null || choices.length < 2)
    return <span className="tone-mut">{formatBytes(size)} as received</span>;
  return (
    <Select
      label="Bytes"
      hideLabel
      value={String(stage)}
      options={choices.map((label, at) => ({
        value: String(at),
        label: `${label}, ${formatBytes(at === 0 ? size : (decoded.stages[at]?.bytes ?? 0))}`,
      }))}
      onChange={(value) => onChange(Number(value))}
    />
  );
}
