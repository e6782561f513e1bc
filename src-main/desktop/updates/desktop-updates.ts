import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { app, dialog, shell, type BrowserWindow } from 'electron';
import type { UpdateChannel } from '../../contract/model/settings.ts';
import { externalAddress } from '../page/hardening.ts';
import { UpdateCheck } from './check-updates.ts';
import { readOrigin } from './origin.ts';
import { quietUpdater, type Updater } from './updater.ts';

export interface DesktopUpdates {
  readonly platform: NodeJS.Platform;
  /** Where the boxes are shown; null: on their own. */
  window(): BrowserWindow | null;
  channel(): Promise<UpdateChannel>;
  /** Ends all connections in good order, then calls. */
  whenClosed(install: () => void): Promise<void>;
  log(line: string): void;
}

/** The check for updates with Electron's own parts; loaded on first use. */
export async function desktopUpdates(ports: DesktopUpdates): Promise<UpdateCheck> {
  const { log, window } = ports;
  let updater: Promise<Updater> | null = null;
  return new UpdateCheck({
    ...ports,
    ...readOrigin(await readFeed(), ports.platform, process.env),
    version: app.getVersion(),
    electronVersion: process.versions['electron'] ?? 'unknown',
    now: Date.now,
    updater: () => (updater ??= loadUpdater(log)),
    ask: async (box) => {
      const owner = window();
      const { response } = await (owner === null
        ? dialog.showMessageBox(box)
        : dialog.showMessageBox(owner, box));
      return response;
    },
    showProgress: (done) => window()?.setProgressBar(done ?? -1),
    openPage: (url) => {
      const address = externalAddress(url);
      if (address !== null) void shell.openExternal(address).catch((error: unknown) => log(String(error)));
    },
  });
}

async function loadUpdater(log: (line: string) => void): Promise<Updater> {
  const { autoUpdater } = await import('electron-updater');
  return quietUpdater(autoUpdater, log);
}

/** Only a release build has it. */
async function readFeed(): Promise<string | null> {
  try {
    return await readFile(join(process.resourcesPath, 'app-update.yml'), 'utf8');
  } catch {
    return null;
  }
}
