import { memo, useId, useState } from 'react';
import type { Diagnostics } from '../../../../src-main/contract/session/diagnostics.ts';
import { gapLabelsOf, isSlow, labelsOf, type GapLabel } from './ping-labels.ts';
import { formatCounted, formatDuration, formatSpan, secondsUntil } from '../../../ui/base/format.ts';
import { useNow } from '../../../ui/base/use-now.ts';

const WIDTH = 504;
/** Where "now" is; the past is left of it, what comes right. */
const NOW_X = 360;
/** No higher than its words need: the figures below it are in sight in a window of 900 px. */
const TOP_Y = 7;
const BOTTOM_Y = 89;
const TIMES_Y = 86;
const BASE_Y = 72;
const BAR_HEIGHT = 44;
/** A figure below the line that would stand on the word `now` stands beside it. */
const BESIDE_NOW_X = NOW_X + 30;
/** Where the words beside the broker's end stand; our own end may lie at any distance behind it, so below them. */
const WORDS_Y = 47;
const BELOW_WORDS_Y = WORDS_Y + 5;
const PAST_MS = 5 * 60_000;
/** A chart of quick answers stays low: full height is at least this round trip, ms. */
const LEAST_SCALE_MS = 10;

type KeepAlive = Diagnostics['keepAlive'];
type Life = Diagnostics['life'];

/** Of a span of time in the past. */
const widthOf = (ms: number): number => (ms / PAST_MS) * NOW_X;

/** Pings of the last five minutes as bars by their round trip; right of now the next one and the deadline. */
export function KeepAliveChart({
  keepAlive,
  life,
  online,
}: {
  readonly keepAlive: KeepAlive;
  readonly life: Life;
  readonly online: boolean;
}) {
  const now = useNow();
  const id = useId();
  // The bars stand still in a group that moves: each second changes one attribute, not each bar.
  const [origin] = useState(now);
  const shown = keepAlive.recent.filter(({ at }) => now - at < PAST_MS);
  const worst = Math.max(LEAST_SCALE_MS, ...shown.map(({ rttMs }) => rttMs ?? 0));
  const median = keepAlive.medianRttMs ?? 0;
  const past = (at: number) => NOW_X - widthOf(now - at);
  const ahead = aheadScale(keepAlive, life, now);
  const gaps = life.gaps.filter(({ to }) => now - to < PAST_MS);
  const gapLabels = gapLabelsOf(gaps, past, NOW_X);
  return (
    <figure className="chart" aria-labelledby={id}>
      <svg
        viewBox={`0 ${TOP_Y} ${WIDTH} ${BOTTOM_Y - TOP_Y}`}
        aria-hidden
        preserveAspectRatio="xMidYMid meet"
      >
        <line x1={0} x2={WIDTH} y1={BASE_Y} y2={BASE_Y} className="chart-hair" />
        {gaps.map((gap) => (
          <Gap key={gap.from} gap={gap} past={past} />
        ))}
        <g transform={`translate(${past(origin).toFixed(2)} 0)`}>
          {shown.map(({ at, rttMs }) => (
            <PingBar key={at} x={widthOf(at - origin)} rttMs={rttMs} worst={worst} median={median} />
          ))}
        </g>
        {online && life.awaitingSince !== null ? (
          <Awaited x={past(life.awaitingSince)} ms={Math.max(0, now - life.awaitingSince)} />
        ) : null}
        <Labels shown={shown} past={past} median={median} gaps={gapLabels} />
        <line x1={NOW_X} x2={NOW_X} y1={24} y2={BASE_Y} className="chart-hair" />
        <text x={0} y={TIMES_Y}>
          −5 m
        </text>
        <text x={NOW_X} y={TIMES_Y} textAnchor="middle" className="chart-now">
          now
        </text>
        {online && ahead !== null ? (
          <Ahead keepAlive={keepAlive} life={life} now={now} scale={ahead} />
        ) : null}
      </svg>
      <figcaption id={id} className="visually-hidden">
        {caption(shown.length, keepAlive, gaps.length)}
      </figcaption>
    </figure>
  );
}

/** The computer slept, or its clock was set: nothing is known of that time, and nothing is drawn over it. */
function Gap({ gap, past }: { readonly gap: Life['gaps'][number]; readonly past: (at: number) => number }) {
  const from = Math.max(0, past(gap.from));
  const to = Math.max(from + 2, Math.min(NOW_X, past(gap.to)));
  return <rect x={from} y={24} width={to - from} height={BASE_Y - 22} className="chart-gap" />;
}

/** A ping whose answer is still to come. */
function Awaited({ x, ms }: { readonly x: number; readonly ms: number }) {
  const at = Math.max(0, x);
  return (
    <>
      <rect x={at} y={BASE_Y - 8} width={Math.max(2, NOW_X - at)} height={8} className="chart-awaited" />
      <text x={Math.min(NOW_X - 4, at)} y={BASE_Y - 14} textAnchor="end" className="chart-slow">
        waiting {formatSpan(ms)}
      </text>
    </>
  );
}

