import { useState } from 'react';
import { offsetText, readOffset } from '../../../../src-main/core/payload/hex-place.ts';
import { isEnter } from '../../../ui/base/pressed-key.ts';

interface GoToProps {
  /** Bytes there are. */
  readonly size: number;
  readonly onGo: (at: number) => void;
}

/** An offset, Enter: the dump goes there. */
export function GoTo({ size, onGo }: GoToProps) {
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
          if (!isEnter(event)) return;
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
