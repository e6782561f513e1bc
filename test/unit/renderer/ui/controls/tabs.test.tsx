// @vitest-environment happy-dom
import { useState } from 'react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TabRow, Tabs } from '../../../../../src-renderer/ui/controls/tabs.tsx';
import { teardown } from '../../../../support/teardown.ts';
import { focusedName, live, type Live } from '../../../../support/window/live.ts';

/** The tabs that were chosen, in order. */
let chosen: string[] = [];

beforeEach(() => {
  chosen = [];
});
afterEach(teardown);

const ITEMS = [
  { id: 'text', label: 'Text' },
  { id: 'hex', label: 'Hex', detail: '12 B' },
  { id: 'chart', label: 'Chart' },
] as const;
type Id = (typeof ITEMS)[number]['id'];

function Part({ row = false, focusPanel = true }: { readonly row?: boolean; readonly focusPanel?: boolean }) {
  const [value, setValue] = useState<Id>('text');
  const onChange = (id: Id) => {
    chosen.push(id);
    setValue(id);
  };
  const tabs = { label: 'View', items: ITEMS, value, onChange };
  return row ? (
    <TabRow {...tabs} />
  ) : (
    <Tabs {...tabs} focusPanel={focusPanel} start={<b>Before</b>} end={<button>At the end</button>}>
      <p>What is in {value}</p>
    </Tabs>
  );
}
const tab = (page: Live, name: string) => page.getByRole('tab', { name });
const selected = (page: Live) =>
  page
    .getAllByRole('tab')
    .filter((one) => one.getAttribute('aria-selected') === 'true')
    .map(({ textContent }) => textContent);

describe('Tabs', () => {
  test('are a named list with what stands beside it, and a panel of the chosen one', () => {
    const page = live(<Part />);
    const list = page.getByRole('tablist', { name: 'View' });
    expect(list.textContent).toBe('TextHexChart');
    expect(page.getByText('Before') && page.getByRole('button', { name: 'At the end' })).toBeTruthy();
    const panel = page.getByRole('tabpanel');
    expect(panel.textContent).toBe('What is in text');
    expect(tab(page, 'Text').getAttribute('aria-controls')).toBe(panel.id);
    expect(panel.getAttribute('aria-labelledby')).toBe(tab(page, 'Text').id);
  });

  test('are chosen by a press', async () => {
    const page = live(<Part />);
    await page.user.click(tab(page, 'Hex'));
    expect([chosen.at(-1), selected(page), page.getByRole('tabpanel').textContent]).toEqual([
      'hex',
      ['Hex'],
      'What is in hex',
    ]);
  });

  test('report a press on the one that is chosen as well', async () => {
    const page = live(<Part />);
    await page.user.click(tab(page, 'Text'));
    expect(chosen).toEqual(['text']);
  });

  test('have one stop of Tab, and arrows, Home and End choose at once', async () => {
    const page = live(<Part />);
    await page.user.tab();
    expect(focusedName()).toBe('Text');
    await page.user.keyboard('{ArrowRight}');
    expect([focusedName(), selected(page)]).toEqual(['Hex', ['Hex']]);
    await page.user.keyboard('{End}');
    expect(selected(page)).toEqual(['Chart']);
    await page.user.keyboard('{ArrowRight}');
    expect(selected(page)).toEqual(['Text']);
    await page.user.keyboard('{ArrowLeft}{Home}');
    expect(selected(page)).toEqual(['Text']);
    await page.user.tab();
    expect(focusedName()).toBe('At the end');
  });

  test('say a count beside the name, not in it', () => {
    expect(tab(live(<Part />), 'Hex').getAttribute('aria-description')).toBe('12 B');
  });

  test('have a panel that takes the focus, unless what is in it does', async () => {
    expect(live(<Part />).getByRole('tabpanel').tabIndex).toBe(0);
    const page = live(<Part focusPanel={false} />);
    await page.user.tab();
    await page.user.tab();
    await page.user.tab();
    expect(document.activeElement).not.toBe(page.getByRole('tabpanel'));
  });

  test('alone choose what lies elsewhere, and have no panel', async () => {
    const page = live(<Part row />);
    expect(page.queryByRole('tabpanel')).toBeNull();
    await page.user.click(tab(page, 'Chart'));
    expect([chosen.at(-1), selected(page)]).toEqual(['chart', ['Chart']]);
  });

  test('keep the chosen one in sight where not all fit', async () => {
    const seen: (string | null)[] = [];
    const into = Element.prototype.scrollIntoView;
    Element.prototype.scrollIntoView = function scrolled(this: Element) {
      seen.push(this.getAttribute('data-tab'));
    };
    try {
      const page = live(<Part />);
      expect(seen).toEqual(['text']);
      await page.user.click(tab(page, 'Chart'));
      expect(seen.at(-1)).toBe('chart');
    } finally {
      Element.prototype.scrollIntoView = into;
    }
  });
});
