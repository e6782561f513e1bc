import type { BaseWindow, Dialog } from 'electron';
import { escapeUnsafe } from '../core/payload/visible.ts';
import { formatBytes } from '../core/text/amounts.ts';
import type { NamedFile, NativePrompt } from '../engine/base/ports.ts';
import { nativeBox } from './window/native-text.ts';

const WORDS: Readonly<Record<NamedFile['as'], string>> = {
  password: 'password:',
  variable: 'password, of the variable',
  ca: 'CA certificate:',
  cert: 'client certificate:',
  key: 'client key:',
  pfx: 'PKCS#12:',
};

export interface PromptPorts {
  readonly dialog: Pick<Dialog, 'showMessageBox'>;
  /** Null while there is no window; the question then stands alone. */
  readonly window: () => BaseWindow | null;
}

/** Names that a question lists, and characters of each; the rest is counted. */
const MOST_NAMES = 10;
const MOST_NAME = 160;

/** Asks in dialogs of the system, which a page can neither draw over nor answer. */
export function nativePrompt({ dialog, window }: PromptPorts): NativePrompt {
  const ask = async (action: string, message: string, detail: string): Promise<boolean> => {
    const options = { type: 'question' as const, buttons: ['Cancel', action], defaultId: 0, cancelId: 0 };
    const parent = window();
    const question = nativeBox({ ...options, noLink: true, message, detail });
    const { response } = await (parent === null
      ? dialog.showMessageBox(question)
      : dialog.showMessageBox(parent, question));
    return response === 1;
  };
  return {
    confirmExport: (profiles) =>
      ask(
        'Export with secrets',
        'Export passwords and keys?',
        `An encrypted file gets the secrets of:\n${listed(profiles)}`,
      ),
    confirmOpen: ({ file, topic, bytes, size }) => {
      const part = bytes < size ? `, the first of ${formatBytes(size)}` : '';
      return ask(
        'Open',
        'Open this payload in another program?',
        `${escapeUnsafe(cut(file))}, ${formatBytes(bytes)}${part}\nFrom the topic ${escapeUnsafe(cut(topic))}\n\nAnybody who may publish to this topic can have written it. It goes into a private temporary file, which is removed when Topicscope ends.`,
      );
    },
    confirmFiles: (files, to) =>
      ask(
        'Let it read them',
        'Let a connection read files?',
        `The connection to ${escapeUnsafe(cut(to))} asks for:\n${listed(files.map(({ as, name }) => `${WORDS[as]} ${name}`))}\n\nGive only what you chose for it yourself.`,
      ),
  };
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map((name) => escapeUnsafe(cut(name)));
  const more = names.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

function cut(name: string): string {
  return name.length <= MOST_NAME ? name : `${name.slice(0, MOST_NAME)}…`;
}
