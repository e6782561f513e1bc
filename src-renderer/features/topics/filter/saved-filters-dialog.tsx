import { useState, type FormEvent } from 'react';
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
  const save = async (next: SavedFilter[]): Promise<boolean> => {
    const failure = await onSave(next);
    setProblem(failure === null ? null : `${failure.message} ${failure.advice}`);
    return failure === null;
  };
  const add = async (event: FormEvent) => {
    event.preventDefault();
    const why = whyNotSaved(filters, name, current);
    if (why !== null) return setProblem(why);
    if (await save(withSaved(filters, name, current))) setName('');
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
            <code className="cut" title={current}>
              {current}
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
            <SavedRow
              key={filter.name}
              filter={filter}
              onRename={async (to) => {
                const next = renamed(filters, at, to);
                if (typeof next !== 'string') return save(next);
                setProblem(next);
                return false;
              }}
              onRemove={() => void save(filters.toSpliced(at, 1))}
              onUse={() => onUse(filter.text)}
            />
          ))}
        </ul>
      )}
    </Dialog>
  );
}

interface SavedRowProps {
  readonly filter: SavedFilter;
  /** Whether it has that name now. */
  readonly onRename: (to: string) => Promise<boolean>;
  readonly onRemove: () => void;
  readonly onUse: () => void;
}

function SavedRow({ filter, onRename, onRemove, onUse }: SavedRowProps) {
  const [name, setName] = useState(filter.name);
  const take = async () => {
    if (name !== filter.name && !(await onRename(name))) setName(filter.name);
  };
  return (
    <li>
      <input
        type="text"
        className="input"
        aria-label={`Name of ${filter.name}`}
        maxLength={100}
        value={name}
        onChange={({ target }) => setName(target.value)}
        onBlur={() => void take()}
        onKeyDown={({ key }) => {
          if (key === 'Enter') void take();
        }}
      />
      <code className="cut" title={filter.text}>
        {filter.text}
      </code>
      <Button variant="quiet" aria-label={`Use ${filter.name}`} onClick={onUse}>
        Use
      </Button>
      <IconButton small label={`Remove ${filter.name}`} icon={Trash2} onClick={onRemove} />
    </li>
  );
}
