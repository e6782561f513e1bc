import type { WebContents } from 'electron';

/** `--smoke`: the program proves that it works on this machine, and ends. */
export interface SmokePorts {
  readonly contents: Pick<WebContents, 'executeJavaScript' | 'on'>;
  /** For a row to be seen; ms. */
  readonly withinMs: number;
  /** ms, of any start. */
  now(): number;
  wait(ms: number): Promise<void>;
}

export type SmokeResult =
  | { readonly kind: 'seen'; readonly topic: string; readonly afterMs: number }
  /** `why` is a sentence without its full stop. */
  | { readonly kind: 'failed'; readonly why: string };

/** What the script in the page answers. It crosses from the page, so it is read like anything else. */
interface Sight {
  readonly topic: string | null;
  readonly text: string;
}

const LOOK_EVERY_MS = 100;

/**
 * Runs in the page: the first row of a topic that takes up room on the screen, and what else there is. The
 * broker's own topics come by themselves; those of the demo's machines mean that messages arrive.
 */
const LOOK = `(() => {
  const rows = [...document.querySelectorAll('[role=row][data-topic]:not([data-topic^="$"])')];
  const seen = rows.find((row) => row.checkVisibility() && row.getBoundingClientRect().height > 0);
  return { topic: seen?.getAttribute('data-topic') ?? null, text: (document.body?.innerText ?? '').slice(0, 400) };
})()`;

/** Waits until the window shows a topic. A page that cannot get there is known at once by its events. */
export async function watchFirstRow({ contents, withinMs, now, wait }: SmokePorts): Promise<SmokeResult> {
  const began = now();
  let fault: string | null = null;
  contents.on('render-process-gone', (_event, { reason }) => (fault ??= `the page ended (${reason})`));
  contents.on('preload-error', (_event, _path, error) => {
    fault ??= `the preload script failed (${error.message})`;
  });
  contents.on('did-fail-load', (_event, _code, description, _url, isMainFrame) => {
    if (isMainFrame) fault ??= `the page could not be loaded (${description})`;
  });
  contents.on('destroyed', () => (fault ??= 'the window was closed'));
  let last: Sight = { topic: null, text: '' };
  // A page that answers nothing must not hold up the limit.
  const over = wait(withinMs).then(() => last);
  while (fault === null && now() - began < withinMs) {
    last = await Promise.race([look(contents), over]);
    if (last.topic !== null) return { kind: 'seen', topic: last.topic, afterMs: now() - began };
    await wait(LOOK_EVERY_MS);
  }
  if (fault !== null) return { kind: 'failed', why: fault };
  const text = last.text.replaceAll(/\s+/g, ' ').trim();
  const shown = text === '' ? 'nothing' : `"${text}"`;
  return {
    kind: 'failed',
    why: `no topic was shown within ${seconds(withinMs)} s; the page showed ${shown}`,
  };
}

async function look(contents: SmokePorts['contents']): Promise<Sight> {
  try {
    return readSight(await contents.executeJavaScript(LOOK));
  } catch {
    // Between two documents there is none to look at.
    return { topic: null, text: '' };
  }
}

function readSight(value: unknown): Sight {
  const { topic, text } = (typeof value === 'object' && value !== null ? value : {}) as Partial<
    Record<keyof Sight, unknown>
  >;
  return {
    topic: typeof topic === 'string' && topic !== '' ? topic : null,
    text: typeof text === 'string' ? text : '',
  };
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(0);
}
