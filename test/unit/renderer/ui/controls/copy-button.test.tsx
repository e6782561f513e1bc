// @vitest-environment happy-dom
import { act, fireEvent } from '@testing-library/react';
import { Copy } from 'lucide-react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CopyButton } from '../../../../../src-renderer/ui/controls/copy-button.tsx';
import { teardown } from '../../../../support/teardown.ts';
import { live, type Live } from '../../../../support/window/live.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(async () => {
  vi.useRealTimers();
  await teardown();
});

const open = (copy: () => Promise<string>) => live(<CopyButton label="Copy topic" icon={Copy} copy={copy} />);
const button = (page: Live) => page.getByRole('button', { name: 'Copy topic' });
const said = (page: Live) => page.getByRole('status').textContent;
const pressed = (page: Live) => act(async () => void fireEvent.click(button(page)));
const passed = (ms: number) => act(async () => void vi.advanceTimersByTime(ms));

describe('A button that copies', () => {
  test('says for a moment that it did, and keeps its name', async () => {
    const page = open(() => Promise.resolve('Topic copied'));
    expect([said(page), button(page).title]).toEqual(['', 'Copy topic']);
    await pressed(page);
    expect([said(page), button(page).title]).toEqual(['Topic copied', 'Topic copied']);
    await passed(1_500);
    expect(said(page)).toBe('Topic copied');
    await passed(200);
    expect([said(page), button(page).title]).toEqual(['', 'Copy topic']);
  });

  test('says why it did not, for longer and to be read', async () => {
    const page = open(() => Promise.reject(new Error('The clipboard refused.')));
    await pressed(page);
    expect(said(page)).toBe('The clipboard refused.');
    expect(page.getByRole('status').matches('.visually-hidden')).toBe(false);
    await passed(5_900);
    expect(said(page)).toBe('The clipboard refused.');
    await passed(200);
    expect(said(page)).toBe('');
  });

  test('begins the moment anew when it is pressed again', async () => {
    let times = 0;
    const page = open(() => Promise.resolve(`Copied ${++times}`));
    await pressed(page);
    await passed(1_000);
    await pressed(page);
    await passed(1_000);
    expect(said(page)).toBe('Copied 2');
  });
});
