// @vitest-environment happy-dom
import { afterEach, expect, test } from 'vitest';
import { useFocusAfterStop } from '../../../../../src-renderer/ui/feedback/focus-after-stop.ts';
import { ProgressLine } from '../../../../../src-renderer/ui/feedback/progress-line.tsx';
import { teardown } from '../../../../support/teardown.ts';
import { live } from '../../../../support/window/live.ts';

afterEach(teardown);

type Stoppable = Parameters<typeof ProgressLine>[0]['progress'];

const running: Stoppable = { done: 1, total: 5, rate: 1, stopping: false };
const stopping: Stoppable = { ...running, stopping: true };

function Work({ progress }: { readonly progress: Stoppable | null }) {
  const next = useFocusAfterStop(progress);
  return (
    <div className="dialog" role="dialog" tabIndex={-1}>
      {progress === null ? null : (
        <ProgressLine label="Restoring" barLabel="Restored" progress={progress} onStop={() => undefined} />
      )}
      <button type="button">Other</button>
      <button type="button" ref={next}>
        Done
      </button>
    </div>
  );
}

test('who stopped long work is led on to the button that comes next', () => {
  const page = live(<Work progress={running} />);
  page.getByRole('button', { name: 'Stop here' }).focus();
  page.again(<Work progress={stopping} />);
  // As a browser and the dialog do, where what had the focus is disabled.
  page.getByRole('dialog').focus();
  page.again(<Work progress={null} />);
  expect(document.activeElement?.textContent).toBe('Done');
});

test('who went elsewhere while it stopped stays there', () => {
  const page = live(<Work progress={stopping} />);
  page.getByRole('button', { name: 'Other' }).focus();
  page.again(<Work progress={null} />);
  expect(document.activeElement?.textContent).toBe('Other');
});

test('work that comes to its own end moves no focus', () => {
  const page = live(<Work progress={running} />);
  page.getByRole('dialog').focus();
  page.again(<Work progress={null} />);
  expect(document.activeElement).toBe(page.getByRole('dialog'));
});

test('the next stop counts again, and work that begins anew forgets the last one', () => {
  const page = live(<Work progress={stopping} />);
  page.again(<Work progress={running} />);
  page.getByRole('dialog').focus();
  page.again(<Work progress={null} />);
  expect(document.activeElement).toBe(page.getByRole('dialog'));
  page.again(<Work progress={stopping} />);
  page.again(<Work progress={null} />);
  expect(document.activeElement?.textContent).toBe('Done');
});
