// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import type { ConnectionSummary } from '../../../../../src-main/contract/model/model.ts';
import type { LogEntry } from '../../../../../src-main/contract/session/diagnostics.ts';
import { LogTab } from '../../../../../src-renderer/features/diagnostics/log-tab.tsx';
import { teardown } from '../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../support/window/fake-app.ts';
import { answer, live, type Live } from '../../../../support/window/live.ts';

let window: FakeApp;
let connection: ConnectionSummary;
/** What was given to the browser to save: the name, and what is in it. */
let files: { name: string; text: Promise<string> }[] = [];

beforeEach(() => {
  window = fakeApp();
  connection = window.engine.add({ name: 'Plant / north' });
  files = [];
  let blob = new Blob([]);
  vi.spyOn(URL, 'createObjectURL').mockImplementation((made) => {
    blob = made as Blob;
    return 'blob:x';
  });
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function click(this: HTMLAnchorElement) {
    files.push({ name: this.download, text: blob.text() });
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await teardown();
});

const entry = (seq: number, more: Partial<LogEntry> = {}): LogEntry => ({
  ...{ seq, at: Date.UTC(2026, 10, 29, 12, 0, seq), level: 'info', text: `entry ${seq}`, detail: '' },
  ...more,
});
const LOG = [
  entry(1),
  entry(2, { level: 'warn', detail: 'Slow' }),
  entry(3, { level: 'error', text: 'Lost' }),
];
const open = (log: readonly LogEntry[] = LOG) =>
  live(<LogTab app={window.app} connection={connection} log={log} />);
const items = (page: Live) =>
  page.getAllByRole('listitem').map((one) => one.querySelector('.log-words')?.textContent.trim());

describe('The log', () => {
  test('is a list with the newest first, each with its level in words, reached by the keyboard', () => {
    const page = open();
    expect(items(page)).toEqual(['Error: Lost', 'Warning: entry 2 Slow', 'Note: entry 1']);
    expect(page.getByRole('list', { name: 'Log' }).tabIndex).toBe(0);
  });

  test('is filtered by words in text and detail whatever their case, and counts what is left', async () => {
    const page = open();
    await page.user.type(page.getByRole('searchbox', { name: 'Filter log' }), ' slow ');
    expect(items(page)).toEqual(['Warning: entry 2 Slow']);
    expect(page.getByText('1 of 3')).toBeTruthy();
  });

  test('is filtered by its level, and what comes later as well', async () => {
    const page = open();
    await page.user.selectOptions(page.getByRole('combobox', { name: 'Log level' }), 'Warnings and errors');
    expect(items(page)).toEqual(['Error: Lost', 'Warning: entry 2 Slow']);
    const more = [...LOG, entry(4), entry(5, { level: 'error', text: 'Again' })];
    page.again(<LogTab app={window.app} connection={connection} log={more} />);
    expect(items(page)).toEqual(['Error: Again', 'Error: Lost', 'Warning: entry 2 Slow']);
  });

  test('says what to do where nothing passes', async () => {
    const page = open();
    await page.user.type(page.getByRole('searchbox', { name: 'Filter log' }), 'zzz');
    expect(page.getByText('No entry matches. Show all levels or clear the filter.')).toBeTruthy();
    await page.user.clear(page.getByRole('searchbox', { name: 'Filter log' }));
    expect(items(page)).toHaveLength(3);
  });

  test('shows the bytes that are the evidence of an entry', () => {
    const page = open([entry(1, { evidence: new Uint8Array([0xc0, 0x00]) })]);
    expect(page.getByRole('listitem').textContent).toMatch(/c0 00/);
  });
});

describe('The log that is taken along', () => {
  test('is copied as it is shown, oldest first, and that is said', async () => {
    const page = open();
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    await page.user.selectOptions(page.getByRole('combobox', { name: 'Log level' }), 'Warnings and errors');
    await page.user.click(page.getByRole('button', { name: 'Copy the log' }));
    await expect.poll(() => page.getByRole('status').textContent).toBe('Copied.');
    expect(write.mock.calls[0]?.[0].split('\n').map((line) => line.slice(26))).toEqual([
      'warn   entry 2 Slow',
      'error  Lost',
    ]);
  });

  test.each([
    [
      'What is shown, as JSON Lines',
      /^Plant.* log\.jsonl$/,
      /^\{"time":"2026-11-29T12:00:01.000Z","level":"info","text":"entry 1"\}\n/,
    ],
    ['All of this connection, as text', /^Plant.* log\.txt$/, /^the log of connection-1$/],
    ['The log of Topicscope, as text', /^Topicscope.* log\.txt$/, /^the log of all$/],
  ])('is saved as a file: %s', async (name, file, text) => {
    answer(
      window.engine,
      'exportLog',
      ({ connection: of }) => ({ kind: 'log', text: `the log of ${of ?? 'all'}` }) as never,
    );
    const page = open();
    await page.user.click(page.getByRole('button', { name: 'Export the log' }));
    await page.user.click(await page.findByRole('menuitem', { name }));
    await expect.poll(() => files.length).toBe(1);
    expect(files[0]?.name).toMatch(file);
    expect(await files[0]?.text).toMatch(text);
    // A connection's name is nobody's path.
    expect(files[0]?.name).not.toContain('/');
  });

  test('that cannot be exported says why beside the button', async () => {
    answer(window.engine, 'exportLog', () => failed('gone', 'It is gone.', 'Open it again.'));
    const page = open();
    await page.user.click(page.getByRole('button', { name: 'Export the log' }));
    await page.user.click(await page.findByRole('menuitem', { name: 'All of this connection, as text' }));
    await expect.poll(() => page.getByRole('status').textContent).toBe('It is gone. Open it again.');
    expect(files).toEqual([]);
  });
});
