// @vitest-environment happy-dom
import { afterEach, expect, test } from 'vitest';
import { doneWords, ProgressLine } from '../../../../../src-renderer/ui/feedback/progress-line.tsx';
import { teardown } from '../../../../support/teardown.ts';
import { isDisabled, live } from '../../../../support/window/live.ts';

afterEach(teardown);

const progress = { done: 1_200, total: 5_000, rate: 349.7, stopping: false };

test('is a status with a bar, which can be stopped once', async () => {
  let stops = 0;
  const line = (stopping: boolean) => (
    <ProgressLine
      label="Restoring"
      barLabel="Restored"
      progress={{ ...progress, stopping }}
      onStop={() => void stops++}
    />
  );
  const page = live(line(false));
  const bar = page.getByRole<HTMLProgressElement>('progressbar', { name: 'Restored' });
  expect([bar.value, bar.max]).toEqual([1_200, 5_000]);
  await page.user.click(page.getByRole('button', { name: 'Stop here' }));
  expect(stops).toBe(1);
  page.again(line(true));
  expect(page.getByRole('status', { name: 'Restoring' }).textContent).toMatch(
    /350\/s\. Stopping after what is under way\./,
  );
  expect(isDisabled(page.getByRole('button', { name: 'Stop here' }))).toBe(true);
});

test('says that it is paused, and has no button where it is stopped elsewhere', () => {
  const page = live(<ProgressLine label="Restoring" barLabel="Restored" progress={progress} paused />);
  expect(page.getByRole('status').textContent).toBe('1,200 of 5,000 done, 350/s. Paused.');
  expect(page.queryByRole('button')).toBeNull();
});

test('says how far it is and how fast, and never that it stands still', () => {
  const progress = { done: 1_200, total: 5_000, rate: 349.7 };
  expect(doneWords(progress)).toBe('1,200 of 5,000 done, 350/s');
  expect(doneWords({ ...progress, done: 0, rate: 0 })).toBe('0 of 5,000 done');
  expect(doneWords({ ...progress, rate: 0.2 })).toMatch(/, 1\/s$/);
});
