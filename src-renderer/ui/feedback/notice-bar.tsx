import { useEffect, useState, type ReactNode } from 'react';
import { ChevronDown, ChevronUp } from 'lucide-react';
import { IconButton } from '../controls/button.tsx';
import './notice-bar.css';

/**
 * The place of notices, always there and one line high: what comes and goes in it moves nothing below.
 * It shows the first notice on one line; the rest of it, and further ones, unfold over what is below.
 */
export function NoticeBar({ children }: { readonly children: ReactNode }) {
  const [bar, setBar] = useState<HTMLElement | null>(null);
  const [open, setOpen] = useState(false);
  const hasMore = useHasMore(bar, open);
  useKeys(bar, setOpen);
  // Nothing is left to show beyond the line: the next notice begins folded.
  if (open && !hasMore) setOpen(false);
  return (
    <div ref={setBar} className="notices" data-open={open ? true : undefined}>
      <div className="notices-stack">{children}</div>
      {hasMore ? (
        <IconButton
          small
          className="notices-more"
          label={open ? 'Fold notices' : 'Show notices in full'}
          aria-expanded={open}
          icon={open ? ChevronUp : ChevronDown}
          onClick={() => setOpen(!open)}
        />
      ) : null}
    </div>
  );
}

/** Whoever walks into a further notice by keys sees it; Escape folds. */
function useKeys(bar: HTMLElement | null, setOpen: (open: boolean) => void): void {
  useEffect(() => {
    if (bar === null) return undefined;
    const onFocus = ({ target }: FocusEvent) => {
      const notice = target instanceof Element ? target.closest('.banner') : null;
      if (notice !== null && notice !== notices(bar)[0]) setOpen(true);
    };
    const onKey = ({ key }: KeyboardEvent) => {
      if (key === 'Escape') setOpen(false);
    };
    bar.addEventListener('focusin', onFocus);
    bar.addEventListener('keydown', onKey);
    return () => {
      bar.removeEventListener('focusin', onFocus);
      bar.removeEventListener('keydown', onKey);
    };
  }, [bar, setOpen]);
}

/** Whether there is more than the line shows: further notices, words that are cut, buttons that had no room. */
function useHasMore(bar: HTMLElement | null, open: boolean): boolean {
  const [more, setMore] = useState(false);
  useEffect(() => {
    if (bar === null) return undefined;
    const measure = () => setMore(open ? needsRoom(bar) : isCut(bar));
    measure();
    const sizes = new ResizeObserver(measure);
    sizes.observe(bar);
    const contents = new MutationObserver(measure);
    contents.observe(bar, { childList: true, subtree: true, characterData: true });
    return () => {
      sizes.disconnect();
      contents.disconnect();
    };
  }, [bar, open]);
  return more;
}

/** What only says that all is well gives way to any other; what can be done there does not. */
function notices(bar: HTMLElement): readonly Element[] {
  return [...bar.querySelectorAll('.banner')].filter(
    (notice, index) => index === 0 || !notice.matches('.banner-none:not(:has(.banner-actions))'),
  );
}

function isCut(bar: HTMLElement): boolean {
  const [first, ...others] = notices(bar);
  if (first === undefined) return false;
  const words = first.querySelector('.banner-words');
  const hidden = [...first.querySelectorAll('.banner-actions *')].some(
    (action) => action instanceof HTMLElement && action.offsetParent === null,
  );
  return others.length > 0 || hidden || (words !== null && words.scrollWidth > words.clientWidth);
}

function needsRoom(bar: HTMLElement): boolean {
  const [first, ...others] = notices(bar);
  return others.length > 0 || (first !== undefined && first.scrollHeight > bar.clientHeight);
}
