// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SentMessage } from '../../../../../../src-main/contract/session/sending.ts';
import { SentGrid } from '../../../../../../src-renderer/features/publish/kept/sent-grid.tsx';
import { sentMessage } from '../../../../../support/session/sent-and-saved.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { isDisabled, live, press, type Live } from '../../../../../support/window/live.ts';

let asked: string[];
let passed: string[];

beforeEach(() => {
  asked = [];
  passed = [];
});
afterEach(teardown);

const does =
  (what: string) =>
  ({ id }: SentMessage) =>
    asked.push(`${what} ${id}`);
const grid = (sent: readonly SentMessage[]) => (
  <div role="presentation" onKeyDown={({ key }) => passed.push(key)}>
    <SentGrid sent={sent} onAgain={does('again')} onEdit={does('edit')} onClear={() => asked.push('clear')} />
  </div>
);
const SENT = ['c', 'b', 'a'].map((id) => sentMessage({ id, topic: `plant/${id}` }));
const open = (sent: readonly SentMessage[] = SENT) => live(grid(sent));
const row = (page: Live, at: number) => page.getAllByRole('row')[at]!;
const active = () => document.activeElement?.getAttribute('data-topic');

describe('What was sent', () => {
  test('is a row each, with its time, topic, QoS and what became of it', () => {
    const failure = { kind: 'failed', code: 'x', message: 'The broker refused it.', advice: 'Ask.' } as const;
    const page = open([sentMessage({ qos: 1, outcome: { kind: 'refused', code: 135, failure } })]);
    const cells = [...row(page, 0).querySelectorAll('[role=gridcell]')].map(({ textContent }) => textContent);
    expect(cells.slice(2)).toEqual(['plant/a', '1', 'the broker refused it. 0x87']);
    expect(cells[1]).toMatch(/^\d\d:\d\d:\d\d$/);
    expect(row(page, 0).querySelector('[title="Ask."]')).not.toBeNull();
  });

  test('has the answer to a request below it, with how long that took', () => {
    const answer = { kind: 'answered', topic: 'r', at: 9, ms: 41, preview: '{"ok":true}', size: 11 } as const;
    expect(row(open([sentMessage({ answer })]), 0).textContent).toContain('{"ok":true}answer in 41 ms');
  });

  test('is moved through by keys, and its tab stop stays on its message while others are sent', async () => {
    const page = open();
    row(page, 0).focus();
    await page.user.keyboard('{ArrowDown}');
    expect(active()).toBe('plant/b');
    page.again(grid([sentMessage({ id: 'd', topic: 'plant/d' }), ...SENT]));
    expect(active()).toBe('plant/b');
    await page.user.keyboard('{ArrowDown}');
    expect(active()).toBe('plant/a');
    await page.user.keyboard('{Home}');
    expect(active()).toBe('plant/d');
    await page.user.keyboard('{End}');
    expect(active()).toBe('plant/a');
  });

  test('is edited by Enter and sent again by Ctrl and Enter, which does not publish besides', async () => {
    const page = open();
    row(page, 1).focus();
    await page.user.keyboard('{Enter}{Control>}{Enter}{/Control}');
    expect(asked).toEqual(['edit b', 'again b']);
    expect(passed).not.toContain('Enter');
  });

  test('is edited by two presses, and by the buttons above, which mean the chosen row', async () => {
    const page = open();
    await page.user.dblClick(row(page, 2));
    await press(page, 'Send again');
    await press(page, 'Edit');
    await press(page, 'Clear list');
    expect(asked).toEqual(['edit a', 'again a', 'edit a', 'clear']);
  });

  test('and was not kept can be neither edited nor sent again, whatever is pressed', async () => {
    const page = open([sentMessage({ kept: false })]);
    expect(isDisabled(page.getByRole('button', { name: 'Send again' }))).toBe(true);
    expect(isDisabled(page.getByRole('button', { name: 'Edit' }))).toBe(true);
    await page.user.dblClick(row(page, 0));
    await page.user.keyboard('{Enter}{Control>}{Enter}{/Control}');
    expect(asked).toEqual([]);
    await press(page, 'Clear list');
    expect(asked).toEqual(['clear']);
  });
});
