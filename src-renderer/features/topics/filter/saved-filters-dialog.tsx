import { escapeUnsafe, shortened } from '../../../../src-main/core/payload/visible.ts';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type { MarkColour, SavedFilter } from '../../../../src-main/contract/model/filters.ts';
import { ColourMark, MARK_WORDS } from '../../../ui/base/colour-mark.tsx';
import { Button, IconButton } from '../../../ui/controls/button.tsx';
import { Dialog } from '../../../ui/feedback/dialog.tsx';
import { busyWords, coloured, moved, renamed, whyNotSaved, withSaved } from './saved-filters.ts';
import './saved-filters.css';
import { isEnter } from '../../../ui/base/pressed-key.ts';

export interface SavedFiltersDialogProps {
  /** Of the profile; they are saved as they are changed. */
  readonly filters: readonly SavedFilter[];
  /** The filter that is set now; empty: none. */
  readonly current: string;
  /** Of those that colour rows, by name: messages a second that meet it, where more do than are looked at. */
  readonly busy: ReadonlyMap<string, number>;
  readonly onSave: (filters: SavedFilter[]) => Promise<Failure | null>;
  readonly onUse: (text: string) => void;
  readonly onClose: () => void;
}

/** `dialog` "Saved filters": saves the one that is set, and names, colours, orders, uses or removes the others. */
export function SavedFiltersDialog(props: SavedFiltersDialogProps) {
  const { filters, current, busy, onSave, onUse, onClose } = props;
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const list = useRef<HTMLUListElement>(null);
  const save = useSaving(filters, onSave, setProblem);
  const add = async (event: FormEvent) => {
    event.preventDefault();
    const isSaved = await save((now) => whyNotSaved(now, name, current) ?? withSaved(now, name, current));
    if (isSaved) setName('');
  };
  const move = async (which: () => string, at: number, by: -1 | 1) => {
    if (await save((now) => moved(now, which(), by))) focusMove(list.current?.children[at + by], by);
  };
  return (
    <Dialog open onClose={onClose} title="Saved filters" width="760px">
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
            <code className="cut" title={shortened(escapeUnsafe(current))}>
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
          {escapeUnsafe(problem)}
        </p>
      )}
      {filters.length === 0 ? (
        <p className="saved-none tone-mut">No filter is saved with this profile yet.</p>
      ) : (
        <ul ref={list} aria-label="Saved filters" className="saved-list">
          {filters.map((filter, at) => (
            // By its place: with a new name it is the same row, and keeps the focus.
            <SavedRow
              key={at}
              filter={filter}
              first={at === 0}
              last={at === filters.length - 1}
              onRename={(from, to) => save((now) => renamed(now, from(), to))}
              onColour={(which, colour) => void save((now) => coloured(now, which(), colour))}
              onMove={(which, by) => void move(which, at, by)}
              onRemove={(which) => void save((now) => now.filter(({ name: one }) => one !== which()))}
              onUse={() => onUse(filter.text)}
            />
          ))}
        </ul>
      )}
      {filters.length === 0 ? null : <About busy={busy} />}
    </Dialog>
  );
}

/** The focus goes along with a filter that was moved; at an end of the list to the other way. */
function focusMove(row: Element | undefined, by: -1 | 1): void {
  requestAnimationFrame(() => {
    const buttons = [by, -by].map((way) =>
      row?.querySelector<HTMLButtonElement>(`[data-move="${String(way)}"]`),
    );
    buttons.find((button) => button?.disabled === false)?.focus();
  });
}

/** What colours do, and which of them cannot follow what comes. */
function About({ busy }: { readonly busy: ReadonlyMap<string, number> }) {
  return (
    <div className="saved-about tone-mut">
      <p>
        A filter with a colour marks the rows it matches with that and with its name. Where several match, the
        uppermost counts.
      </p>
      <p role="status">
        {[...busy].map(([name, perSecond]) => `${escapeUnsafe(name)}: ${busyWords(perSecond)}.`).join(' ')}
      </p>
    </div>
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

const COLOURS = Object.keys(MARK_WORDS) as MarkColour[];

interface SavedRowProps {
  readonly filter: SavedFilter;
  readonly first: boolean;
  readonly last: boolean;
  /** Whether it has that name now. `from` is its name by then: a change before this one may be under way. */
  readonly onRename: (from: () => string, to: string) => Promise<boolean>;
  readonly onColour: (which: () => string, colour: MarkColour | null) => void;
  readonly onMove: (which: () => string, by: -1 | 1) => void;
  readonly onRemove: (which: () => string) => void;
  readonly onUse: () => void;
}

function SavedRow(props: SavedRowProps) {
  const { filter, first, last, onRename, onColour, onMove, onRemove, onUse } = props;
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
      <span className="saved-colour">
        {filter.colour === undefined ? null : <ColourMark colour={filter.colour} />}
        <select
          className="input input-select"
          aria-label={`Colour of ${escapeUnsafe(filter.name)}`}
          value={filter.colour ?? 'none'}
          onChange={({ target }) =>
            onColour(() => own.current, COLOURS.find((colour) => colour === target.value) ?? null)
          }
        >
          <option value="none">No colour</option>
          {COLOURS.map((colour) => (
            <option key={colour} value={colour}>
              {MARK_WORDS[colour]}
            </option>
          ))}
        </select>
      </span>
      <input
        type="text"
        className="input"
        aria-label={`Name of ${escapeUnsafe(filter.name)}`}
        maxLength={100}
        value={name}
        onChange={({ target }) => setName(target.value)}
        onBlur={() => void take()}
        onKeyDown={(event) => {
          if (isEnter(event)) void take();
        }}
      />
      <code className="cut" title={shortened(escapeUnsafe(filter.text))}>
        {escapeUnsafe(filter.text)}
      </code>
      <Button variant="quiet" aria-label={`Use ${escapeUnsafe(filter.name)}`} onClick={onUse}>
        Use
      </Button>
      <IconButton
        small
        label={`Move ${filter.name} up`}
        icon={ArrowUp}
        data-move={-1}
        disabled={first}
        onClick={() => onMove(() => own.current, -1)}
      />
      <IconButton
        small
        label={`Move ${filter.name} down`}
        icon={ArrowDown}
        data-move={1}
        disabled={last}
        onClick={() => onMove(() => own.current, 1)}
      />
      <IconButton
        small
        label={`Remove ${filter.name}`}
        icon={Trash2}
        onClick={() => onRemove(() => own.current)}
      />
    </li>
  );
}
