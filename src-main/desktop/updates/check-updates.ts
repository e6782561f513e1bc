import type { MessageBoxOptions } from 'electron';
import type { UpdateChannel } from '../../contract/model/settings.ts';
import { nativeBox } from '../window/native-text.ts';
import { electronSupport, supportSentence } from './electron-support.ts';
import { updateFault } from './update-fault.ts';
import type { Updater } from './updater.ts';

export interface UpdatePorts {
  /** Of this program. */
  readonly version: string;
  readonly electronVersion: string;
  /** Why this copy cannot replace itself although it can look, as a sentence; null: it can. */
  readonly cannotInstall: string | null;
  /** Where people find releases; null: not known. */
  readonly page: string | null;
  /** ms since 1970. */
  now(): number;
  channel(): Promise<UpdateChannel>;
  /** Loaded when it is needed first. */
  updater(): Promise<Updater>;
  /** Shows a box of the system and answers the index of the button. */
  ask(box: MessageBoxOptions): Promise<number>;
  /** From 0 to 1, on the window; null: nothing goes on. */
  showProgress(done: number | null): void;
  openPage(url: string): void;
  /** Ends all connections in good order, then calls. */
  whenClosed(install: () => void): Promise<void>;
  log(line: string): void;
}

const DOWNLOAD = 'Download';
const INSTALL = 'Install and restart';
const OPEN_PAGE = 'Open the release page';
const LATER = 'Later';

/**
 * Looks for a newer version and shows the result; each further step is a button. Nothing is downloaded or
 * installed unless the user asks for it.
 */
export class UpdateCheck {
  readonly #ports: UpdatePorts;
  #running: Promise<void> | null = null;

  constructor(ports: UpdatePorts) {
    this.#ports = ports;
  }

  /** While it is going on, another call waits for the same end. */
  run(): Promise<void> {
    this.#running ??= this.#run().finally(() => (this.#running = null));
    return this.#running;
  }

  async #run(): Promise<void> {
    const { log } = this.#ports;
    try {
      const channel = await this.#ports.channel();
      const updater = await this.#ports.updater();
      const found = await updater.look(channel);
      switch (found.kind) {
        case 'none':
          return void (await this.#show(
            `Topicscope ${this.#ports.version} is the newest version${onChannel(channel)}.`,
          ));
        case 'cannot':
          return void (await this.#show(
            `Updates cannot be looked for here. ${found.why}`,
            this.#pageButton(),
          ));
        case 'newer':
          return await this.#offer(updater, found.version);
      }
    } catch (error) {
      log(`looking for updates failed: ${error instanceof Error ? error.message : String(error)}`);
      await this.#show(updateFault(error), this.#pageButton());
    } finally {
      this.#ports.showProgress(null);
    }
  }

  async #offer(updater: Updater, version: string): Promise<void> {
    const { cannotInstall } = this.#ports;
    const message = `Topicscope ${version} is available. You have ${this.#ports.version}.`;
    const page = this.#pageButton();
    if (cannotInstall !== null) return void (await this.#show(`${message} ${cannotInstall}`, page));
    if ((await this.#show(message, [DOWNLOAD, ...page], LATER)) !== DOWNLOAD) return;
    await updater.download((done) => this.#ports.showProgress(done));
    this.#ports.showProgress(null);
    const ready = `Topicscope ${version} is downloaded. Installing it closes all connections and restarts the program.`;
    if ((await this.#show(ready, [INSTALL], LATER)) !== INSTALL) return;
    await this.#ports.whenClosed(() => updater.install());
  }

  #pageButton(): readonly string[] {
    return this.#ports.page === null ? [] : [OPEN_PAGE];
  }

  /** Shows a message, and whether this Electron still gets security fixes. Resolves with the chosen button. */
  async #show(message: string, actions: readonly string[] = [], close = 'Close'): Promise<string> {
    const { electronVersion, page, openPage } = this.#ports;
    const support = electronSupport(electronVersion, this.#ports.now());
    const buttons = [...actions, close];
    const index = await this.#ports.ask(
      nativeBox({
        type: support.kind === 'ended' ? 'warning' : 'info',
        title: 'Updates',
        message,
        detail: supportSentence(electronVersion, support),
        buttons,
        // Escape, and the close button of the box.
        cancelId: buttons.length - 1,
        defaultId: 0,
        noLink: true,
      }),
    );
    const chosen = buttons[index] ?? close;
    if (chosen === OPEN_PAGE && page !== null) openPage(page);
    return chosen;
  }
}

function onChannel(channel: UpdateChannel): string {
  return channel === 'beta' ? ' on the beta channel' : '';
}