interface PingBarProps {
  readonly x: number;
  /** Null: not answered. */
  readonly rttMs: number | null;
  readonly worst: number;
  readonly median: number;
}

const PingBar = memo(function PingBar({ x, rttMs, worst, median }: PingBarProps) {
  if (rttMs === null) {
    return <line x1={x} x2={x} y1={BASE_Y - BAR_HEIGHT} y2={BASE_Y} className="chart-lost" />;
  }
  const height = Math.max(3, (rttMs / worst) * BAR_HEIGHT);
  return (
    <rect
      x={x - 2}
      y={BASE_Y - height}
      width={4}
      height={height}
      className={isSlow(rttMs, median) ? 'chart-slow' : 'chart-bar'}
    />
  );
});

interface LabelsProps {
  readonly shown: KeepAlive['recent'];
  readonly past: (at: number) => number;
  readonly median: number;
  readonly gaps: readonly GapLabel[];
}

/** Figures over the last ping and over the slow ones, where the words over the gaps leave room. */
function Labels({ shown, past, median, gaps }: LabelsProps) {
  const words = gaps.map(({ from, x, text }) => (
    <text key={`gap ${from}`} x={x} y={20} textAnchor="middle">
      {text}
    </text>
  ));
  const figures = labelsOf(shown, past, median, NOW_X, gaps).map(({ at, x, isLast, isSlow: slow, text }) => (
    <text
      key={at}
      x={x}
      y={isLast ? 64 : 20}
      textAnchor={isLast ? 'end' : 'middle'}
      className={slow ? 'chart-slow' : 'chart-now'}
    >
      {text}
    </text>
  ));
  return [...words, ...figures];
}

/** Pixels a ms right of now, so that the deadline fits; null when nothing is due. */
function aheadScale(
  { nextPingAt, brokerGivesUpAt }: KeepAlive,
  { weGiveUpAt }: Life,
  now: number,
): number | null {
  const last = Math.max(nextPingAt ?? 0, brokerGivesUpAt ?? 0, weGiveUpAt ?? 0);
  return last <= now ? null : (WIDTH - NOW_X - 76) / (last - now);
}

function Ahead({
  keepAlive,
  life,
  now,
  scale,
}: {
  readonly keepAlive: KeepAlive;
  readonly life: Life;
  readonly now: number;
  readonly scale: number;
}) {
  const { nextPingAt, brokerGivesUpAt } = keepAlive;
  const x = (at: number) => NOW_X + Math.max(0, at - now) * scale;
  return (
    <>
      {nextPingAt === null ? null : (
        <>
          <line x1={x(nextPingAt)} x2={x(nextPingAt)} y1={24} y2={BASE_Y} className="chart-next" />
          <text x={x(nextPingAt)} y={16} textAnchor="middle" className="chart-next-word">
            ping in {secondsUntil(nextPingAt, now)} s
          </text>
        </>
      )}
      {life.weGiveUpAt === null ? null : (
        <line
          x1={x(life.weGiveUpAt)}
          x2={x(life.weGiveUpAt)}
          y1={BELOW_WORDS_Y}
          y2={BASE_Y}
          className="chart-own-end"
        />
      )}
      {brokerGivesUpAt === null ? null : (
        <>
          <line x1={x(brokerGivesUpAt)} x2={x(brokerGivesUpAt)} y1={24} y2={BASE_Y} className="chart-lost" />
          <text x={x(brokerGivesUpAt) + 6} y={34} className="chart-end">
            broker
          </text>
          <text x={x(brokerGivesUpAt) + 6} y={WORDS_Y} className="chart-end">
            gives up
          </text>
          <text x={Math.max(x(brokerGivesUpAt), BESIDE_NOW_X)} y={TIMES_Y} textAnchor="middle">
            {secondsUntil(brokerGivesUpAt, now)} s
          </text>
        </>
      )}
    </>
  );
}

function caption(pings: number, keepAlive: KeepAlive, gaps: number): string {
  const { recent, medianRttMs, unanswered, intervalSeconds } = keepAlive;
  if (recent.length === 0) return 'No ping has been sent yet.';
  const usual = medianRttMs === null ? '' : `, usually answered in ${formatDuration(medianRttMs)}`;
  const limit = intervalSeconds * 1.5;
  const deadline =
    intervalSeconds === 0 ? '' : ` The broker gives up after ${limit} s without a packet from us.`;
  return `${formatCounted(pings, 'ping')} in the last five minutes${usual}; ${unanswered} unanswered.${deadline}${gaps === 0 ? '' : ` ${formatCounted(gaps, 'gap')} while this computer slept or its clock was set.`}`;
}
