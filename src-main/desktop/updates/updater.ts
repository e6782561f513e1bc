import type { AppUpdater } from 'electron-updater';
import type { UpdateChannel } from '../../contract/model/settings.ts';

/** The result of a look for updates. */
export type UpdateFound =
  | { readonly kind: 'none' }
  | { readonly kind: 'newer'; readonly version: string }
  /** This copy of the program cannot look for updates; `why` is a sentence. */
  | { readonly kind: 'cannot'; readonly why: string };

/** Looks, downloads and installs, each only when it is called. */
export interface Updater {
  /** Rejects when the answer cannot be had. */
  look(channel: UpdateChannel): Promise<UpdateFound>;
  /** Downloads the version that was found last. `progress` goes from 0 to 1. */
  download(progress: (done: number) => void): Promise<void>;
  /** Ends the program, installs what was downloaded, and starts it again. */
  install(): void;
}

/** What is used of electron-updater. */
export type Library = Pick<
  AppUpdater,
  | 'autoDownload'
  | 'autoInstallOnAppQuit'
  | 'autoRunAppAfterInstall'
  | 'allowPrerelease'
  | 'allowDowngrade'
  | 'channel'
  | 'requestHeaders'
  | 'logger'
  | 'checkForUpdates'
  | 'downloadUpdate'
  | 'quitAndInstall'
  | 'on'
  | 'off'
>;

/** The library does nothing by itself: neither download nor install when the program ends. */
export function quietUpdater(library: Library, log: (line: string) => void): Updater {
  library.autoDownload = false;
  library.autoInstallOnAppQuit = false;
  library.autoRunAppAfterInstall = true;
  // It makes a number for each copy of the program and sends it along, for updates that go to some only.
  library.requestHeaders = { 'x-user-staging-id': '0' };
  library.logger = { info: () => undefined, warn: log, error: log };
  return {
    look: async (channel) => {
      // Before `allowDowngrade`, which a channel switches on.
      library.channel = channel === 'beta' ? 'beta' : 'latest';
      library.allowPrerelease = channel === 'beta';
      library.allowDowngrade = false;
      const result = await library.checkForUpdates();
      if (result === null) return { kind: 'cannot', why: 'This copy of the program was not installed.' };
      const { isUpdateAvailable, updateInfo } = result;
      return isUpdateAvailable ? { kind: 'newer', version: updateInfo.version } : { kind: 'none' };
    },
    download: async (progress) => {
      const show = ({ percent }: { readonly percent: number }): void => progress(percent / 100);
      library.on('download-progress', show);
      try {
        await library.downloadUpdate();
      } finally {
        library.off('download-progress', show);
      }
    },
    install: () => library.quitAndInstall(false, true),
  };
}
