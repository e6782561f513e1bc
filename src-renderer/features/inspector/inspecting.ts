import { createReading, type Reading } from './payload/reading.ts';
import type { StoreApi } from 'zustand/vanilla';
import type { PinnedChart } from '../../../src-main/contract/model/model.ts';
import type { AppState } from '../../state/app/app-state.ts';
import { PinnedWithProfile } from '../../state/connections/pinned-with-profile.ts';
import { windowCharts } from '../../state/chart/window-charts.ts';
import { createCharts, type Charts, type KeptCharts } from '../../state/chart/charts.ts';
import { createComparing, type Comparing } from '../../state/inspector/comparing.ts';
import { createHistory, type History } from '../../state/inspector/inspector-history.ts';
import { browserInspectorPorts, createInspector, type Inspector } from '../../state/inspector/inspector.ts';
import { inspectorTabOf, type ShownTab } from '../../state/inspector/inspector-tab.ts';
import { decodedDocument, needsDecoding } from '../../state/decoding/decoded-document.ts';
import { createDecodedReader } from '../../state/decoding/decoded-reader.ts';
import { listedPreviewsOf, type ListedPreviews } from '../../state/decoding/row-previews.ts';
import { createSchemas } from '../../state/decoding/schemas.ts';
import type { Decoding } from './decoder/decoding.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';

export interface Inspecting {
  readonly inspector: Inspector;
  readonly history: History;
  readonly comparing: Comparing;
  readonly charts: Charts;
  readonly reading: StoreApi<Reading>;
  readonly decoding: Decoding;
  readonly previews: ListedPreviews;
  /** The view of the message that is shown; it stays for other topics. */
  readonly tab: StoreApi<ShownTab>;
}

const bySession = new WeakMap<ConnectionSession, Inspecting>();

/** The readers for the selected topic of a session; made once, closed with it. */
export function inspectingOf(app: AppState, session: ConnectionSession): Inspecting {
  const known = bySession.get(session);
  if (known !== undefined) return known;
  const inspector = createInspector(session);
  const history = createHistory(session, browserInspectorPorts);
  const charts = createCharts(session, keptCharts(app, session));
  const previews = listedPreviewsOf(session);
  const decoding = {
    reader: createDecodedReader(session, inspector),
    rules: previews.rules,
    schemas: createSchemas(session),
  };
  const { reader, rules, schemas } = decoding;
  // What is shown was decoded as they were before.
  const areOther = (now: readonly unknown[], before: readonly unknown[]) =>
    now !== before && now.length + before.length > 0;
  rules.store.subscribe((now, before) => void (areOther(now.rules, before.rules) && reader.again()));
  schemas.store.subscribe((now, before) => void (areOther(now.files, before.files) && reader.again()));
  const comparing = createComparing(session, inspector, history, (key, message) =>
    needsDecoding(message, previews.isRuled(key), reader.store.getState().chosen !== null)
      ? decodedDocument(session, key, message, reader.store.getState().chosen)
      : Promise.resolve(null),
  );
  session.onClose(() => {
    decoding.reader.close();
    decoding.schemas.close();
    inspector.close();
    history.close();
    comparing.close();
    charts.close();
  });
  const made = {
    inspector,
    history,
    comparing,
    charts,
    reading: createReading(),
    decoding,
    previews,
    tab: inspectorTabOf(session),
  };
  bySession.set(session, made);
  return made;
}

/** With the connection's profile, or by its address where there is none. */
function keptCharts(
  { connections, profiles, memory, shell }: AppState,
  session: ConnectionSession,
): KeptCharts {
  const kept = new PinnedWithProfile<PinnedChart>({
    profiles,
    window: windowCharts(memory),
    of: ({ charts }) => charts,
    save: (id, charts) => profiles.savePinned(id, { charts: [...charts] }),
    report: (problem) => shell.report(problem),
  });
  const of = connections.store.getState().connections.find(({ id }) => id === session.connectionId);
  return {
    open: (changed) => kept.open(of ?? { profileId: null, address: '' }, changed),
    set: (pinned) => kept.set(pinned),
    close: () => kept.close(),
  };
}
