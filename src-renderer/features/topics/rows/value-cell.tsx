import { memo, useLayoutEffect, useRef } from 'react';
import { fitJson, jsonText, oneLine } from '../../../../src-main/core/payload/preview-notation.ts';
import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import type { JsonPreview, Preview } from '../../../../src-main/contract/model/message.ts';
import { listedPreviewsOf } from '../../../state/decoding/row-previews.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import type { ViewRow } from '../../../state/tree/view-state.ts';
import { formatBytes } from '../../../ui/base/format.ts';
import { useSource } from '../../../ui/base/use-source.ts';
import { NOTHING_SOUGHT, partsOf, type HighlightPart, type Sought } from '../filter/highlight.ts';
import { markChanged } from './change-marks.ts';
import { previewTokens } from './preview-tokens.ts';
import { belowCount, topicCount } from './topic-counts.ts';
import { markedTokens, soughtInJson, soughtInText } from './value-marks.ts';

export interface ValueCellProps {
  readonly view: ViewRow;
  readonly session: ConnectionSession;
  /** Characters that fit the column. */
  readonly chars: number;
  readonly sought: Sought;
}

/** A branch says what lies below it; a topic shows its latest value. */
export function ValueCell({ view, session, chars, sought }: ValueCellProps) {
  const { row, changes } = view;
  const previews = listedPreviewsOf(session);
  const decoded = useSource(previews.subscribe, () => previews.ofRow(row));
  const preview = decoded?.preview ?? row.preview;
  const delta = preview === row.preview ? view.delta : (decoded?.delta ?? null);
  const tint = useTint(changes);
  if (row.own === 0) {
    return (
      <div role="gridcell" className="tt-value tt-sub">
        {topicCount(row)}
      </div>
    );
  }
  return (
    <div role="gridcell" className="tt-value" ref={tint}>
      <PreviewText preview={preview} chars={chars} sought={row.match ? sought : NOTHING_SOUGHT} />
      {delta === null ? null : <span className="tt-delta">{delta}</span>}
      {belowCount(row) === '' ? null : <span className="tt-below">{belowCount(row)}</span>}
    </div>
  );
}

/** Marks the element for a while when the value changed. */
function useTint(changes: number) {
  const cell = useRef<HTMLDivElement>(null);
  const seen = useRef(changes);
  useLayoutEffect(() => {
    const element = cell.current;
    if (changes === seen.current || element === null) return;
    seen.current = changes;
    markChanged(element);
  }, [changes]);
  return cell;
}

interface PreviewTextProps {
  readonly preview: Preview;
  readonly chars: number;
  readonly sought: Sought;
}

const PreviewText = memo(function PreviewText({ preview, chars, sought }: PreviewTextProps) {
  switch (preview.kind) {
    case 'none':
      return null;
    case 'empty':
      return <span className="tt-words">empty</span>;
    case 'evicted':
      return <span className="tt-words">evicted</span>;
    case 'number':
      return (
        <span className="j-number">
          <Marked text={preview.text} sought={sought} />
        </span>
      );
    case 'text':
      return (
        <bdi>
          <Marked text={oneLine(preview.text)} sought={sought} />
          {preview.cut ? '…' : ''}
        </bdi>
      );
    case 'json':
      return <JsonText preview={fitJson(preview, chars)} sought={sought} />;
    case 'binary':
      return (
        <>
          <span className="tt-bin">BIN</span>
          {formatBytes(preview.size)} <span className="tone-mut">{preview.hex}</span>
        </>
      );
  }
});

function Marked({ text, sought }: { readonly text: string; readonly sought: Sought }) {
  const found = soughtInText(text, sought);
  return found.length === 0 ? text : <Parts parts={partsOf(text, found)} />;
}

function JsonText({ preview, sought }: { readonly preview: JsonPreview; readonly sought: Sought }) {
  const text = escapeUnsafe(jsonText(preview));
  const tokens = markedTokens(previewTokens(text), soughtInJson(preview, text, sought));
  return (
    <bdi>
      {tokens.map(({ kind, parts }, at) => (
        <span key={at} className={`j-${kind}`}>
          <Parts parts={parts} />
        </span>
      ))}
    </bdi>
  );
}

function Parts({ parts }: { readonly parts: readonly HighlightPart[] }) {
  return parts.map(({ text, found }, at) => (found ? <mark key={at}>{text}</mark> : text));
}
