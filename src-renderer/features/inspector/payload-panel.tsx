import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Inspector, InspectorState } from '../../state/inspector/inspector.ts';
import { useColumns } from '../../ui/base/columns.ts';
import { Button } from '../../ui/controls/button.tsx';
import { formatBytes } from '../../ui/base/format.ts';
import { CodeView } from './code-view.tsx';
import { panelOf } from './panel-of.ts';
import {
  HEX_FIRST_BYTES,
  renderHex,
  renderRaw,
  renderValue,
  type HexRoom,
  type Rendered,
} from './render-payload.ts';

export type PayloadForm = 'value' | 'raw' | 'hex';

/** A hex dump is laid out for the width of the panel, less its paddings. */
const HEX_COLUMNS = { text: 'code-hex', padding: 32, first: 72, room: panelOf };

interface PayloadPanelProps {
  readonly form: PayloadForm;
  readonly inspector: Inspector;
  readonly state: InspectorState;
}

/** The bytes of the inspected message as value, text or hex. */
export function PayloadPanel({ form, inspector, state }: PayloadPanelProps) {
  const { loaded, previous, loading } = state;
  const body = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    void panelOf(body.current)?.scrollTo({ top: 0, left: 0 });
  }, []);
  const [hexLimit, setHexLimit] = useState(HEX_FIRST_BYTES);
  const columns = useColumns(body, HEX_COLUMNS);
  const rendered = useMemo(
    () =>
      loaded === null
        ? null
        : render(form, loaded.bytes, loaded.bytes.length < loaded.meta.kept, { limit: hexLimit, columns }),
    [form, loaded, hexLimit, columns],
  );
  const before = useMemo(
    () =>
      form !== 'value' || previous === null
        ? null
        : renderValue(previous.bytes, previous.bytes.length < previous.meta.kept).text,
    [form, previous],
  );
  const onSelect = useCallback(() => inspector.hold(), [inspector]);
  const onDrawn = useCallback(() => inspector.drawn(), [inspector]);
  if (loaded === null || rendered === null) return <div ref={body} className="insp-body" />;
  const { meta, bytes } = loaded;
  const showMore = () => {
    if (rendered.shape === 'hex') setHexLimit(hexLimit * 4);
    if (rendered.bytes >= bytes.length - 3 || rendered.shape !== 'hex') inspector.more();
    else inspector.hold();
  };
  return (
    <div ref={body} className="insp-body">
      {rendered.note === null ? null : <p className="insp-note">{rendered.note}</p>}
      {meta.kept < meta.size ? (
        <p className="insp-note">
          Kept shortened: the first {formatBytes(meta.kept)} of {formatBytes(meta.size)}. The limit is a
          setting.
        </p>
      ) : null}
      {rendered.shape === 'empty' ? <p className="insp-note">The payload is empty (0 bytes).</p> : null}
      <CodeView
        text={rendered.text}
        json={rendered.shape === 'json'}
        hex={rendered.shape === 'hex'}
        wrap={rendered.shape === 'text' || rendered.shape === 'number'}
        before={before}
        bytesShown={rendered.bytes}
        bytesTotal={meta.size}
        onSelect={onSelect}
        onDrawn={onDrawn}
      />
      {rendered.bytes < meta.kept ? (
        <p className="insp-more">
          <span>
            {formatBytes(rendered.bytes)} of {formatBytes(meta.kept)} shown
          </span>
          <Button onClick={showMore} aria-disabled={loading}>
            Show more
          </Button>
        </p>
      ) : null}
    </div>
  );
}

function render(form: PayloadForm, bytes: Uint8Array, more: boolean, hex: HexRoom): Rendered {
  if (form === 'hex') return renderHex(bytes, hex);
  return form === 'raw' ? renderRaw(bytes, more) : renderValue(bytes, more, hex);
}
