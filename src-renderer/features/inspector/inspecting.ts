import { createReading, type Reading } from './payload/reading.ts';
import type { StoreApi } from 'zustand/vanilla';
import type { KeptValues } from '../../state/browser/memory.ts';
import { createCharts, type Charts } from '../../state/chart/charts.ts';
import { createComparing, type Comparing } from '../../state/inspector/comparing.ts';
import { createHistory, type History } from '../../state/inspector/inspector-history.ts';
import { browserInspectorPorts, createInspector, type Inspector } from '../../state/inspector/inspector.ts';
import { inspectorTabOf, type ShownTab } from '../../state/inspector/inspector-tab.ts';
import { createDecodedReader } from '../../state/decoding/decoded-reader.ts';
import { createDecoderRules } from '../../state/decoding/decoder-rules.ts';
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
  /** The view of the message that is shown; it stays for other topics. */
  readonly tab: StoreApi<ShownTab>;
}

const bySession = new WeakMap<ConnectionSession, Inspecting>();

/**
 * The readers for the selected topic of a session; made once, closed with it.
 * @param address of its broker, by which pinned charts are kept
 */
export function inspectingOf(session: ConnectionSession, memory: KeptValues, address: string): Inspecting {
  const known = bySession.get(session);
  if (known !== undefined) return known;
  const inspector = createInspector(session);
  const history = createHistory(session, browserInspectorPorts);
  const comparing = createComparing(session, inspector, history);
  const charts = createCharts(session, memory, address);
  const decoding = {
    reader: createDecodedReader(session, inspector),
    rules: createDecoderRules(session),
    schemas: createSchemas(session),
  };
  session.onClose(() => {
    decoding.reader.close();
    decoding.rules.close();
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
    tab: inspectorTabOf(session),
  };
  bySession.set(session, made);
  return made;
}
