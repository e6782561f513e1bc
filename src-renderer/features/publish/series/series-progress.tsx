import type { ReactNode } from 'react';
import type { MessageSeries } from '../../../../src-main/contract/session/message-series.ts';
import { formatCount, formatDuration } from '../../../ui/base/format.ts';
import { factsOf, progressWords, shareOf, stateWords, timesWords } from './series-labels.ts';

interface SeriesProgressProps {
  readonly series: MessageSeries;
  /** Its buttons. */
  readonly children: ReactNode;
}

/** `progressbar` "Series progress", what was reached, and what went wrong. */
export function SeriesProgress({ series, children }: SeriesProgressProps) {
  const { state, problems } = series;
  const share = shareOf(series);
  const isWrong = state.kind === 'stopped' && state.why !== null;
  return (
    <section aria-label="Series state" className="series-state">
      <div className="series-line">
        <b>{progressWords(series)}</b>
        <span className={isWrong ? 'tone-err cut' : 'tone-mut cut'} title={stateWords(series)}>
          {stateWords(series)}
        </span>
        {children}
      </div>
      <div
        role="progressbar"
        aria-label="Series progress"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={share === null ? undefined : Math.round(share * 100)}
        aria-valuetext={`${progressWords(series)}, ${stateWords(series)}`}
        className="series-bar"
        data-endless={share === null && state.kind === 'running' ? '' : undefined}
      >
        <i style={{ width: `${(share ?? 0) * 100}%` }} />
      </div>
      <dl className="series-facts">
        {factsOf(series).map(([name, value, beside]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {value} <small className="tone-mut">{beside}</small>
            </dd>
          </div>
        ))}
      </dl>
      <Times series={series} />
      {problems.length === 0 ? null : (
        <ul aria-label="Series problems" className="series-problems">
          {problems.toReversed().map(({ line, failure }, at) => (
            <li key={at}>
              {line === null ? null : <b>Line {formatCount(line)}: </b>}
              {failure.message}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const BAR = 4;
const HEIGHT = 40;

/** A bar a message: how long its acknowledgement took. */
function Times({ series }: { readonly series: MessageSeries }) {
  const words = timesWords(series);
  const { recentMs } = series;
  if (words === null) return null;
  const most = Math.max(...recentMs, 1);
  const bar = (ms: number, at: number) => {
    const height = Math.max(1, Math.round((ms / most) * HEIGHT));
    return `M${at * BAR} ${HEIGHT - height}h3v${height}h-3z`;
  };
  return (
    <figure className="series-times">
      <figcaption className="tone-mut">Acknowledged in, per message, up to {formatDuration(most)}</figcaption>
      <svg
        role="img"
        aria-label={words}
        viewBox={`0 0 ${recentMs.length * BAR} ${HEIGHT}`}
        width={recentMs.length * BAR}
        height={HEIGHT}
      >
        <path d={recentMs.map(bar).join('')} shapeRendering="crispEdges" />
      </svg>
    </figure>
  );
}
