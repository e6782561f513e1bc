import { describe, expect, test } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import { ConnectionId } from '../../../../../src-main/contract/model/model.ts';
import type { ClearScope } from '../../../../../src-main/contract/session/jobs.ts';
import { ManyClearing } from '../../../../../src-renderer/features/retained/many-clearing.ts';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';

interface Call {
  readonly name: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly answer: (answer: unknown) => void;
}

/** An engine whose answers come when the test gives them; pages of a plan are empty at once. */
function clearing() {
  const calls: Call[] = [];
  const call = (name: string, params: Call['params']) =>
    name === 'readPlan'
      ? Promise.resolve({ kind: 'page', topics: [] })
      : new Promise((answer) => calls.push({ name, params, answer }));
  const session = { connectionId: ConnectionId.parse('c'), client: { call } } as unknown as ConnectionSession;
  const made = new ManyClearing(session);
  return { calls, made, state: () => made.store.getState() };
}

const SUBTREE: ClearScope = { kind: 'subtree', key: 'plant' };
const FILTER: ClearScope = { kind: 'filter', text: 'press' };
const plan = (name: string, clear = 3) => ({
  kind: 'plan',
  plan: name,
  clear,
  bytes: 10,
  returning: 0,
  excluded: 0,
  unknown: 0,
});

/** With the preview of a plan on screen. */
async function planned(name = 'p1') {
  const all = clearing();
  const looking = all.made.look(SUBTREE);
  all.calls[0]?.answer(plan(name));
  await looking;
  return all;
}

describe('the preview of a clear', () => {
  test('is of the scope that was chosen last, whichever is answered last', async () => {
    const { calls, made, state } = clearing();
    const both = [made.look(SUBTREE), made.look(FILTER)];
    expect(calls.map(({ params }) => params['scope'])).toEqual([SUBTREE, FILTER]);
    calls[1]?.answer(plan('of the filter', 2));
    calls[0]?.answer(plan('of the subtree', 900));
    await Promise.all(both);
    expect(state().plan).toMatchObject({ plan: 'of the filter', clear: 2 });
  });

  test('says why there is none, until another is looked for', async () => {
    const { calls, made, state } = clearing();
    const looking = made.look(FILTER);
    calls[0]?.answer(failed('bad-filter', 'The filter is not valid.', 'Mend it.'));
    await looking;
    expect([state().plan, state().problem]).toEqual([null, 'The filter is not valid. Mend it.']);
    void made.look(SUBTREE);
    expect(state().problem).toBeNull();
  });

  test('says so where the engine is gone', async () => {
    const call = () => Promise.reject(new Error('The pipe is closed.'));
    const session = { connectionId: 'c', client: { call } } as unknown as ConnectionSession;
    const made = new ManyClearing(session);
    await made.look(SUBTREE);
    expect(made.store.getState().problem).toContain('The engine did not answer.');
  });

  test('of a dialog that was closed changes nothing', async () => {
    const { calls, made, state } = clearing();
    const looking = made.look(SUBTREE);
    made.closed();
    calls[0]?.answer(plan('late'));
    await looking;
    expect(state().plan).toBeNull();
  });
});

describe('a clear that begins', () => {
  test('begins once, however often its button is pressed', async () => {
    const { calls, made, state } = await planned();
    const presses = [made.begin(), made.begin(), made.begin()];
    expect(calls.slice(1).map(({ name, params }) => [name, params])).toEqual([
      ['startClearing', { plan: 'p1', overLimit: false }],
    ]);
    expect(state().beginning).toBe(true);
    calls[1]?.answer({ kind: 'started', job: 'j1' });
    await Promise.all(presses);
    expect(state().job).toBe('j1');
    await made.begin();
    expect(calls).toHaveLength(2);
  });

  test('begins with no plan not at all', async () => {
    const { calls, made } = clearing();
    void made.look(SUBTREE);
    await made.begin();
    expect(calls.map(({ name }) => name)).toEqual(['planClearing']);
  });

  test('goes beyond the limit of the trash only of the plan that had no room', async () => {
    const { calls, made, state } = await planned();
    const beginning = made.begin();
    calls[1]?.answer(failed('trash-full', 'The trash is full.', 'Empty it.'));
    await beginning;
    expect(state()).toMatchObject({ full: true, beginning: false, problem: 'The trash is full. Empty it.' });
    void made.begin();
    expect(calls[2]?.params).toEqual({ plan: 'p1', overLimit: true });

    const looking = made.look(FILTER);
    calls[3]?.answer(plan('p2'));
    await looking;
    expect(state().full).toBe(false);
    void made.begin();
    expect(calls[4]?.params).toEqual({ plan: 'p2', overLimit: false });
  });

  test('says why it did not begin, with what to do, and can be tried again', async () => {
    const { calls, made, state } = await planned();
    const beginning = made.begin();
    calls[1]?.answer(failed('not-connected', 'It is not connected.', 'Connect first.'));
    await beginning;
    expect([state().problem, state().full]).toEqual(['It is not connected. Connect first.', false]);
    void made.begin();
    expect([calls.length, state().problem]).toEqual([3, null]);
  });

  test('is paused and stopped by its own name, and says why it could not be', async () => {
    const { calls, made, state } = await planned();
    made.found('running already');
    const pausing = made.control('pauseJob', 'running already');
    expect(calls[1]).toMatchObject({ name: 'pauseJob', params: { job: 'running already' } });
    calls[1]?.answer(failed('no-such-job', 'It is over.', ''));
    await pausing;
    expect([state().job, state().problem]).toEqual(['running already', 'It is over.']);
  });
});
