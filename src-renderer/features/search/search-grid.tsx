import { escapeUnsafe, shortened } from '../../../src-main/core/payload/visible.ts';
import { memo, useCallback, useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useStore } from 'zustand';
import type { ConnectionId, TopicKey } from '../../../src-main/contract/model/model.ts';
import { topicText } from '../../../src-main/core/topics/names.ts';
import type { FoundMessage, MessageSearch, SearchGroup } from '../../state/search/message-search.ts';
import { classes } from '../../ui/base/classes.ts';
import { formatBytes, formatClockMs } from '../../ui/base/format.ts';
import { useMeasured } from '../../ui/base/scroller.ts';
import { groupWords } from './search-labels.ts';
import { LINE_PX, lineByKey, linesOf, scrollTo, shownLines } from './search-lines.ts';

const HEAD_PX = 28;

export interface SearchGridProps {
  readonly search: MessageSearch;
  readonly onShow: (connection: ConnectionId, key: TopicKey) => void;
}

/** `grid` "Search results": messages by connection. One tab stop; what the keys are at is chosen. */
export function SearchGrid({ search, onShow }: SearchGridProps) {
  const groups = useStore(search.store, (state) => state.groups);
  const chosen = useStore(search.store, (state) => state.chosen);
  const isUnused = useStore(search.store, (state) => state.asked === null);
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 400 });
  const measure = useCallback((box: HTMLDivElement) => {
    setView({ top: box.scrollTop, height: box.clientHeight - HEAD_PX });
  }, []);
  useMeasured(scroller, measure);
  const lines = linesOf(groups);
  const shown = shownLines(lines, chosen, view);
  const { first, last, at, stop } = shown;
  const focusing = useRef(false);
  useEffect(() => {
    if (!focusing.current) return;
    focusing.current = false;
    scroller.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true });
  });

  const goTo = (index: number) => {
    const line = lines[index];
    if (line?.kind !== 'hit') return;
    focusing.current = true;
    search.choose(line.found);
    const box = scroller.current;
    const top = box === null ? null : scrollTo(index, { top: box.scrollTop, height: view.height });
    if (box !== null && top !== null) box.scrollTop = top;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const index = lineByKey(event.key, lines, shown, view);
    if (index !== null) {
      event.preventDefault();
      goTo(index);
    } else if (event.key === 'Enter' && chosen !== null) {
      event.preventDefault();
      onShow(chosen.connection, chosen.hit.key);
    }
  };

  return (
    <div
      ref={scroller}
      role="grid"
      aria-label="Search results"
      aria-rowcount={lines.length + (isUnused ? 2 : 1)}
      aria-colcount={3}
      className="find"
      tabIndex={lines.some(({ kind }) => kind === 'hit') ? -1 : 0}
      onKeyDown={onKeyDown}
      onScroll={({ currentTarget }) => measure(currentTarget)}
    >
      <div role="row" aria-rowindex={1} className="find-row find-head">
        <div role="columnheader">Time</div>
        <div role="columnheader">Topic</div>
        <div role="columnheader">Found in</div>
      </div>
      {isUnused ? <HintRow /> : null}
      <div role="rowgroup" className="find-space" style={{ height: lines.length * LINE_PX }}>
        {lines.slice(first, last).map((line, offset) => {
          const index = first + offset;
          return line.kind === 'group' ? (
            <GroupRow key={line.group.connection} group={line.group} index={index} />
          ) : (
            <HitRow
              key={`${line.found.connection}/${String(line.found.hit.seq)}`}
              found={line.found}
              index={index}
              chosen={index === at}
              stop={index === stop}
              search={search}
              onShow={onShow}
            />
          );
        })}
      </div>
    </div>
  );
}

function HintRow() {
  return (
    <div role="row" aria-rowindex={2} className="find-row find-hint">
      <div role="gridcell" aria-colspan={3}>
        Finds text in the payloads of all kept messages. Type it above and press Enter.
      </div>
    </div>
  );
}

function GroupRow({ group, index }: { readonly group: SearchGroup; readonly index: number }) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className="find-row find-group"
      style={{ transform: `translateY(${index * LINE_PX}px)` }}
    >
      <div role="gridcell" aria-colspan={3}>
        <b>{escapeUnsafe(group.name)}</b> <span className="tone-mut">{groupWords(group)}</span>
      </div>
    </div>
  );
}

interface HitRowProps extends SearchGridProps {
  readonly found: FoundMessage;
  readonly index: number;
  readonly chosen: boolean;
  readonly stop: boolean;
}

const HitRow = memo(
  function HitRow({ found, index, chosen, stop, search, onShow }: HitRowProps) {
    const { hit, connection } = found;
    const { text, from, to } = hit.excerpt;
    return (
      <div
        role="row"
        aria-rowindex={index + 2}
        aria-selected={chosen}
        data-topic={topicText(hit.key) ?? hit.topic}
        data-sequence={hit.seq}
        tabIndex={stop ? 0 : -1}
        className={classes('find-row', 'find-hit', chosen && 'find-on')}
        style={{ transform: `translateY(${index * LINE_PX}px)` }}
        onClick={() => search.choose(found)}
        onDoubleClick={() => onShow(connection, hit.key)}
      >
        <div role="gridcell" className="tone-mut">
          {formatClockMs(hit.at)}
        </div>
        <div role="gridcell" className="cut-front" title={shortened(hit.topic)}>
          <bdi>{shortened(hit.topic)}</bdi>
        </div>
        <div role="gridcell" className="find-in">
          <bdi>{text.slice(0, from)}</bdi>
          <mark>{text.slice(from, to)}</mark>
          <bdi>{text.slice(to)}</bdi>
          {hit.kept < hit.size ? (
            <span className="tone-warn">
              {' '}
              kept {formatBytes(hit.kept)} of {formatBytes(hit.size)}
            </span>
          ) : null}
        </div>
      </div>
    );
  },
  (a, b) => a.found.hit === b.found.hit && a.index === b.index && a.chosen === b.chosen && a.stop === b.stop,
);
