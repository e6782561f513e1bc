import {
  useEffect,
  useEffectEvent,
  useId,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
} from 'react';
import type { LucideIcon } from 'lucide-react';
import { escapeUnsafe, shortened } from '../../../src-main/core/payload/visible.ts';
import { classes } from '../../ui/base/classes.ts';
import { Icon } from '../../ui/base/icon.tsx';
import { Kbd, keysText } from '../../ui/base/kbd.tsx';
import { Dialog } from '../../ui/feedback/dialog.tsx';
import { onTyped, takeTyped } from './typed-ahead.ts';
import './palette.css';

/** Options that a page key moves by. */
const PAGE = 8;

export interface PickerOption {
  /** Unique among the options. */
  readonly id: string;
  /** Options of one group stand together below its name; null: below none. */
  readonly group: string | null;
  /** It cannot be picked now. */
  readonly off?: boolean;
  /** Its name where that differs from what is drawn; also shown on hover. */
  readonly name?: string;
  readonly drawn: ReactNode;
}

export interface PickerProps {
  /** Accessible names: of the dialog, its field and its list. */
  readonly title: string;
  readonly field: string;
  readonly list: string;
  readonly icon: LucideIcon;
  readonly placeholder: string;
  readonly query: string;
  readonly onQuery: (query: string) => void;
  readonly options: readonly PickerOption[];
  readonly onPick: (index: number) => void;
  /** The options are still those of another query: Enter waits for those of this one, which it means. */
  readonly stale?: boolean;
  /** What is said below the list; null: there is nothing to say. */
  readonly status: string | null;
  /** Keys that lead elsewhere from here, and what to. */
  readonly elsewhere: readonly [keys: string, words: string];
  readonly onClose: () => void;
}

/** What is typed into a picker, with what was typed before its field was there. */
export function useQuery(): [string, (query: string) => void] {
  const [query, setQuery] = useState('');
  // Not while drawing: what is drawn may be thrown away, and what was typed with it.
  useEffect(() => {
    const text = takeTyped();
    setQuery((before) => before + text);
    return onTyped((more) => setQuery((before) => before + more));
  }, []);
  return [query, setQuery];
}

/** A dialog in which one of many is picked by typing: the field keeps the focus, keys move through the list. */
export function Picker(props: PickerProps) {
  const { title, field, icon, placeholder, query, options, stale = false, status, elsewhere } = props;
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const active = Math.min(at, options.length - 1);
  const wait = useWaiting(stale, () => {
    if (active >= 0) props.onPick(active);
  });
  const move = (to: number) => {
    wait(false);
    const next = (to + options.length) % Math.max(1, options.length);
    setAt(next);
    list.current?.querySelector(`[data-index="${next}"]`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter and arrows are those of the characters that are being put together.
    if (event.nativeEvent.isComposing) return;
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: Math.min(options.length - 1, active + PAGE),
      PageUp: Math.max(0, active - PAGE),
    };
    const to = steps[event.key];
    if (to === undefined && event.key !== 'Enter') return;
    event.preventDefault();
    if (to !== undefined) move(to);
    else wait(true);
  };
  return (
    <Dialog open bare title={title} width="680px" onClose={props.onClose} initialFocus={input}>
      <div className="palette-head">
        <Icon of={icon} className="tone-mut" />
        <input
          ref={input}
          className="palette-input"
          role="combobox"
          aria-label={field}
          aria-expanded={options.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={active < 0 ? undefined : `${id}-${active}`}
          placeholder={placeholder}
          value={query}
          autoComplete="off"
          spellCheck={false}
          onChange={({ target }) => {
            wait(false);
            props.onQuery(target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
        <Kbd keys="Escape" framed />
      </div>
      <div ref={list} id={`${id}-list`} role="listbox" aria-label={props.list} className="palette-list">
        <Options id={id} options={options} active={active} onPoint={setAt} onPick={props.onPick} />
      </div>
      {status === null ? null : (
        <p role="status" className="palette-nothing">
          {status}
        </p>
      )}
      <div className="palette-foot" aria-hidden>
        <span>
          <kbd>{keysText('ArrowUp')}</kbd> <kbd>{keysText('ArrowDown')}</kbd> choose
        </span>
        <span>
          <kbd>{keysText('Enter')}</kbd> go
        </span>
        <span className="palette-foot-end">
          <kbd>{keysText(elsewhere[0])}</kbd> {elsewhere[1]}
        </span>
      </div>
    </Dialog>
  );
}

/** Does something as soon as nothing is stale, once that is waited for: typing goes on before the answers come. */
function useWaiting(stale: boolean, act: () => void): (isWaiting: boolean) => void {
  const [isWaiting, setWaiting] = useState(false);
  const done = useEffectEvent(() => {
    setWaiting(false);
    act();
  });
  useEffect(() => {
    if (isWaiting && !stale) done();
  }, [isWaiting, stale]);
  return setWaiting;
}

function nameOf({ name }: PickerOption): string | undefined {
  return name === undefined ? undefined : shortened(name);
}

interface OptionsProps extends Pick<PickerProps, 'options' | 'onPick'> {
  readonly id: string;
  readonly active: number;
  readonly onPoint: (index: number) => void;
}

function Options({ id, options, active, onPoint, onPick }: OptionsProps) {
  return grouped(options).map(([group, members]) => {
    const drawn = members.map(({ option, index }) => (
      <div
        key={option.id}
        id={`${id}-${index}`}
        role="option"
        aria-label={nameOf(option)}
        aria-selected={index === active}
        aria-disabled={option.off === true ? true : undefined}
        data-index={index}
        className={classes('palette-option', option.off === true && 'palette-off')}
        title={nameOf(option)}
        onMouseMove={() => onPoint(index)}
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => onPick(index)}
      >
        {option.drawn}
      </div>
    ));
    if (group === null) return drawn;
    return (
      <div key={group} role="group" aria-labelledby={`${id}-${group}`}>
        <div id={`${id}-${group}`} className="palette-group">
          {group}
        </div>
        {drawn}
      </div>
    );
  });
}

interface Placed {
  readonly option: PickerOption;
  readonly index: number;
}

function grouped(options: readonly PickerOption[]): readonly (readonly [string | null, readonly Placed[]])[] {
  const groups = new Map<string | null, Placed[]>();
  options.forEach((option, index) => {
    const members = groups.get(option.group);
    if (members === undefined) groups.set(option.group, [{ option, index }]);
    else members.push({ option, index });
  });
  return [...groups];
}

/** Pieces of a text, every second one of them a hit. */
export function Marked({ pieces }: { readonly pieces: readonly string[] }) {
  return pieces.map((piece, part) => {
    const shown = escapeUnsafe(piece);
    return part % 2 === 1 ? <mark key={part}>{shown}</mark> : shown;
  });
}
