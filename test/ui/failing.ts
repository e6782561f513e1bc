import type { Page } from 'playwright-core';
import { afterEach } from 'vitest';

/** Lines of a page kept for a failure; the rest of a chatty one is dropped. */
const MOST_LINES = 40;
/** Lines in the message of the failure itself. */
const MOST_IN_MESSAGE = 4;
/** Of what can be read on it, in characters. */
const MOST_TEXT = 1_500;

interface Watched {
  readonly lines: string[];
  /** What its program wrote for those who look for faults. */
  readonly written: () => string;
}

const pages = new Map<Page, Watched>();

/**
 * When a test of this file fails while the page is open, it reports what was on the page then and what went
 * wrong on it before: a window that stays empty on a busy machine can be understood from the log alone.
 */
export function reportWhenFailing(page: Page, written: () => string = () => ''): void {
  const lines: string[] = [];
  const note = (line: string): void => void (lines.length < MOST_LINES && lines.push(line));
  page.on('crash', () => note('the page crashed'));
  page.on('pageerror', ({ message }) => note(`a fault of the page: ${message}`));
  page.on('console', (said) => void (said.type() === 'error' && note(`console: ${said.text()}`)));
  page.on('requestfailed', (request) =>
    note(`${request.url()}: ${request.failure()?.errorText ?? 'failed'}`),
  );
  page.on(
    'response',
    (response) => void (response.status() >= 400 && note(`${response.status()} ${response.url()}`)),
  );
  page.on('close', () => pages.delete(page));
  pages.set(page, { lines, written });
}

afterEach(async ({ task }) => {
  const { result } = task;
  if (result?.state !== 'fail') return;
  for (const [page, { lines, written }] of pages) {
    const text = await page
      .locator('body')
      .innerText({ timeout: 2_000 })
      .catch((error: unknown) => `nothing could be read: ${String(error)}`);
    const reported = [`"${task.name}" failed with ${page.url().replace(/\?.*/s, '')}`, ...lines];
    const read = text.slice(0, MOST_TEXT).replaceAll(/\n+/g, ' | ');
    process.stderr.write(
      `${reported.join('\n  ')}\n  on the page: ${read}\n  ${written().slice(-MOST_TEXT)}\n`,
    );
    // Of a long log often only its end is kept, where each failure has one line: its message's first.
    for (const error of result.errors ?? []) {
      const why = [...lines.slice(0, MOST_IN_MESSAGE), `page: ${alertIn(read)}`].join('; ');
      error.message = `${why}: ${error.message}`;
      if (error.stack !== undefined) error.stack = `${why}: ${error.stack}`;
    }
  }
});

/** What a fault of the window is known by, or the beginning of what can be read. */
function alertIn(read: string): string {
  const at = /stopped because of|could not be loaded/.exec(read)?.index ?? 0;
  return read.slice(Math.max(0, at - 40), at + 160);
}
