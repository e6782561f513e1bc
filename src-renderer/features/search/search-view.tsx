import type { FormEvent } from 'react';
import { Search } from 'lucide-react';
import { useStore } from 'zustand';
import type { ConnectionId, TopicKey } from '../../../src-main/contract/model/model.ts';
import type { SearchAs } from '../../../src-main/contract/session/search.ts';
import {
  isRunning,
  type MessageSearch,
  type Searchable,
  type SearchWhere,
} from '../../state/search/message-search.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Checkbox } from '../../ui/controls/field.tsx';
import { Segmented } from '../../ui/controls/segmented.tsx';
import { Icon } from '../../ui/base/icon.tsx';
import { SearchGrid } from './search-grid.tsx';
import { SearchStatus } from './search-status.tsx';
import './search.css';

const AS: readonly { readonly value: SearchAs; readonly label: string; readonly short?: string }[] = [
  { value: 'text', label: 'Text' },
  { value: 'regex', label: 'Regular expression', short: 'Regex' },
  { value: 'hex', label: 'Bytes in hex', short: 'Hex' },
];
const WHERE: readonly { readonly value: SearchWhere; readonly label: string }[] = [
  { value: 'this', label: 'This connection' },
  { value: 'all', label: 'All connections' },
];
const HINTS: Readonly<Record<SearchAs, string>> = {
  text: 'Search in messages',
  regex: 'Such as E [0-9]{4}',
  hex: 'Such as 63 6f 64',
};

export interface SearchViewProps {
  readonly search: MessageSearch;
  readonly session: ConnectionSession;
  /** All open connections, for where all are meant. */
  readonly connections: () => readonly Searchable[];
  /** Goes to the tree, with this topic selected. */
  readonly onShow: (connection: ConnectionId, key: TopicKey) => void;
}

/** Finds messages by their payload, in all that is kept. */
export function SearchView({ search, session, connections, onShow }: SearchViewProps) {
  const { text, as, where, onlyFiltered } = useStore(search.store);
  const running = useStore(search.store, isRunning);
  const filter = useStore(session.store, (state) => state.filter);
  const start = (event: FormEvent) => {
    event.preventDefault();
    const meant = connections().filter(({ id }) => where === 'all' || id === session.connectionId);
    void search.start(meant, filter);
  };
  return (
    <>
      <form className="find-tools" onSubmit={start}>
        <div className="find-line">
          <span className="find-field">
            <Icon of={Search} size={14} />
            <input
              type="search"
              className="input"
              data-first=""
              aria-label="Search in messages"
              placeholder={HINTS[as]}
              spellCheck={false}
              autoComplete="off"
              maxLength={10_000}
              value={text}
              onChange={({ target }) => search.edit({ text: target.value })}
            />
          </span>
          <Segmented
            label="Search as"
            hideLabel
            value={as}
            options={AS}
            onChange={(next) => search.edit({ as: next })}
          />
          <Button type="submit" variant="primary" disabled={text === ''}>
            Search
          </Button>
        </div>
        <div className="find-line">
          <Segmented
            label="Search where"
            hideLabel
            value={where}
            options={WHERE}
            onChange={(next) => search.edit({ where: next })}
          />
          <Checkbox
            label="Only filtered topics"
            checked={onlyFiltered}
            onChange={(next) => search.edit({ onlyFiltered: next })}
          />
        </div>
      </form>
      <SearchStatus search={search} running={running} selected={session.connectionId} />
      <SearchGrid search={search} onShow={onShow} />
    </>
  );
}
