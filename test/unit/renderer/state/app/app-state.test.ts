import { expect, test } from 'vitest';
import { ProtocolError } from '../../../../../src-main/contract/base/errors.ts';
import { createAppState } from '../../../../../src-renderer/state/app/app-state.ts';
import { plainMemory } from '../../../../../src-renderer/state/browser/memory.ts';
import { createEngine } from '../../../../../src-renderer/state/engine/engine.ts';
import { FakeEngine, FakeLink } from '../../../../support/engine/fake-engine.ts';

test('What the window could not read is shown by the shell, the latest one, until the state is given up.', () => {
  const link = new FakeLink(new FakeEngine());
  const app = createAppState(createEngine(link), plainMemory(), plainMemory());
  expect(app.shell.store.getState().misfit).toBeNull();
  link.misfit(new ProtocolError('bad-answer', 'The first.'));
  link.misfit(new ProtocolError('bad-answer', 'The second.'));
  expect(app.shell.store.getState().misfit).toBe('The second.');
  app.dispose();
  link.misfit(new ProtocolError('bad-answer', 'The third.'));
  expect(app.shell.store.getState().misfit).toBe('The second.');
  link.close();
});
