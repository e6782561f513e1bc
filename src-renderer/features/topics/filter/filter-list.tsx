import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import { TriangleAlert } from 'lucide-react';
import { Icon } from '../../../ui/base/icon.tsx';
import { Kbd } from '../../../ui/base/kbd.tsx';
import type { Suggestion } from './suggestions.ts';
import { countWords, type Counts } from './use-counts.ts';

export interface FilterListProps {
  readonly id: string;
  /** The box has the focus. */
  readonly open: boolean;
  readonly problems: readonly { readonly from: number; readonly reason: string }[];
  readonly list: readonly Suggestion[];
  readonly counts: Counts;
  readonly chosen: number;
  readonly onTake: (suggestion: Suggestion) => void;
}

/** Below the box while something is typed: what is wrong, and what may be meant. */
export function FilterList({ id, open, problems, list, counts, chosen, onTake }: FilterListProps) {
  const hasProblems = open && problems.length > 0;
  const hasList = open && list.length > 0;
  return (
    <div className="fb-drop" data-open={hasProblems || hasList ? '' : undefined}>
      <div role="status" aria-label="Filter problem" className="fb-problems" hidden={!hasProblems}>
        {hasProblems
          ? problems.map(({ from, reason }) => (
              <p key={from}>
                <Icon of={TriangleAlert} size={14} className="tone-err" />
                <span>{escapeUnsafe(reason)}</span>
              </p>
            ))
          : null}
        {hasProblems ? <p className="fb-stays">The last valid filter stays in force.</p> : null}
      </div>
      {hasList ? (
        <>
          <div role="listbox" id={`${id}-list`} aria-label="Filter suggestions" className="fb-list">
            <Group id={id} name="Fields" {...{ list, counts, chosen, onTake }} />
            <Group id={id} name="Members seen here" {...{ list, counts, chosen, onTake }} />
            <Group id={id} name="Levels seen here" {...{ list, counts, chosen, onTake }} />
            <Group id={id} name="Saved filters" {...{ list, counts, chosen, onTake }} />
          </div>
          <div aria-hidden className="fb-keys">
            <span>
              <Kbd keys="Tab" /> take
            </span>
            <span>
              <Kbd keys="↑" /> <Kbd keys="↓" /> choose
            </span>
            <span>
              <Kbd keys="F3" /> next match
            </span>
          </div>
        </>
      ) : null}
    </div>
  );
}

interface GroupProps {
  readonly id: string;
  readonly name: Suggestion['group'];
  readonly list: readonly Suggestion[];
  readonly counts: Counts;
  readonly chosen: number;
  readonly onTake: (suggestion: Suggestion) => void;
}

function Group({ id, name, list, counts, chosen, onTake }: GroupProps) {
  const own = [...list.entries()].filter(([, { group }]) => group === name);
  if (own.length === 0) return null;
  return (
    <div role="group" aria-label={name}>
      <h3 aria-hidden>{name}</h3>
      {own.map(([at, suggestion]) => (
        <div
          key={suggestion.shown ?? suggestion.insert}
          role="option"
          id={`${id}-${String(at)}`}
          aria-selected={at === chosen}
          className="fb-option"
          // The focus stays in the box.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onTake(suggestion)}
        >
          <span className="fb-insert">
            <mark>{escapeUnsafe((suggestion.shown ?? suggestion.insert).slice(0, suggestion.typed))}</mark>
            {escapeUnsafe((suggestion.shown ?? suggestion.insert).slice(suggestion.typed))}
          </span>
          <span className="fb-means cut">{escapeUnsafe(suggestion.means)}</span>
          <span className="fb-topics">{countWords(counts.get(suggestion.insert))}</span>
        </div>
      ))}
    </div>
  );
}
