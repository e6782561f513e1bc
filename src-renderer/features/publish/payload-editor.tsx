import { useMemo, useRef, type KeyboardEvent } from 'react';
import { Check, TriangleAlert } from 'lucide-react';
import { tokenizeJson } from '../../../src-main/core/payload/json.ts';
import { Icon } from '../../ui/base/icon.tsx';
import type { PayloadCheck } from './payload-check.ts';

/** A longer text is not coloured: each key press would cost more than a frame. */
const MAX_COLOURED = 20_000;

interface PayloadEditorProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly check: PayloadCheck;
}

/** `textbox` "Payload": a plain text area; JSON is coloured by a copy that lies under it. */
export function PayloadEditor({ value, onChange, onKeyDown, check }: PayloadEditorProps) {
  const mirror = useRef<HTMLDivElement>(null);
  const coloured = check.json && value.length <= MAX_COLOURED;
  return (
    <div className="pub-editor">
      {coloured ? (
        <div ref={mirror} aria-hidden className="pub-mirror">
          <Coloured text={value} />
        </div>
      ) : null}
      <textarea
        aria-label="Payload"
        aria-describedby="publish-payload-check"
        className={coloured ? 'pub-text pub-text-clear' : 'pub-text'}
        spellCheck={false}
        autoComplete="off"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
        onScroll={({ currentTarget }) => {
          if (mirror.current === null) return;
          const { scrollLeft, scrollTop } = currentTarget;
          mirror.current.style.transform = `translate(${-scrollLeft}px, ${-scrollTop}px)`;
        }}
      />
      <span id="publish-payload-check" className="pub-check">
        {check.tone === 'mut' ? null : (
          <Icon of={check.tone === 'ok' ? Check : TriangleAlert} size={12} className={`tone-${check.tone}`} />
        )}
        {check.words}
      </span>
    </div>
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
