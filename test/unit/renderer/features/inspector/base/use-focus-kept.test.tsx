// @vitest-environment happy-dom
import { afterEach, expect, test } from 'vitest';
import { useFocusKept } from '../../../../../../src-renderer/features/inspector/base/use-focus-kept.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { focusedName, live } from '../../../../../support/window/live.ts';

afterEach(teardown);

function Views({ shown }: { readonly shown: string }) {
  useFocusKept(shown);
  return (
    <>
      <div role="tablist" aria-label="Other views">
        <button type="button" role="tab" aria-selected>
          Elsewhere
        </button>
      </div>
      <div role="tablist" aria-label="Inspector views">
        {['Value', 'Chart'].map((name) => (
          <button key={name} type="button" role="tab" aria-selected={name === shown}>
            {name}
          </button>
        ))}
      </div>
      {shown === 'Value' ? <button type="button">Chart it</button> : <p>A chart</p>}
      <input aria-label="Find" />
    </>
  );
}

test('What had the focus goes with its view: the tab of the view that came has it.', async () => {
  const page = live(<Views shown="Value" />);
  await page.user.click(page.getByRole('button', { name: 'Chart it' }));
  page.again(<Views shown="Chart" />);
  expect(focusedName()).toBe('Chart');
});

test('The focus stays where it is as long as that is there.', async () => {
  const page = live(<Views shown="Value" />);
  await page.user.click(page.getByRole('textbox', { name: 'Find' }));
  page.again(<Views shown="Chart" />);
  expect(focusedName()).toBe('Find');
});
