import { decodeClone, encodeClone } from './clone.ts';

/** What the page's process and the program's say to each other. */
export type WorldMessage =
  | {
      readonly kind: 'ipc';
      readonly channel: string;
      readonly args: string;
      readonly ports: readonly number[];
    }
  | { readonly kind: 'port-message'; readonly port: number; readonly data: string }
  | { readonly kind: 'port-close'; readonly port: number }
  | { readonly kind: 'open'; readonly url: string }
  | { readonly kind: 'preload-error'; readonly why: string };

export const WORLD = 'Electron Isolated Context';
export const BINDING = 'standInSend';
export const RECEIVER = 'standInReceive';

/** The script of the preload's world: the little that a sandboxed preload may require, and the preload. */
export function worldScript(preload: string): string {
  return `(() => {
${encodeClone.toString()}
${decodeClone.toString()}
const electron = (${preloadElectron.toString()})(encodeClone, decodeClone, ${JSON.stringify(BINDING)}, ${JSON.stringify(RECEIVER)});
const require = (name) => {
  // A sandboxed preload has these and no others.
  if (name === 'electron' || name === 'electron/renderer') return electron.modules;
  throw new Error('module not found: ' + name);
};
try {
  (function (require, module, exports, process) {
${preload}
  })(require, { exports: {} }, {}, { platform: 'linux', sandboxed: true, contextIsolated: true });
} catch (error) {
  electron.fail(String(error && error.stack || error));
}
})();`;
}

/**
 * The script of the page's own world. Electron asks before a window comes into being, which Chromium cannot
 * be made to do from outside; so windows are asked for here, and never come.
 */
export function pageScript(): string {
  return `(${askForWindows.toString()})()`;
}

/* Runs in the page's process as its own source. */
function askForWindows(): void {
  const ask = (url: string): void => {
    window.dispatchEvent(new CustomEvent('stand-in-open', { detail: url }));
  };
  window.open = (url) => {
    ask(new URL(String(url ?? 'about:blank'), location.href).href);
    return null;
  };
  window.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (event.defaultPrevented || link === null || (link.target !== '_blank' && !event.ctrlKey)) return;
    event.preventDefault();
    ask(link.href);
  });
}

/* Runs in the page's process as its own source, so it stands alone. */
function preloadElectron(
  encode: typeof encodeClone,
  decode: typeof decodeClone,
  binding: string,
  receiver: string,
): { modules: object; fail(why: string): void } {
  const world = globalThis as unknown as Record<string, (text: string) => void>;
  const send = (message: WorldMessage): void => world[binding]?.(JSON.stringify(message));
  const ports = new Map<number, MessagePort>();
  type Listener = (event: object, ...args: unknown[]) => void;
  const listeners = new Map<string, Set<Listener>>();

  /** The page gets the other end of a channel whose messages are carried over to the program. */
  const open = (id: number): MessagePort => {
    const { port1, port2 } = new MessageChannel();
    ports.set(id, port1);
    port1.onmessage = ({ data }: MessageEvent<unknown>) =>
      send({ kind: 'port-message', port: id, data: encode(data) });
    port1.addEventListener('close', () => {
      ports.delete(id);
      send({ kind: 'port-close', port: id });
    });
    return port2;
  };

  world[receiver] = (text) => {
    const message = JSON.parse(text) as WorldMessage;
    if (message.kind === 'port-message') ports.get(message.port)?.postMessage(decode(message.data));
    if (message.kind === 'port-close') {
      ports.get(message.port)?.close();
      ports.delete(message.port);
    }
    if (message.kind !== 'ipc') return;
    const event = { ports: message.ports.map(open), sender: ipcRenderer };
    const args = decode(message.args) as unknown[];
    for (const listener of listeners.get(message.channel) ?? []) listener(event, ...args);
  };

  window.addEventListener('stand-in-open', (event) => {
    send({ kind: 'open', url: (event as CustomEvent<string>).detail });
  });

  const ipcRenderer = {
    on(channel: string, listener: Listener) {
      const all = listeners.get(channel) ?? new Set();
      listeners.set(channel, all.add(listener));
      return ipcRenderer;
    },
    off(channel: string, listener: Listener) {
      listeners.get(channel)?.delete(listener);
      return ipcRenderer;
    },
    send(channel: string, ...args: unknown[]) {
      send({ kind: 'ipc', channel, args: encode(args), ports: [] });
    },
  };
  return { modules: { ipcRenderer }, fail: (why) => send({ kind: 'preload-error', why }) };
}
