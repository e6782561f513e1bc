import type { MessageSeries } from '../../../../src-main/contract/session/message-series.ts';
import { escapeUnsafe, shortened } from '../../../../src-main/core/payload/visible.ts';
import { formatBytes, formatCount, formatDuration, formatSpan } from '../../../ui/base/format.ts';

export function isOver({ state }: MessageSeries): boolean {
  return state.kind === 'done' || state.kind === 'stopped';
}

/** How far it is: `400 of 1,000 sent`. */
export function progressWords({ sent, total, file }: MessageSeries): string {
  if (total !== null) return `${formatCount(sent)} of ${formatCount(total)} sent`;
  if (file === null) return `${formatCount(sent)} sent`;
  return `${formatCount(sent)} sent, ${formatBytes(file.read)} of ${formatBytes(file.size)} read`;
}

/** 0 to 1; null: without an end. */
export function shareOf({ sent, total, file, state }: MessageSeries): number | null {
  if (total !== null) return total === 0 ? 1 : Math.min(1, sent / total);
  if (file === null) return null;
  // A small file is read at once: only the end of the series shows that it is done.
  return file.size === 0 || state.kind === 'done' ? 1 : file.read / file.size;
}

/** Where a series stands. */
export function stateWords(series: MessageSeries): string {
  const { state } = series;
  // A file may be called anything, and a topic be long.
  const title = shortened(escapeUnsafe(series.title));
  switch (state.kind) {
    case 'running': {
      const left = leftMs(series);
      return left === null ? `running, ${title}` : `${formatSpan(left)} left, ${title}`;
    }
    case 'paused':
      return `paused, ${title}`;
    case 'done':
      return `done, ${title}`;
    case 'stopped':
      return state.why === null ? `stopped, ${title}` : `stopped: ${state.why.message} ${state.why.advice}`;
  }
}

/** Under a second there is nothing to be said about it. */
function leftMs({ sent, total, rate }: MessageSeries): number | null {
  if (total === null || rate === 0) return null;
  const left = ((total - sent) * 1_000) / rate;
  return left < 1_000 ? null : left;
}

/** What a series reached: its name, the figure, and what stands beside it. */
export function factsOf(series: MessageSeries): readonly (readonly [string, string, string])[] {
  const { rate, wantedRate, acknowledged, inFlight, noSubscribers, errors, meanMs, worstMs } = series;
  return [
    ['Reached', perSecond(rate), wantedRate === null ? '' : `of ${perSecond(wantedRate)}`],
    ['Acknowledged', formatCount(acknowledged), inFlight === 0 ? '' : `${formatCount(inFlight)} in flight`],
    ['No subscribers', formatCount(noSubscribers), ''],
    ['Errors', formatCount(errors), ''],
    [
      'Acknowledged in',
      meanMs === null ? 'none yet' : formatDuration(meanMs),
      worstMs === null ? '' : `worst ${formatDuration(worstMs)}`,
    ],
  ];
}

function perSecond(rate: number): string {
  return `${rate >= 100 ? formatCount(Math.round(rate)) : rate.toPrecision(3)}/s`;
}

/** What the bars say, for those who cannot see them; null: there is too little to draw. */
export function timesWords({ recentMs }: MessageSeries): string | null {
  if (recentMs.length < 2) return null;
  const sorted = recentMs.toSorted((a, b) => a - b);
  const at = (share: number) => formatDuration(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return `Acknowledgement times of the last ${sorted.length} messages: median ${at(0.5)}, 95th percentile ${at(0.95)}, worst ${at(1)}`;
}
