import { EventEmitter } from 'node:events';
import type {
  Dialog,
  MenuItemConstructorOptions,
  MessageBoxOptions,
  MessageBoxReturnValue,
  NativeTheme,
  Screen,
  Session,
  Shell,
} from 'electron';

/** The parts of Electron that remember what they were called with, for a test to read. */

export const ipcMain = new EventEmitter();
/** `suspend` and `lock-screen` come when a test emits them. */
export const powerMonitor = new EventEmitter();

class StandInMenu {
  readonly items: readonly MenuItemConstructorOptions[];
  constructor(items: readonly MenuItemConstructorOptions[]) {
    this.items = items;
  }
}

let applicationMenu: StandInMenu | null = null;

export const Menu = {
  setApplicationMenu(menu: StandInMenu | null): void {
    applicationMenu = menu;
  },
  getApplicationMenu(): StandInMenu | null {
    return applicationMenu;
  },
  buildFromTemplate(template: MenuItemConstructorOptions[]): StandInMenu {
    return new StandInMenu(template);
  },
};

export const nativeTheme = {
  themeSource: 'system',
  get shouldUseDarkColors(): boolean {
    return this.themeSource === 'dark';
  },
} satisfies Partial<NativeTheme> as Pick<NativeTheme, 'themeSource' | 'shouldUseDarkColors'>;

/** Boxes that were shown. Nobody is there to press a button: each gets the one that closes it, or the test's choice. */
const boxes: MessageBoxOptions[] = [];

function showMessageBox(...args: readonly unknown[]): Promise<MessageBoxReturnValue> {
  const box = args.at(-1) as MessageBoxOptions;
  boxes.push(box);
  return Promise.resolve({ response: dialog.standInAnswer ?? box.cancelId ?? 0, checkboxChecked: false });
}

export const dialog = {
  showMessageBox,
  standInBoxes: boxes,
  /** The index of a button. */
  standInAnswer: null as number | null,
  showErrorBox: (title: string, content: string): void => {
    process.stderr.write(`stand-in: dialog: ${title}: ${content}\n`);
  },
} satisfies Partial<Dialog> & {
  standInBoxes: readonly MessageBoxOptions[];
  standInAnswer: number | null;
};

const workArea = { x: 0, y: 0, width: 1920, height: 1040 };

export const screen = {
  getAllDisplays: () => [{ workArea }],
} satisfies { getAllDisplays(): readonly Pick<ReturnType<Screen['getAllDisplays']>[number], 'workArea'>[] };

/** Addresses, and files, that would have been handed to the system. */
const opened: string[] = [];
const openedFiles: string[] = [];

export const shell = {
  openExternal: (url: string): Promise<void> => {
    opened.push(url);
    return Promise.resolve();
  },
  openPath: (path: string): Promise<string> => {
    openedFiles.push(path);
    return Promise.resolve('');
  },
  standInOpened: opened,
  standInOpenedFiles: openedFiles,
} satisfies Partial<Shell> & { standInOpened: readonly string[]; standInOpenedFiles: readonly string[] };

type Request = Parameters<Session['setPermissionRequestHandler']>[0];
type Check = Parameters<Session['setPermissionCheckHandler']>[0];
type Device = Parameters<Session['setDevicePermissionHandler']>[0];

const handlers: { request: Request; check: Check; device: Device } = {
  request: null,
  check: null,
  device: null,
};

export const session = {
  defaultSession: {
    setPermissionRequestHandler: (handler: Request): void => void (handlers.request = handler),
    setPermissionCheckHandler: (handler: Check): void => void (handlers.check = handler),
    setDevicePermissionHandler: (handler: Device): void => void (handlers.device = handler),
    /** Whether a page would be given this; Electron gives everything to pages nobody guards. */
    standInGrants: (permission: string): boolean => {
      let granted = handlers.request === null;
      const answer = (given: boolean): void => void (granted = given);
      // A page of ours asks; the handler does not look at who it is.
      handlers.request?.(null as never, permission as never, answer, null as never);
      return granted && (handlers.check?.(null, permission as never, '', null as never) ?? true);
    },
  },
};
session.defaultSession satisfies Partial<Session>;
