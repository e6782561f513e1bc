import { useState, type KeyboardEvent } from 'react';
import { OctagonAlert, Pause, Play, Square } from 'lucide-react';
import { useStore } from 'zustand';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type { MessageSeries } from '../../../../src-main/contract/session/message-series.ts';
import type { Publishing } from '../../../state/publish/publish-drafts.ts';
import type { SeriesKind } from '../../../state/publish/series/series-form.ts';
import type { SeriesList } from '../../../state/publish/series/series-list.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Tabs, type TabItem } from '../../../ui/controls/tabs.tsx';
import { ConfirmDialog } from '../../../ui/feedback/confirm-dialog.tsx';
import { SeriesFields } from './series-fields.tsx';
import { isOver } from './series-labels.ts';
import { SeriesProgress } from './series-progress.tsx';
import { followSeries, useFollowed } from '../base/use-followed.ts';
import './series.css';

export interface SeriesPaneProps {
  readonly publishing: Publishing;
  /** Name of the production connection: a series asks once more. Null: it is none. */
  readonly production: string | null;
  readonly isOnline: boolean;
}

const TABS: readonly TabItem<SeriesKind>[] = [
  { id: 'series', label: 'Series' },
  { id: 'file', label: 'From a file' },
  { id: 'ramp', label: 'Ramp' },
];

/** `tablist` "Series": the message of the panel again and again, or a message a line of a file. */
export function SeriesPane(props: SeriesPaneProps) {
  const { publishing } = props;
  const list = useFollowed(publishing, followSeries);
  return list === null ? null : <Opened {...props} list={list} />;
}

function Opened({ publishing, production, isOnline, list }: SeriesPaneProps & { readonly list: SeriesList }) {
  const { kind, file } = useStore(publishing.seriesForm);
  const { series, starting } = useStore(list.store);
  const [problem, setProblem] = useState<Failure | null>(null);
  const [asking, setAsking] = useState(false);
  const running = series.find((one) => !isOver(one));
  const isReady = isOnline && !starting && running === undefined && (kind !== 'file' || file !== null);
  const start = async () => setProblem(await list.start(publishing.seriesForm.getState()));
  const begin = () => {
    if (!isReady) return;
    if (production === null) void start();
    else setAsking(true);
  };
  return (
    // Keys of all its fields come by here; nothing is pressed on it itself.
    <div role="presentation" className="series" onKeyDown={(event) => onKeyDown(event, begin)}>
      <Tabs<SeriesKind>
        label="Series"
        items={TABS}
        value={kind}
        onChange={(next) => publishing.seriesForm.setState({ kind: next })}
        focusPanel={false}
        end={<span className="tone-mut series-note">stops at a disconnect</span>}
      >
        <div className="series-fields">
          <SeriesFields form={publishing.seriesForm} />
          <Button icon={Play} aria-disabled={!isReady} onClick={begin}>
            Start series
          </Button>
        </div>
      </Tabs>
      {problem === null ? null : (
        <p role="alert" className="series-problem">
          {problem.message} {problem.advice}
        </p>
      )}
      <Shown list={list} series={running ?? series[0]} onProblem={setProblem} />
      {asking && production !== null ? (
        <ConfirmDialog
          title="Publish a series to production?"
          icon={OctagonAlert}
          action="Publish the series"
          onCancel={() => setAsking(false)}
          onConfirm={() => void start()}
        >
          {production} is marked as production. Every message of the series goes there.
        </ConfirmDialog>
      ) : null}
    </div>
  );
}

/** In its fields the key that publishes starts the series. */
function onKeyDown(event: KeyboardEvent, begin: () => void): void {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  event.stopPropagation();
  begin();
}

interface ShownProps {
  readonly list: SeriesList;
  readonly series: MessageSeries | undefined;
  readonly onProblem: (problem: Failure | null) => void;
}

function Shown({ list, series, onProblem }: ShownProps) {
  if (series === undefined) return null;
  const { id, state } = series;
  const act = (asked: Promise<Failure | null>) => void asked.then(onProblem);
  return (
    <SeriesProgress series={series}>
      {isOver(series) ? null : (
        <>
          {state.kind === 'paused' ? (
            <Button icon={Play} onClick={() => act(list.resume(id))}>
              Resume series
            </Button>
          ) : (
            <Button icon={Pause} onClick={() => act(list.pause(id))}>
              Pause series
            </Button>
          )}
          <Button icon={Square} onClick={() => act(list.stop(id))}>
            Stop series
          </Button>
        </>
      )}
    </SeriesProgress>
  );
}
