import { useStore } from 'zustand';
import type { ConnectionId } from '../../../src-main/contract/model/model.ts';
import type { MessageSearch } from '../../state/search/message-search.ts';
import { Button } from '../../ui/controls/button.tsx';
import { elsewhereWords, foundWords, limitWords, shareOf } from './search-labels.ts';

/** `status` and `progressbar` "Search progress": what was found, how far it is, and what was not looked at. */
export function SearchStatus({
  search,
  running,
  selected,
}: {
  readonly search: MessageSearch;
  readonly running: boolean;
  /** The connection on screen: what was found in another one says so. */
  readonly selected: ConnectionId;
}) {
  const groups = useStore(search.store, (state) => state.groups);
  const asked = useStore(search.store, (state) => state.asked);
  if (asked === null) return null;
  const { found, how } = foundWords(groups);
  const limits = limitWords(groups);
  const share = shareOf(groups);
  const elsewhere = elsewhereWords(groups, selected);
  return (
    <div className="find-status">
      <div className="find-progress">
        <p role="status" aria-label="Search progress">
          <b>{found}</b> <span className="tone-mut">{how}</span>
          {elsewhere === '' ? null : <span className="tone-warn"> {elsewhere}</span>}
        </p>
        {running ? (
          <Button variant="quiet" onClick={() => search.stop()}>
            Stop search
          </Button>
        ) : null}
      </div>
      <div
        role="progressbar"
        aria-label="Search progress"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
        className="find-bar"
        data-done={running ? undefined : ''}
      >
        <span style={{ width: `${(share * 100).toFixed(1)}%` }} />
      </div>
      {limits.length === 0 ? null : (
        <ul className="find-limits">
          {limits.map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
