// @vitest-environment happy-dom
import { afterEach, describe, expect, test } from 'vitest';
import { Splitter } from '../../../../../src-renderer/ui/controls/splitter.tsx';
import { teardown } from '../../../../support/teardown.ts';
import { live } from '../../../../support/window/live.ts';

afterEach(teardown);

describe.each(['columns', 'rows'] as const)('Two panes in %s', (direction) => {
  const open = () =>
    live(
      <Splitter
        id={`test-${direction}`}
        label="Resize history"
        direction={direction}
        first={<p>First</p>}
        second={<p>Second</p>}
        size="40%"
      />,
    );

  test('stand in their order, with a bar between them that is named and reached by Tab', async () => {
    const page = open();
    const bar = page.getByRole('separator', { name: 'Resize history' });
    const follows = (one: Element, other: Element) =>
      (one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
    expect([follows(page.getByText('First'), bar), follows(bar, page.getByText('Second'))]).toEqual([
      true,
      true,
    ]);
    await page.user.tab();
    expect(document.activeElement).toBe(bar);
  });

  test('are divided by a bar that says which way it lies', () => {
    const lies = direction === 'columns' ? 'vertical' : 'horizontal';
    expect(open().getByRole('separator').getAttribute('aria-orientation')).toBe(lies);
  });
});
