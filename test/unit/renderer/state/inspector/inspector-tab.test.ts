import { expect, test } from 'vitest';
import { inspectorTabOf } from '../../../../../src-renderer/state/inspector/inspector-tab.ts';
import { FakeLog } from './fake-log.ts';

test('each session has a view of its own, the value at first, which whoever asks shares', () => {
  const [one, other] = [new FakeLog().session, new FakeLog().session];
  expect(inspectorTabOf(one).getState().tab).toBe('value');
  inspectorTabOf(one).setState({ tab: 'chart' });
  expect(inspectorTabOf(one).getState().tab).toBe('chart');
  expect(inspectorTabOf(other).getState().tab).toBe('value');
});
