import { useId, useMemo, useRef } from 'react';
import { Check, TriangleAlert } from 'lucide-react';
import { tokenizeJson } from '../../../src-main/core/payload/json.ts';
import { lineEndOf, type LinedText, type LineEnd } from '../../state/publish/line-ends.ts';
import { Icon } from '../../ui/base/icon.tsx';
import type { PayloadCheck } from './payload-check.ts';

/** A longer text is not coloured: each key press would cost more than a frame. */
const MAX_COLOURED = 20_000;

interface PayloadEditorProps {
  readonly value: LinedText;
  readonly readOnly: boolean;
  /** What the field holds, where its caret is, and exactly what was pasted if that is what changed it. */
  readonly onChange: (text: string, caret: number, pasted: string | null) => void;
  readonly onLineEnd: (end: LineEnd) => void;
  readonly check: PayloadCheck;
}

/** `textbox` "Payload": a plain text area; JSON is coloured by a copy that lies under it. */
export function PayloadEditor(props: PayloadEditorProps) {
  const { value, readOnly, onChange, onLineEnd, check } = props;
  const mirror = useRef<HTMLDivElement>(null);
  const pasted = useRef<string | null>(null);
  const { text } = value;
  const coloured = check.json && text.length <= MAX_COLOURED;
  return (
    <div className="pub-editor">
      {coloured ? (
        <div ref={mirror} aria-hidden className="pub-mirror">
          <Coloured text={text} />
        </div>
      ) : null}
      <textarea
        aria-label="Payload"
        data-payload-field
        aria-describedby="publish-payload-check"
        className={coloured ? 'pub-text pub-text-clear' : 'pub-text'}
        spellCheck={false}
        autoComplete="off"
        readOnly={readOnly}
        value={text}
        onPaste={({ clipboardData }) => {
          // The field itself would turn every line end into a line feed.
          pasted.current = clipboardData.getData('text/plain');
        }}
        onChange={({ target }) => {
          onChange(target.value, target.selectionEnd, pasted.current);
          pasted.current = null;
        }}
        onScroll={({ currentTarget }) => {
          if (mirror.current === null) return;
          const { scrollLeft, scrollTop } = currentTarget;
          mirror.current.style.transform = `translate(${-scrollLeft}px, ${-scrollTop}px)`;
        }}
      />
      <div className="pub-check">
        <LineEnds value={value} onChange={onLineEnd} />
        <span id="publish-payload-check">
          {check.tone === 'mut' ? null : (
            <Icon
              of={check.tone === 'ok' ? Check : TriangleAlert}
              size={12}
              className={`tone-${check.tone}`}
            />
          )}
          {check.words}
        </span>
      </div>
    </div>
  );
}

const LINE_ENDS: readonly (readonly [LineEnd, string])[] = [
  ['\n', 'LF'],
  ['\r\n', 'CRLF'],
  ['\r', 'CR'],
];

/** `combobox` "Line ends": those of the payload, which can be made all LF or all CRLF. */
function LineEnds({ value, onChange }: { value: LinedText; onChange: (end: LineEnd) => void }) {
  const id = useId();
  const end = lineEndOf(value);
  if (end === null) return null;
  return (
    <>
      <label htmlFor={id} className="visually-hidden">
        Line ends
      </label>
      <select
        id={id}
        className="pub-ends"
        title="Line ends"
        value={LINE_ENDS.find(([known]) => known === end)?.[1] ?? 'Mixed'}
        onChange={({ target }) => {
          const picked = LINE_ENDS.find(([, name]) => name === target.value);
          if (picked !== undefined) onChange(picked[0]);
        }}
      >
        {LINE_ENDS.map(([known, name]) =>
          known === '\r' && end !== '\r' ? null : <option key={name}>{name}</option>,
        )}
        {end === 'mixed' ? <option>Mixed</option> : null}
      </select>
    </>
  );
}

function Coloured({ text }: { readonly text: string }) {
  const pieces = useMemo(() => {
    const list: { readonly kind: string; readonly text: string }[] = [];
    let at = 0;
    for (const { start, end, kind } of tokenizeJson(text)) {
      if (start > at) list.push({ kind: 'space', text: text.slice(at, start) });
      list.push({ kind, text: text.slice(start, end) });
      at = end;
    }
    list.push({ kind: 'rest', text: text.slice(at) });
    return list;
  }, [text]);
  return pieces.map((piece, at) => (
    <span key={at} className={`json-${piece.kind}`}>
      {piece.text}
    </span>
  ));
}
