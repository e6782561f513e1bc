// @vitest-environment happy-dom
import { useRef } from 'react';
import { afterEach, describe, expect, test } from 'vitest';
import { useRows } from '../../../../../../src-renderer/features/inspector/base/use-rows.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { layOut, scrollDown } from '../../../../../support/window/laid-out.ts';
import { live } from '../../../../../support/window/live.ts';

afterEach(teardown);

interface ListProps {
  readonly count: number;
  readonly top?: number;
}

function Rows({ count, top }: ListProps) {
  const body = useRef<HTMLDivElement>(null);
  const { first, last } = useRows(body, count, 20, top);
  return <div ref={body}>{`${first} to ${last}`}</div>;
}

/** The rows that are drawn of a list in a panel of this height. */
function list({ count, top }: ListProps) {
  layOut('[role=tabpanel]', { height: 200 });
  const part = (rows: number) => (
    <div role="tabpanel">
      <Rows count={rows} {...(top === undefined ? {} : { top })} />
    </div>
  );
  const page = live(part(count));
  const panel = page.getByRole('tabpanel');
  return { ...page, panel, drawn: () => panel.textContent, of: (rows: number) => page.again(part(rows)) };
}

describe('Of a long list', () => {
  test('only the rows in sight and some beyond are drawn, wherever it is scrolled to', () => {
    const { drawn, panel } = list({ count: 20_000 });
    expect(drawn()).toBe('0 to 22');
    scrollDown(panel, 4_000);
    expect(drawn()).toBe('188 to 222');
    scrollDown(panel, 1e9);
    expect(drawn()).toBe('20000 to 20000');
  });

  test('what stands above its first row is counted in', () => {
    const { drawn, panel } = list({ count: 20_000, top: 400 });
    expect(drawn()).toBe('0 to 2');
    scrollDown(panel, 4_000);
    expect(drawn()).toBe('168 to 202');
  });

  test('that became short there are no rows beyond its last', () => {
    const { drawn, of, panel } = list({ count: 20_000 });
    scrollDown(panel, 4_000);
    of(5);
    expect(drawn()).toBe('5 to 5');
    scrollDown(panel, 0);
    expect(drawn()).toBe('0 to 5');
    of(0);
    expect(drawn()).toBe('0 to 0');
  });

  test('more is drawn where there is more room for it', () => {
    const { drawn } = list({ count: 20_000 });
    layOut('[role=tabpanel]', { height: 1_000 });
    expect(drawn()).toBe('0 to 62');
  });
});

test('Without anything that scrolls, as many rows are drawn as a screen has.', () => {
  expect(live(<Rows count={20_000} />).getByText(/to/).textContent).toBe('0 to 42');
});
