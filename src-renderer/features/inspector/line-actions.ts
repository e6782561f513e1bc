import { Braces, ChartLine, Copy, Eye, EyeOff, Filter, Route } from 'lucide-react';
import type { StoreApi } from 'zustand/vanilla';
import type { DecoderChain } from '../../../src-main/contract/model/decoder-rule.ts';
import { MOST_SERIES, type TopicKey } from '../../../src-main/contract/model/model.ts';
import { fieldTerm } from '../../../src-main/core/query/grammar/field-term.ts';
import { copied } from '../../state/browser/copy-text.ts';
import { fieldOf, type Charts } from '../../state/chart/charts.ts';
import type { ShownTab } from '../../state/inspector/inspector-tab.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import type { WatchList } from '../../state/watch/watch-list.ts';
import { watching, whyNotKept } from '../../state/watch/watching.ts';
import type { MenuAction } from '../../ui/controls/menu.tsx';
import { sayOutcome, type ShownOutcome } from '../../ui/feedback/outcome-note.tsx';
import type { LineFact } from './base/line-fact.ts';

export interface LineActionPorts {
  /** The topic whose value it is. */
  readonly key: TopicKey;
  /** The value is none of JSON as it was sent, but was decoded so. */
  readonly chain: DecoderChain | null;
  /** A person tries a decoder: elsewhere it is decoded as it always is. */
  readonly isChosen: boolean;
  readonly session: Pick<ConnectionSession, 'setFilter'>;
  readonly watch: Pick<WatchList, 'store' | 'isWatched' | 'toggle'>;
  readonly charts: Pick<Charts, 'store' | 'add' | 'show'>;
  readonly tab: Pick<StoreApi<ShownTab>, 'setState'>;
  readonly say: ShownOutcome['say'];
}

const DECODED = 'it is decoded, not JSON';
const CHOSEN = 'use this decoder always first';

/** What can be done with what stands on a line of a value; the first ones are buttons on it. */
export function lineActions(fact: LineFact, ports: LineActionPorts): readonly MenuAction[] {
  const { chain, session, say } = ports;
  const copy = (text: string, done: string) => void sayOutcome(copied(text, done), say);
  const filter = fieldTerm(fact.path, fact.isScalar ? fact.value : null);
  return [
    { id: 'copy-value', label: 'Copy value', icon: Copy, run: () => copy(fact.value, 'Value copied') },
    {
      id: 'copy-path',
      label: 'Copy path',
      icon: Route,
      off: fact.pathText === '' ? 'it is the whole document' : null,
      run: () => copy(fact.pathText, 'Path copied'),
    },
    watchAction(fact, ports),
    chartAction(fact, ports),
    { id: 'copy-json', label: 'Copy as JSON', icon: Braces, run: () => copy(fact.json, 'Copied as JSON') },
    {
      id: 'filter-like',
      label: 'Filter like this',
      icon: Filter,
      off: chain !== null ? DECODED : filter === null ? 'no filter can say it' : null,
      run: () => session.setFilter(filter ?? ''),
    },
  ];
}

function watchAction({ path }: LineFact, { key, isChosen, watch }: LineActionPorts): MenuAction {
  // A document is watched as its topic is.
  const field = path.length === 0 ? null : [...path];
  const { label, isWatched, off } = watching(watch, key, field);
  return {
    id: 'watch',
    label,
    icon: isWatched ? EyeOff : Eye,
    keys: 'W',
    off: isChosen && field !== null && !isWatched ? CHOSEN : off,
    run: () => watch.toggle(key, field),
  };
}

/** Beside what somebody has chosen to see already; instead of what is shown of itself. */
function chartAction(fact: LineFact, { key, chain, charts, tab }: LineActionPorts): MenuAction {
  const { own, fields } = charts.store.getState();
  const isFull = own && fields.length >= MOST_SERIES;
  return {
    id: 'chart',
    label: 'Chart',
    icon: ChartLine,
    off: !fact.isNumber
      ? 'it is no number'
      : (whyNotKept(fact.path) ?? (isFull ? `a chart has ${MOST_SERIES} series` : null)),
    run: () => {
      const field = fieldOf(key, fact.path, chain ?? undefined);
      if (charts.store.getState().own) charts.add(field);
      else charts.show([field]);
      tab.setState({ tab: 'chart' });
    },
  };
}
