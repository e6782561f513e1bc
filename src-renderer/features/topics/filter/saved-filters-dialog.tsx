import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { Trash2 } from 'lucide-react';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type { SavedFilter } from '../../../../src-main/contract/model/filters.ts';
import { Button, IconButton } from '../../../ui/controls/button.tsx';
import { Dialog } from '../../../ui/feedback/dialog.tsx';
import { renamed, whyNotSaved, withSaved } from './saved-filters.ts';
import './saved-filters.css';

export interface SavedFiltersDialogProps {
  /** Of the profile; they are saved as they are changed. */
  readonly filters: readonly SavedFilter[];
  /** The filter that is set now; empty: none. */
  readonly current: string;
  readonly onSave: (filters: SavedFilter[]) => Promise<Failure | null>;
  readonly onUse: (text: string) => void;
  readonly onClose: () => void;
}

/** `dialog` "Saved filters": saves the one that is set, and names, uses or removes the others. */
export function SavedFiltersDialog({ filters, current, onSave, onUse, onClose }: SavedFiltersDialogProps) {
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const save = useSaving(filters, onSave, setProblem);
  const add = async (event: FormEvent) => {
    event.preventDefault();
    const isSaved = await save((now) => whyNotSaved(now, name, current) ?? withSaved(now, name, current));
    if (isSaved) setName('');
  };
  return (
    <Dialog open onClose={onClose} title="Saved filters" width="640px">
      <form className="saved-add" onSubmit={(event) => void add(event)}>
        {current === '' ? (
          <p className="tone-mut">Type a filter first to save it here.</p>
        ) : (
          <>
            <label>
              <span className="tone-mut">Name of the filter</span>
              <input
                type="text"
                className="input"
                maxLength={100}
                value={name}
                onChange={({ target }) => setName(target.value)}
              />
            </label>
            <code className="cut" title={escapeUnsafe(current)}>
              {escapeUnsafe(current)}
            </code>
            <Button type="submit" variant="primary">
              Save filter
            </Button>
          </>
        )}
      </form>
      {problem === null ? null : (
        <p role="alert" className="saved-problem tone-err">
          {problem}
        </p>
      )}
      {filters.length === 0 ? (
        <p className="saved-none tone-mut">No filter is saved with this profile yet.</p>
      ) : (
        <ul aria-label="Saved filters" className="saved-list">
          {filters.map((filter, at) => (
            // By its place: with a new name it is the same row, and keeps the focus.
            <SavedRow
              key={at}
              filter={filter}
              onRename={(from, to) => save((now) => renamed(now, from(), to))}
              onRemove={(which) => void save((now) => now.filter(({ name: one }) => one !== which()))}
              onUse={() => onUse(filter.text)}
            />
          ))}
        </ul>
      )}
    </Dialog>
  );
}

/** The filters with a change; a text: why it cannot be. */
type Change = (now: readonly SavedFilter[]) => SavedFilter[] | string;

/** Saves one change after the other, each on top of the one before. Answers whether it was saved. */
function useSaving(
  filters: readonly SavedFilter[],
  onSave: SavedFiltersDialogProps['onSave'],
  onProblem: (why: string | null) => void,
): (change: Change) => Promise<boolean> {
  const known = useRef(filters);
  const before = useRef<Promise<unknown>>(Promise.resolve());
  useEffect(() => {
    known.current = filters;
  }, [filters]);
  const save = async (change: Change) => {
    const next = change(known.current);
    if (typeof next === 'string') {
      onProblem(next);
      return false;
    }
    const failure = await onSave(next);
    if (failure === null) known.current = next;
    onProblem(failure === null ? null : `${failure.message} ${failure.advice}`);
    return failure === null;
  };
  return (change) => {
    const saved = before.current.then(() => save(change));
    before.current = saved.catch(() => undefined);
    return saved;
  };
}

interface SavedRowProps {
  readonly filter: SavedFilter;
  /** Whether it has that name now. `from` is its name by then: a change before this one may be under way. */
  readonly onRename: (from: () => string, to: string) => Promise<boolean>;
  readonly onRemove: (which: () => string) => void;
  readonly onUse: () => void;
}

function SavedRow({ filter, onRename, onRemove, onUse }: SavedRowProps) {
  const [name, setName] = useState(filter.name);
  const own = useRef(filter.name);
  useEffect(() => {
    own.current = filter.name;
    setName(filter.name);
  }, [filter.name]);
  const take = async () => {
    if (name === own.current) return;
    const isNamed = await onRename(() => own.current, name);
    if (isNamed) own.current = name.trim();
    else setName(own.current);
  };
  return (
    <li>
      <input
        type="text"
        className="input"
        aria-label={`Name of ${escapeUnsafe(filter.name)}`}
        maxLength={100}
        value={name}
        onChange={({ target }) => setName(target.value)}
        onBlur={() => void take()}
        onKeyDown={({ key }) => {
          if (key === 'Enter') void take();
        }}
      />
      <code className="cut" title={escapeUnsafe(filter.text)}>
        {escapeUnsafe(filter.text)}
      </code>
      <Button variant="quiet" aria-label={`Use ${escapeUnsafe(filter.name)}`} onClick={onUse}>
        Use
      </Button>
      <IconButton
        small
        label={`Remove ${filter.name}`}
        icon={Trash2}
        onClick={() => onRemove(() => own.current)}
      />
    </li>
  );
}
