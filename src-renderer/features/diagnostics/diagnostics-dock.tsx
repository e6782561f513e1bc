import { useRef, type ReactNode } from 'react';
import { ChevronLeft, PanelBottomClose, PanelBottomOpen } from 'lucide-react';
import { useStore } from 'zustand';
import type { ConnectionSummary } from '../../../src-main/contract/model/model.ts';
import type { Diagnostics } from '../../../src-main/contract/session/diagnostics.ts';
import type { AppState } from '../../state/app/app-state.ts';
import type { DiagnosticsTab } from '../../state/app/shell.ts';
import { Button, IconButton } from '../../ui/controls/button.tsx';
import { EnlargeButton } from '../../ui/controls/enlarge-button.tsx';
import { formatCount } from '../../ui/base/format.ts';
import { useMedia } from '../../ui/base/use-media.ts';
import { Splitter } from '../../ui/controls/splitter.tsx';
import { Tabs, type TabItem } from '../../ui/controls/tabs.tsx';
import { HistoryTab } from './history/history-tab.tsx';
import { KeepAliveTab } from './keep-alive/keep-alive-tab.tsx';
import { LogTab } from './log-tab.tsx';
import { PacketsTab } from './packets/packets-tab.tsx';
import { SessionTab } from './session-tab.tsx';
import { VerdictStrip } from './verdicts/verdict-strip.tsx';
import { VerdictsTab } from './verdicts/verdicts-tab.tsx';
import './diagnostics.css';

/** Too small for all parts at once: enlarged, one tab has the room. */
const SMALL = '(max-width: 800px), (max-height: 520px)';

interface DockProps {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
}

/**
 * `region` "Diagnostics": what the protocol is doing on the selected connection. In its dock one tab at a
 * time; enlarged, all at once: the worst verdict, session and keep-alive side by side, packets below.
 */
export function DiagnosticsDock({ app, connection }: DockProps) {
  const chosen = useStore(app.shell.store, (state) => state.diagnosticsTab);
  const latest = useStore(app.diagnostics.store, (state) => state.latest);
  const large = useStore(app.shell.store, (state) => state.enlarged === 'diagnostics');
  const small = useMedia(SMALL);
  const first = useRef<DiagnosticsTab>('keep-alive');
  const section = useRef<HTMLElement>(null);
  // What is wrong comes first, but never under somebody's hands, and it stays once it is there.
  if (isWrong(latest) && section.current?.contains(document.activeElement) !== true)
    first.current = 'verdicts';
  const tab = chosen ?? first.current;
  const show = (next: DiagnosticsTab) => app.shell.showDiagnostics(next);
  const panel = (id: DiagnosticsTab) => (
    <PanelOf app={app} connection={connection} latest={latest} tab={id} />
  );

  if (!large || small) {
    return (
      <section ref={section} aria-label="Diagnostics" className="diagnostics">
        <Tabs
          label="Diagnostics"
          value={tab}
          onChange={show}
          items={itemsOf(['verdicts', 'session', 'keep-alive', 'packets', 'history', 'log'], latest)}
          start={<h2 className="diagnostics-title">Diagnostics</h2>}
          focusPanel={tab !== 'packets' && tab !== 'log'}
          end={<DockButtons app={app} large={large} />}
        >
          {panel(tab)}
        </Tabs>
      </section>
    );
  }

  return (
    <section ref={section} aria-label="Diagnostics" className="diagnostics diagnostics-large">
      <AllAtOnce {...{ app, connection, latest, chosen, show, panel }} />
    </section>
  );
}

interface AllAtOnceProps extends DockProps {
  readonly latest: Diagnostics | null;
  readonly chosen: DiagnosticsTab | null;
  readonly show: (tab: DiagnosticsTab) => void;
  readonly panel: (tab: DiagnosticsTab) => ReactNode;
}

