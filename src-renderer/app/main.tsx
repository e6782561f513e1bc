import '@fontsource-variable/inter/wght.css';
import '../ui/base/tokens.css';
import '../ui/base/base.css';
import { createRoot } from 'react-dom/client';
import { config } from 'zod';
import { connectEngine } from '../client/connect.ts';
import { createAppState } from '../state/app/app-state.ts';
import { createEngine } from '../state/engine/engine.ts';
import { SELECTION } from '../state/connections/connections.ts';
import { browserMemory, tabMemory } from '../state/browser/memory.ts';
import { App } from './app.tsx';
import { loadAhead, MainView } from './first-views.ts';
import { askForVault } from './ask-for-vault.ts';
import { listenToHost } from './commands/host-commands.ts';
import { holdWhileStale } from './base/hold-while-stale.ts';
import { onSecond } from '../ui/base/use-now.ts';
import { FaultBoundary } from '../ui/feedback/fault-boundary.tsx';
import { keepFocusInPage } from '../ui/feedback/kept-focus.ts';
import { listenToKeys } from './commands/keys.ts';
import { keepTyped } from './commands/typed-ahead.ts';
import { followStartRequests } from './start-requests.ts';
import { followTheme } from './base/theme.ts';

/** Of the program that this page was built with: `define` of electron.vite.config.ts. */
declare const TOPICSCOPE_VERSION: string;

// The page's policy forbids code made from text; without this zod would try it once and be refused.
config({ jitless: true });

const memory = browserMemory(window);
const app = createAppState(
  createEngine(connectEngine(TOPICSCOPE_VERSION)),
  memory,
  tabMemory(window),
  onSecond,
);
// Something was selected in this window before, so it will most likely be drawn first.
if (memory.get(SELECTION) !== null) loadAhead(MainView.loadAhead);
holdWhileStale(app.engine);
followTheme(memory, app.settings);
followStartRequests(app);
askForVault(app);
listenToKeys(app);
keepFocusInPage();
keepTyped(app);
listenToHost(app);
// What was typed in the last moments goes to the engine before the page does.
window.addEventListener('pagehide', () => {
  app.publishing.flush();
  app.drafts.flush();
});

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');
createRoot(root).render(
  <FaultBoundary what="The window">
    <App app={app} />
  </FaultBoundary>,
);
