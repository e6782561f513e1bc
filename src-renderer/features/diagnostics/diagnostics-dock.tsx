import { useStore } from 'zustand';
import type { ConnectionSummary } from '../../../src-main/contract/model.ts';
import type { AppState } from '../../state/app-state.ts';
import { formatCount } from '../../ui/format.ts';
import { Tabs } from '../../ui/tabs.tsx';
import { KeepAliveTab } from './keep-alive-tab.tsx';
import { LogTab } from './log-tab.tsx';
import { PacketsTab } from './packets-tab.tsx';
import { SessionTab } from './session-tab.tsx';
import './diagnostics.css';

/** `region` "Diagnostics": what the protocol is doing on the selected connection. */
export function DiagnosticsDock({
  app,
  connection,
}: {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
}) {
  const tab = useStore(app.shell.store, (state) => state.diagnosticsTab);
  const latest = useStore(app.diagnostics.store, (state) => state.latest);
  const logged = latest?.log.length ?? 0;
  return (
    <section aria-label="Diagnostics" className="diagnostics">
      <Tabs
        label="Diagnostics"
        value={tab}
        onChange={(next) => app.shell.showDiagnostics(next)}
        items={[
          { id: 'session', label: 'Session' },
          { id: 'keep-alive', label: 'Keep-alive' },
          { id: 'packets', label: 'Packets' },
          { id: 'log', label: 'Log', ...(logged === 0 ? {} : { detail: formatCount(logged) }) },
        ]}
        start={<h2 className="diagnostics-title">Diagnostics</h2>}
      >
        {latest === null ? (
          <p className="diagnostics-wait tone-mut">Waiting for the first report of this connection.</p>
        ) : tab === 'session' ? (
          <SessionTab app={app} connection={connection} diagnostics={latest} />
        ) : tab === 'keep-alive' ? (
          <KeepAliveTab diagnostics={latest} />
        ) : tab === 'packets' ? (
          <PacketsTab diagnostics={latest} />
        ) : (
          <LogTab log={latest.log} />
        )}
      </Tabs>
    </section>
  );
}
