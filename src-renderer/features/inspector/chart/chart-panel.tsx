import { useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { Download, Pin, Undo2 } from 'lucide-react';
import { useStore } from 'zustand';
import { fileStem } from '../../../../src-main/core/message/file-name.ts';
import type { Decoded } from '../../../../src-main/contract/decoding/decoded.ts';
import { MOST_SERIES, type SeriesField } from '../../../../src-main/contract/model/model.ts';
import { writePath } from '../../../../src-main/core/query/grammar/json-path.ts';
import { escapeUnsafe, shortened } from '../../../../src-main/core/payload/visible.ts';
import { saveFile } from '../../../state/browser/save-file.ts';
import { fieldOf, sameField, SPANS, type Charts, type ChartState } from '../../../state/chart/charts.ts';
import { stepOf, type DecodedReader } from '../../../state/decoding/decoded-reader.ts';
import {
  decodedNumbers,
  mostTelling,
  numbersOfBeginning,
  numericFields,
  type NumericField,
} from '../../../state/chart/numeric-fields.ts';
import { pointsCsv, type SeriesPoints } from '../../../state/chart/series-points.ts';
import type { InspectorState, Loaded } from '../../../state/inspector/inspector.ts';
import { formatBytes, formatCounted, plural } from '../../../ui/base/format.ts';
import { TreeSeparator } from '../../../ui/tree/separator.ts';
import { useNow } from '../../../ui/base/use-now.ts';
import { Button, IconButton } from '../../../ui/controls/button.tsx';
import { Checkbox, Select } from '../../../ui/controls/field.tsx';
import { MenuButton } from '../../../ui/controls/menu.tsx';
import { OutcomeNote, sayOutcome, useOutcome } from '../../../ui/feedback/outcome-note.tsx';
import { foreignOf } from '../payload/render-decoded.ts';
import { ChartPlot, type PlotHandle } from './chart-plot.tsx';
import { SeriesTable, ValuesTable } from './chart-tables.tsx';
import { chartSentence, seriesNames, sharedAxes } from './chart-labels.ts';
import { PinnedCharts } from './pinned-charts.tsx';
import { partBetween, RangeGroup } from './range-group.tsx';
import './chart.css';

interface ChartPanelProps {
  readonly charts: Charts;
  /** What the decoder makes of the payload where it is none of JSON. */
  readonly decoder: DecodedReader;
  readonly state: InspectorState;
  /** The topic has no message, or none any more; false while that is not known. */
  readonly isNone: boolean;
}

/** A part of the shown time, as shares of it; null: all of it. */
type Range = readonly [number, number];
const ALL: Range = [0, 1];

/** Numbers of one or several topics over time, live. */
export function ChartPanel({ charts, decoder, state, isNone }: ChartPanelProps) {
  const chart = useStore(charts.store);
  const { fields, series, spanMs, reading } = chart;
  const [range, setRange] = useState<Range>(ALL);
  const [cursor, setCursor] = useState<number | null>(null);
  const [table, setTable] = useState(false);
  const plot = useRef<PlotHandle>(null);
  useEffect(() => {
    charts.watch(true);
    return () => charts.watch(false);
  }, [charts]);
  const shown = useStore(decoder.store, (one) => one.shown);
  const offered = useOffered(charts, state, foreignOf(shown, state.key), isNone);
  const separator = useContext(TreeSeparator);
  const names = useMemo(() => seriesNames(fields, separator), [fields, separator]);
  const axes = useMemo(() => sharedAxes(fields, separator), [fields, separator]);
  const [start, end] = useTime(chart);
  const [from, to] = [start + range[0] * (end - start), start + range[1] * (end - start)];
  const time = useRef({ start, end });
  useEffect(() => {
    time.current = { start, end };
  }, [start, end]);
  const zoom = useCallback((a: number, b: number) => {
    const { start: first, end: last } = time.current;
    const share = (at: number) => (at - first) / (last - first);
    setRange(partBetween(share(a), share(b)));
  }, []);

  return (
    <div className="insp-chart">
      <ChartBar {...{ charts, chart, offered, names, plot }} />
      {fields.length === 0 ? (
        <p className="insp-note">{noNumberWords(state.loaded)}</p>
      ) : (
        <div className="insp-chart-grid">
          <div className="insp-chart-main">
            <ChartPlot
              ref={plot}
              {...{ axes, series, names, from, to }}
              sentence={chartSentence(names, series, from, to)}
              onRange={zoom}
              onCursor={setCursor}
            />
            <RangeGroup range={range} start={start} end={end} onChange={setRange} />
          </div>
          <div className="insp-chart-side">
            <SeriesTable
              {...{ fields, names, series, from, to, cursor }}
              onRemove={(field) => charts.remove(field)}
            />
            <p className="insp-note insp-chart-note">{noteWords(series, reading, spanMs)}</p>
            <div className="insp-chart-check">
              <Checkbox label="Show as table" checked={table} onChange={setTable} />
            </div>
            {table ? <ValuesTable {...{ names, series, from, to }} /> : null}
          </div>
        </div>
      )}
      <PinnedCharts charts={charts} pinned={chart.pinned} />
    </div>
  );
}

const isBeginning = ({ meta, bytes }: Loaded): boolean => bytes.length < meta.size;

/** Of a large message only the beginning is here. */
function numbersOf(loaded: Loaded): readonly NumericField[] {
  return isBeginning(loaded) ? numbersOfBeginning(loaded.bytes) : numericFields(loaded.bytes);
}

function noNumberWords(loaded: Loaded | null): string {
  if (loaded === null) return 'No message yet.';
  const where = isBeginning(loaded) ? `the first ${formatBytes(loaded.bytes.length)} of ` : '';
  return `There is no number in ${where}this message. Choose another topic, or a pinned chart.`;
}

/** What the selected topic has to show; while nobody chose anything one number of it is shown. */
function useOffered(
  charts: Charts,
  { key, loaded }: InspectorState,
  decoded: Decoded | null,
  isNone: boolean,
): readonly SeriesField[] {
  const found = useMemo(
    () => (decoded !== null ? decodedNumbers(decoded.nodes) : loaded === null ? [] : numbersOf(loaded)),
    [decoded, loaded],
  );
  const chain = decoded?.stages.map(stepOf);
  // Messages come and go; the fields in them mostly stay.
  const telling = mostTelling(found);
  const written = [key, JSON.stringify(chain), telling, ...found.map(({ path }) => writePath(path))].join(
    '\n',
  );
  const [kept, setKept] = useState<{ written: string; fields: readonly SeriesField[] }>({
    written: '',
    fields: [],
  });
  const fresh =
    kept.written === written
      ? kept
      : { written, fields: key === null ? [] : found.map(({ path }) => fieldOf(key, path, chain)) };
  if (fresh !== kept) setKept(fresh);
  const offered = fresh.fields;
  useEffect(() => {
    const first = offered[telling];
    // Until its message is there nobody knows what the topic has: what was shown stays so long.
    if (loaded !== null || isNone) charts.suggest(first === undefined ? [] : [first]);
  }, [charts, offered, telling, loaded, isNone]);
  return offered;
}

/** The time that the chart is of, ms since the epoch: it goes on while nothing comes. */
function useTime({ series, spanMs, now }: ChartState): readonly [number, number] {
  const ticking = useNow();
  const skew = useRef({ now, at: ticking });
  if (skew.current.now !== now) skew.current = { now, at: ticking };
  const end = now === 0 ? ticking : now + Math.max(0, ticking - skew.current.at);
  if (spanMs !== null) return [end - spanMs, end];
  const firsts = series.flatMap(({ points }) => points[0]?.at ?? []);
  const first = firsts.length === 0 ? end - 60_000 : Math.min(...firsts);
  return [Math.min(first, end - 1_000), end];
}

function noteWords(series: readonly SeriesPoints[], reading: boolean, spanMs: number | null): string {
  if (reading) return 'Reading older messages…';
  const step = Math.max(...series.map(({ stepMs }) => stepMs));
  const without = series.reduce((sum, one) => sum + one.without, 0);
  const parts = [
    spanMs === null ? 'All that is kept' : null,
    Number.isFinite(step) && step >= 1_000
      ? `each point the average of ${Math.round(step / 100) / 10} s`
      : null,
    without > 0 ? `${formatCounted(without, 'message')} without this number` : null,
    notKnownWords(series),
  ].filter((part) => part !== null);
  return parts.join(', ');
}

/** What was not read whole may have the number in its rest. */
function notKnownWords(series: readonly SeriesPoints[]): string | null {
  const count = series.reduce((sum, one) => sum + one.notKnown, 0);
  return count === 0
    ? null
    : `${formatCounted(count, 'message')} cut or too long to read: ${plural(count, 'its number is', 'their numbers are')} not known`;
}

/** An export has no place for the note. */
function exportedWords(as: string, series: readonly SeriesPoints[]): string {
  const notKnown = notKnownWords(series);
  return notKnown === null ? `Exported as ${as}` : `Exported as ${as}, without ${notKnown}`;
}

interface ChartBarProps {
  readonly charts: Charts;
  readonly chart: ChartState;
  readonly offered: readonly SeriesField[];
  readonly names: readonly string[];
  readonly plot: React.RefObject<PlotHandle | null>;
}

const FIELD = '';

function ChartBar({ charts, chart, offered, names, plot }: ChartBarProps) {
  const separator = useContext(TreeSeparator);
  const { fields, own, spanMs, series } = chart;
  const outcome = useOutcome();
  const left = offered.filter((field) => !fields.some((one) => sameField(one, field)));
  const save = async (form: 'png' | 'csv'): Promise<string> => {
    const stem = fileStem(names[0] ?? 'chart', new Date());
    if (form === 'csv') {
      saveFile(`${stem}.csv`, 'text/csv', [pointsCsv(names, series)]);
      return exportedWords('CSV', series);
    }
    const picture = await plot.current?.png();
    if (picture === null || picture === undefined) throw new Error('The picture could not be made.');
    saveFile(`${stem}.png`, 'image/png', [new Uint8Array(await picture.arrayBuffer())]);
    return exportedWords('PNG', series);
  };
  return (
    <div className="insp-chart-bar">
      <Select
        label="Time span"
        hideLabel
        value={String(spanMs)}
        options={SPANS.map(([label, ms]) => ({ value: String(ms), label }))}
        onChange={(value) => charts.setSpan(value === 'null' ? null : Number(value))}
      />
      {left.length === 0 || fields.length >= MOST_SERIES ? null : (
        <Select
          label="Add a field"
          hideLabel
          value={FIELD}
          options={[
            { value: FIELD, label: 'Add a field…' },
            ...left.map(({ path }) => ({
              value: writePath(path) || 'value',
              label: shortened(escapeUnsafe(writePath(path))) || 'value',
            })),
          ]}
          onChange={(value) => {
            const found = left.find(({ path }) => (writePath(path) || 'value') === value);
            if (found !== undefined) charts.add(found);
          }}
        />
      )}
      {own ? (
        <Button variant="quiet" icon={Undo2} onClick={() => charts.show(null)}>
          Selected topic
        </Button>
      ) : null}
      <OutcomeNote outcome={outcome} />
      <span className="insp-chart-tools">
        <IconButton
          small
          label="Pin this chart"
          icon={Pin}
          disabled={fields.length === 0}
          onClick={() => charts.pin(separator)}
        />
        <MenuButton
          small
          label="Export chart"
          icon={Download}
          items={[
            { id: 'png', label: 'Export as PNG', run: () => void sayOutcome(save('png'), outcome.say) },
            { id: 'csv', label: 'Export as CSV', run: () => void sayOutcome(save('csv'), outcome.say) },
          ]}
        />
      </span>
    </div>
  );
}
