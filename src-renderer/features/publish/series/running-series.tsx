import { useState } from 'react';
import { Repeat } from 'lucide-react';
import { useStore } from 'zustand';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type { MessageSeries } from '../../../../src-main/contract/session/message-series.ts';
import type { Publishing } from '../../../state/publish/publish-drafts.ts';
import type { SeriesList } from '../../../state/publish/series/series-list.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Icon } from '../../../ui/base/icon.tsx';
import { isOver, progressWords, stateWords } from './series-labels.ts';
import { followSeries, useFollowed } from '../base/use-followed.ts';
import './running-series.css';

/**
 * `group` "Running series": what the small panel, which has no room for the pane of series, says of one that
 * goes on, and the way to end it. Nothing where none does.
 */
export function RunningSeries({ publishing }: { readonly publishing: Publishing }) {
  const list = useFollowed(publishing, followSeries);
  return list === null ? null : <Running list={list} />;
}

function Running({ list }: { readonly list: SeriesList }) {
  const { series } = useStore(list.store);
  const running = series.find((one) => !isOver(one));
  const [seen, setSeen] = useState<string | null>(null);
  const [problem, setProblem] = useState<Failure | null>(null);
  if (running !== undefined && running.id !== seen) setSeen(running.id);
  const shown = running ?? series.find((one) => one.id === seen && isCutOff(one));
  if (shown === undefined) return null;
  const words = stateWords(shown);
  return (
    <div role="group" aria-label="Running series" className="pub-line pub-series">
      <Icon of={Repeat} size={14} />
      <b>{progressWords(shown)}</b>
      <span className={isOver(shown) ? 'tone-err cut' : 'tone-mut cut'} title={words}>
        {words}
      </span>
      {problem === null ? null : <span role="alert">{problem.message}</span>}
      {isOver(shown) ? null : (
        <Button variant="quiet" onClick={() => void list.stop(shown.id).then(setProblem)}>
          Stop series
        </Button>
      )}
    </div>
  );
}

/** It went on while it was looked at, and ended by itself before it was done. */
function isCutOff({ state }: MessageSeries): boolean {
  return state.kind === 'stopped' && state.why !== null;
}