function AllAtOnce({ app, connection, latest, chosen, show, panel }: AllAtOnceProps) {
  // The worst verdict is above; the session beside it says more than the same words once again.
  const elsewhere = chosen === null || chosen === 'keep-alive' || chosen === 'packets';
  const left: DiagnosticsTab = elsewhere ? 'session' : chosen;
  const boxed = (tab: DiagnosticsTab, tabs: readonly DiagnosticsTab[] = [tab]) => (
    <Boxed tab={tab} tabs={tabs} latest={latest} onChange={show} panel={panel(tab)} />
  );
  return (
    <>
      <div className="diagnostics-head">
        <h2 className="diagnostics-title">Diagnostics</h2>
        <Button
          data-resizes-diagnostics
          variant="quiet"
          icon={ChevronLeft}
          onClick={() => enlarge(app, false)}
        >
          Topics
        </Button>
      </div>
      <VerdictStrip app={app} connection={connection} verdicts={latest?.verdicts ?? []} />
      <Splitter
        id="doctor-rows"
        label="Resize the packets"
        direction="rows"
        size="52%"
        minFirst={120}
        minSecond={150}
        first={
          <Splitter
            id="doctor-columns"
            label="Resize the keep-alive"
            direction="columns"
            size="43.5%"
            minFirst={280}
            minSecond={240}
            first={boxed(left, ['session', 'verdicts', 'history', 'log'])}
            second={boxed('keep-alive')}
          />
        }
        second={boxed('packets')}
      />
    </>
  );
}

function DockButtons({ app, large }: { readonly app: AppState; readonly large: boolean }) {
  const folded = useStore(app.shell.store, (state) => state.folded);
  return (
    <>
      <EnlargeButton
        name="diagnostics"
        large={large}
        data-resizes-diagnostics
        onClick={() => enlarge(app, !large)}
      />
      {large ? null : (
        <IconButton
          small
          data-folds-dock
          label={folded ? 'Unfold publish and diagnostics' : 'Fold publish and diagnostics'}
          aria-expanded={!folded}
          icon={folded ? PanelBottomOpen : PanelBottomClose}
          keys="Mod+J"
          onClick={() => app.shell.fold(!folded)}
        />
      )}
    </>
  );
}

/** The button that was pressed goes with its place; its counterpart takes the focus over. */
function enlarge(app: AppState, large: boolean): void {
  app.shell.enlarge(large ? 'diagnostics' : null);
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>('[data-resizes-diagnostics]')?.focus({ preventScroll: true }),
  );
}

interface BoxedProps {
  readonly tab: DiagnosticsTab;
  readonly tabs: readonly DiagnosticsTab[];
  readonly latest: Diagnostics | null;
  readonly onChange: (tab: DiagnosticsTab) => void;
  readonly panel: ReactNode;
}

function Boxed({ tab, tabs, latest, onChange, panel }: BoxedProps) {
  return (
    <div className="diagnostics-box">
      <Tabs
        label={tabs.length === 1 ? NAMES[tab] : 'Diagnostics'}
        value={tab}
        onChange={onChange}
        items={itemsOf(tabs, latest)}
        focusPanel={tab !== 'packets' && tab !== 'log'}
      >
        {panel}
      </Tabs>
    </div>
  );
}

const NAMES: Readonly<Record<DiagnosticsTab, string>> = {
  verdicts: 'Verdicts',
  session: 'Session',
  'keep-alive': 'Keep-alive',
  packets: 'Packets',
  // Not "History": that is the inspector's, of a topic.
  history: 'Timeline',
  log: 'Log',
};

function itemsOf(
  tabs: readonly DiagnosticsTab[],
  latest: Diagnostics | null,
): readonly TabItem<DiagnosticsTab>[] {
  const standing = latest?.verdicts.filter(({ over }) => !over).length ?? 0;
  const counts: Partial<Record<DiagnosticsTab, number>> = {
    verdicts: standing,
    log: latest?.log.length ?? 0,
  };
  return tabs.map((id) => {
    const count = counts[id] ?? 0;
    return { id, label: NAMES[id], ...(count === 0 ? {} : { detail: formatCount(count) }) };
  });
}

function isWrong(latest: Diagnostics | null): boolean {
  return latest?.verdicts.some(({ over, severity }) => !over && severity !== 'note') ?? false;
}

interface PanelProps extends DockProps {
  readonly latest: Diagnostics | null;
  readonly tab: DiagnosticsTab;
}

function PanelOf({ app, connection, latest, tab }: PanelProps) {
  if (latest === null) {
    return <p className="diagnostics-wait tone-mut">Waiting for the first report of this connection.</p>;
  }
  switch (tab) {
    case 'verdicts':
      return <VerdictsTab app={app} connection={connection} verdicts={latest.verdicts} />;
    case 'session':
      return <SessionTab app={app} connection={connection} diagnostics={latest} />;
    case 'keep-alive':
      return <KeepAliveTab app={app} connection={connection} diagnostics={latest} />;
    case 'packets':
      return <PacketsTab app={app} connection={connection} recorder={latest.recorder} />;
    case 'history':
      return <HistoryTab app={app} connection={connection} />;
    case 'log':
      return <LogTab app={app} connection={connection} log={latest.log} />;
  }
}
