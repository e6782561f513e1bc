import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { Copy } from 'lucide-react';
import { hexShape } from '../../../../src-main/core/payload/hex.ts';
import type { Decoded } from '../../../../src-main/contract/decoding/decoded.ts';
import type { DecodedReader } from '../../../state/decoding/decoded-reader.ts';
import type { Inspector, InspectorState } from '../../../state/inspector/inspector.ts';
import { createPayloadPages, createStagePages } from '../../../state/inspector/payload-pages.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { useColumns } from '../../../ui/base/columns.ts';
import { formatBytes } from '../../../ui/base/format.ts';
import { Select } from '../../../ui/controls/field.tsx';
import { MenuButton } from '../../../ui/controls/menu.tsx';
import { Said, sayOutcome, useSaid } from '../../../ui/feedback/said.tsx';
import { panelOf } from '../base/panel-of.ts';
import { COPY_FORMS, copyBytes, copyStageBytes, type CopyForm } from './copy-bytes.ts';
import { stageChoices } from './fields.ts';
import { GoTo } from './go-to.tsx';
import { HexDump, type HexSelection } from './hex-dump.tsx';
import { LinkedFoot } from './linked-foot.tsx';
import { useFields } from './use-fields.ts';
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
}

/** The bytes of the inspected message, of which only those on screen are read and drawn. */
export function HexPanel({ session, inspector, decoder, state, onShow }: HexPanelProps) {
  const { loaded, key } = state;
  const body = useRef<HTMLDivElement>(null);
  const columns = useColumns(body, COLUMNS);
  const [selection, setSelection] = useState<HexSelection | null>(null);
  const [wanted, setWanted] = useState<number | null>(null);
  const said = useSaid();
  const fields = useFields(session, decoder, key, state.following);
  const stage = useStage(fields.decoded, wanted);
  const { decoded } = fields;
  const pages = useMemo(() => {
    if (loaded === null || key === null) return null;
    return decoded === null || stage === 0
      ? createPayloadPages(session, key, loaded)
      : createStagePages(session, decoded, stage);
  }, [session, key, loaded, decoded, stage]);
  useLayoutEffect(() => {
    void panelOf(body.current)?.scrollTo({ top: 0, left: 0 });
  }, [key, stage]);
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
  const copyAs = async (form: CopyForm) => {
    const [from, to] = shown === null ? [0, pages.size] : [shown.from, shown.to];
    return decoded === null || stage === 0
      ? copyBytes(session, state, form, from, to)
      : copyStageBytes(session, { id: decoded.id, stage }, form, from, to);
  };
  const hasFields = decoded !== null && stage === decoded.stages.length - 1 && decoded.view === 'tree';
  return (
    <div ref={body} className="insp-hex">
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
            run: () => void sayOutcome(copyAs(id as CopyForm), said.say),
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
        total={stage === 0 ? meta.size : pages.size}
        selection={shown}
        onSelect={select}
        onDrawn={onDrawn}
      />
      <LinkedFoot
        fields={hasFields ? fields : null}
        {...{ pages, onShow }}
        selection={shown}
        onSelect={select}
      />
    </div>
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
