import { useId, type ReactNode } from 'react';
import { ChevronDown, ChevronUp } from 'lucide-react';
import { MAX_QUERY } from '../../../../src-main/contract/decoding/lines.ts';
import { IconButton } from '../../../ui/controls/button.tsx';
import type { Finding } from './use-find.ts';
import { isEnter } from '../../../ui/base/pressed-key.ts';

interface FindBarProps {
  readonly finding: Finding;
  /** Escape in the empty field. */
  readonly onLeave: () => void;
  /** At the right end. */
  readonly children?: ReactNode;
}

/** `searchbox` "Find in value" with the way from one place to the next. */
export function FindBar({ finding, onLeave, children }: FindBarProps) {
  const { query, words, count } = finding;
  const id = useId();
  return (
    <div className="val-bar">
      <input
        data-find=""
        type="search"
        className="input val-find"
        aria-label="Find in value"
        aria-describedby={id}
        placeholder="Find in value"
        maxLength={MAX_QUERY}
        autoComplete="off"
        spellCheck={false}
        value={query}
        onChange={({ target }) => finding.setQuery(target.value)}
        onKeyDown={(event) => {
          if (isEnter(event)) finding.go(event.shiftKey ? -1 : 1);
          else if (event.key === 'Escape' && query !== '') finding.setQuery('');
          else if (event.key === 'Escape') onLeave();
          else return;
          event.preventDefault();
        }}
      />
      <output id={id} className="val-count tone-mut">
        {words}
      </output>
      {query === '' ? null : (
        <>
          <IconButton
            small
            label="Previous match"
            icon={ChevronUp}
            aria-disabled={count === 0}
            onClick={() => finding.go(-1)}
          />
          <IconButton
            small
            label="Next match"
            icon={ChevronDown}
            aria-disabled={count === 0}
            onClick={() => finding.go(1)}
          />
        </>
      )}
      <span className="val-tools">{children}</span>
    </div>
  );
}
