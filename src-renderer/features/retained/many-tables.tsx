import { previewWords } from '../../../src-main/core/payload/preview-notation.ts';
import type { ScopedTopic, WaitingTopic } from '../../../src-main/contract/session/jobs.ts';
import type { ClearResult } from '../../../src-main/contract/session/outcomes.ts';
import { formatBytes, formatCount, formatDuration } from '../../ui/base/format.ts';
import { resultWords } from './retained-labels.ts';
import { ExcludedTable, TopicCell } from './topic-tables.tsx';

/** In place of what is not known yet. */
const NOT_YET = '';
/** Characters of a value that are shown. */
const VALUE_CHARS = 48;

interface ScopedTableProps {
  readonly topics: readonly ScopedTopic[];
  /** Topics beyond those that are shown. */
  readonly more: number;
  readonly left: readonly ScopedTopic[];
}

/** What would be cleared, and below it what would not, with the reason. */
export function ScopedTable({ topics, more, left }: ScopedTableProps) {
  return (
    <section className="clr-scroll" tabIndex={0} aria-label="Topics to clear">
      <table className="clr-table">
        <thead>
          <tr>
            <th scope="col">Topic</th>
            <th scope="col">Value</th>
            <th scope="col" className="num">
              Size
            </th>
          </tr>
        </thead>
        <tbody>
          {topics.map(({ key, topic, preview, size, returning }) => (
            <tr key={key}>
              <TopicCell topic={topic} />
              <td className="cut">
                <bdi className="mono">{previewWords(preview, VALUE_CHARS)}</bdi>
                {returning ? <span className="tone-warn"> · may come back</span> : null}
              </td>
              <td className="num">{formatBytes(size)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 ? <p className="clr-more">{formatCount(more)} more</p> : null}
      <ExcludedTable topics={left} />
    </section>
  );
}

/** `table` "Results by topic". */
export function ResultTable({
  results,
  waiting,
  more,
  total,
  empty,
}: {
  readonly results: readonly ClearResult[];
  readonly waiting: readonly WaitingTopic[];
  readonly more: number;
  /** Topics of all tabs: results come as they come, and move nothing below them. */
  readonly total: number;
  /** What is said where nothing is listed. */
  readonly empty: string;
}) {
  // The same for most of them: it is said once.
  const advice = [...new Set(results.map((one) => resultWords(one).advice))].filter((one) => one !== '');
  const minHeight = `min(46vh, calc(var(--row) * ${total + 1}))`;
  return (
    <section className="clr-scroll" tabIndex={0} aria-label="Results" style={{ minHeight }}>
      {advice.length === 0 ? null : <p className="clr-line tone-mut">{advice.join(' ')}</p>}
      <table className="clr-table clr-results" aria-label="Results by topic">
        <thead>
          <tr>
            <th scope="col">Topic</th>
            <th scope="col">Result</th>
            <th scope="col" className="num">
              Took
            </th>
          </tr>
        </thead>
        <tbody>
          {results.map((result) => {
            const said = resultWords(result);
            return (
              <tr key={result.key}>
                <TopicCell topic={result.topic} />
                <td className={said.tone === 'ok' ? undefined : `tone-${said.tone}`}>{said.words}</td>
                <td className="num">{result.took === undefined ? '' : formatDuration(result.took)}</td>
              </tr>
            );
          })}
          {waiting.map(({ key, topic, sent }) => (
            <tr key={key}>
              <TopicCell topic={topic} />
              <td className="tone-mut">{sent ? 'Sent, not checked yet' : 'Waiting'}</td>
              <td className="num">{NOT_YET}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 ? <p className="clr-more">{formatCount(more)} more</p> : null}
      {more <= 0 && results.length + waiting.length === 0 ? <p className="clr-more">{empty}</p> : null}
    </section>
  );
}
