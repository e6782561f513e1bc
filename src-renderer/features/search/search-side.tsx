import { useLayoutEffect, useState } from 'react';
import { Search } from 'lucide-react';
import { shortened } from '../../../src-main/core/payload/visible.ts';
import { useStore } from 'zustand';
import type { ConnectionId, TopicKey } from '../../../src-main/contract/model/model.ts';
import type { AroundScope } from '../../../src-main/contract/session/search.ts';
import { previewWords } from '../../../src-main/core/payload/preview-notation.ts';
import {
  isChosen,
  type FoundMessage,
  type MessageRead,
  type MessageSearch,
} from '../../state/search/message-search.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Segmented } from '../../ui/controls/segmented.tsx';
import { Empty } from '../../ui/feedback/empty.tsx';
import { classes } from '../../ui/base/classes.ts';
import { valueCharsIn } from '../../ui/base/columns.ts';
import { formatBytes, formatClockMs, formatDay } from '../../ui/base/format.ts';
import { shownMessage } from './shown-message.ts';
import './search.css';

const SCOPES: readonly { readonly value: AroundScope; readonly label: string }[] = [
  { value: 'topic', label: 'This topic' },
  { value: 'siblings', label: 'Topics beside it' },
  { value: 'all', label: 'Everything' },
];
/** Shown on hover. */
const PREVIEW_CHARS = 100;

export interface SearchSideProps {
  readonly search: MessageSearch;
  readonly onShow: (connection: ConnectionId, key: TopicKey) => void;
}

/** The chosen message with what was searched for, and what happened around it. */
export function SearchSide({ search, onShow }: SearchSideProps) {
  const chosen = useStore(search.store, (state) => state.chosen);
  const read = useStore(search.store, (state) => state.read);
  const groups = useStore(search.store, (state) => state.groups);
  if (chosen === null) {
    return (
      <div role="region" aria-label="Found message" className="find-side">
        {groups.some(({ hits }) => hits.length > 0) ? (
          <Empty icon={Search} title="No message selected.">
            Select one in the list to see it whole, with the messages around it.
          </Empty>
        ) : null}
      </div>
    );
  }
  const { hit, connection } = chosen;
  return (
    <div role="region" aria-label="Found message" className="find-side">
      <header className="find-side-head">
        <h2 title={shortened(hit.topic)}>
          <bdi>{hit.topic}</bdi>
        </h2>
        <p className="tone-mut">
          {formatClockMs(hit.at)}, {formatDay(hit.at)}, {formatBytes(hit.size)}
          {hit.kept < hit.size ? `, kept ${formatBytes(hit.kept)}` : ''}
        </p>
        <Button variant="quiet" onClick={() => onShow(connection, hit.key)}>
          Show in the tree
        </Button>
      </header>
      <Message read={read} chosen={chosen} />
      <Around search={search} chosen={chosen} />
    </div>
  );
}

function Message({ read, chosen }: { readonly read: MessageRead; readonly chosen: FoundMessage }) {
  switch (read.kind) {
    case 'reading':
      return <div className="find-message" aria-busy="true" />;
    case 'gone':
      return <p className="find-note">This message was evicted since it was found; only the list has it.</p>;
    case 'problem':
      return <p className="find-note">{read.why}</p>;
    case 'message': {
      const { parts, cut } = shownMessage(read.bytes, chosen.hit);
      return (
        <div className="find-message" tabIndex={0} role="group" aria-label="Message">
          <pre>
            {parts.map(({ text, found }, at) =>
              // The parts of one text never change places.
              found ? <mark key={at}>{text}</mark> : <span key={at}>{text}</span>,
            )}
          </pre>
          {cut === null ? null : <p className="tone-mut">{cut}</p>}
        </div>
      );
    }
  }
}

function Around({ search, chosen }: { readonly search: MessageSearch; readonly chosen: FoundMessage }) {
  const around = useStore(search.store, (state) => state.around);
  const scope = useStore(search.store, (state) => state.scope);
  const [list, setList] = useState<HTMLElement | null>(null);
  const chars = useChars(list);
  return (
    <>
      <div className="find-around-head">
        <h3>Around it</h3>
        <Segmented
          label="Messages of"
          hideLabel
          value={scope}
          options={SCOPES}
          onChange={(next) => search.setScope(next)}
        />
      </div>
      {around?.length === 0 ? (
        <p className="find-note">What happened around it is no longer kept.</p>
      ) : (
        <ul ref={setList} aria-label="Messages around it" className="find-around">
          {(around ?? []).map(({ seq, at, key, topic, preview }) => {
            const isIt = isChosen(chosen, chosen.connection, key, seq);
            return (
              <li key={seq} className={classes(isIt && 'find-it')} aria-current={isIt ? 'true' : undefined}>
                <span className="tone-mut">{formatClockMs(at)}</span>
                <span className="cut-front" title={shortened(topic)}>
                  <bdi>{shortened(topic)}</bdi>
                </span>
                <span className="find-in cut" title={previewWords(preview, PREVIEW_CHARS)}>
                  <bdi>{previewWords(preview, chars)}</bdi>
                </span>
              </li>
            );
          })}
        </ul>
      )}
    </>
  );
}

/** The time, gaps and padding beside topic and value, px, and the value's share of the rest. */
const OTHERS_PX = 136;
const VALUE_SHARE = 0.6;

/** How many characters of a value fit beside its message, so that it is cut at a field and not within a number. */
function useChars(list: HTMLElement | null): number {
  const [chars, setChars] = useState(24);
  useLayoutEffect(() => {
    if (list === null) return;
    const measure = () => setChars(valueCharsIn((list.clientWidth - OTHERS_PX) * VALUE_SHARE));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(list);
    return () => observer.disconnect();
  }, [list]);
  return chars;
}
