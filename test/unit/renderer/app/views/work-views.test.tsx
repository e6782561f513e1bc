// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RetainedSide } from '../../../../../src-renderer/app/views/retained-side.tsx';
import { ViewRow } from '../../../../../src-renderer/app/views/view-row.tsx';
import { LeftPane, RightPane } from '../../../../../src-renderer/app/views/work-panes.tsx';
import { WORK_VIEWS, workView, type WorkView } from '../../../../../src-renderer/app/views/work-views.tsx';
import { inventoryOf } from '../../../../../src-renderer/state/retained/inventory-session.ts';
import { TOPICS_VIEW } from '../../../../../src-renderer/state/app/shell.ts';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';
import { EMPTY_FRAME } from '../../../../support/engine/fake-engine.ts';
import { teardown } from '../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../support/window/fake-app.ts';
import { fakeSession } from '../../../../support/window/fake-session.ts';
import { live } from '../../../../support/window/live.ts';

let window: FakeApp;
let session: ConnectionSession;

beforeEach(() => {
  window = fakeApp();
  session = fakeSession(window);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await teardown();
});

const props = () => ({ app: window.app, session, production: null });

describe('The views of a connection', () => {
  test('begin with the tree, and each has an id and a name of its own', () => {
    expect(WORK_VIEWS[0]?.id).toBe(TOPICS_VIEW);
    for (const of of ['id', 'label'] as const)
      expect(new Set(WORK_VIEWS.map((view) => view[of])).size).toBe(WORK_VIEWS.length);
  });

  test('are the tree where none is called so', () => {
    expect(workView('no such view')?.id).toBe(TOPICS_VIEW);
    expect(workView('search')?.id).toBe('search');
  });

  test('load what they show only when it is shown', () => {
    for (const { id, Left, Right } of WORK_VIEWS)
      expect([id, Left === null, Right === null]).toEqual([id, id === TOPICS_VIEW, id === TOPICS_VIEW]);
  });
});

describe('The row of views', () => {
  const open = () => live(<ViewRow app={window.app} session={session} />);
  const detail = (page: ReturnType<typeof open>, name: string) =>
    page.getByRole('tab', { name }).getAttribute('aria-description');

  test('is a list of tabs, of which the shown one is selected and the others change it', async () => {
    const page = open();
    expect(page.getByRole('tablist', { name: 'Views' })).toBeTruthy();
    expect(page.getByRole('tab', { selected: true }).textContent).toBe('Topics');
    await page.user.click(page.getByRole('tab', { name: 'Retained' }));
    expect(window.app.shell.store.getState().view).toBe('retained');
    expect(page.getByRole('tab', { selected: true }).textContent).toBe('Retained');
  });

  test('is walked by the arrow keys', async () => {
    const page = open();
    page.getByRole('tab', { name: 'Topics' }).focus();
    await page.user.keyboard('{ArrowRight}');
    await expect.poll(() => window.app.shell.store.getState().view).toBe('retained');
    await page.user.keyboard('{End}');
    await expect.poll(() => window.app.shell.store.getState().view).toBe('search');
  });

  test('describes what is retained by its count, in figures as a person writes them', async () => {
    session.store.setState({ counters: null });
    const page = open();
    expect(detail(page, 'Retained')).toBeNull();
    // None is a count as well, once it is known.
    window.engine.frame.set({ ...EMPTY_FRAME, revision: 2 });
    await expect.poll(() => detail(page, 'Retained')).toBe('0');
    window.engine.frame.set({
      ...EMPTY_FRAME,
      revision: 3,
      counters: { ...EMPTY_FRAME.counters, retained: 12_345 },
    });
    await expect.poll(() => detail(page, 'Retained')).toBe('12,345');
    expect([detail(page, 'Topics'), detail(page, 'Search')]).toEqual([null, null]);
  });
});

describe('The panes beside each other', () => {
  const view = (more: Partial<WorkView>): WorkView => ({
    ...WORK_VIEWS[0]!,
    id: 'x',
    label: 'Mine',
    ...more,
  });
  const left = (of: WorkView | undefined) => (
    <LeftPane {...props()} view={of} what="The topic tree">
      <p>the tree</p>
    </LeftPane>
  );
  const right = (of: WorkView | undefined) => (
    <RightPane {...props()} view={of} what="The inspector">
      <p>the inspector</p>
    </RightPane>
  );

  test('are the tree and the inspector where the view has nothing of its own', () => {
    expect(live(left(view({}))).getByText('the tree')).toBeTruthy();
    expect(live(right(undefined)).getByText('the inspector')).toBeTruthy();
  });

  test('are what the view has, at the left as a panel of its name below the row of views', () => {
    const page = live(left(view({ Left: () => <p>mine</p> })));
    expect(page.getByRole('tabpanel', { name: 'Mine' }).textContent).toBe('mine');
    expect([page.queryByText('the tree'), page.queryByRole('tablist') === null]).toEqual([null, false]);
    expect(live(right(view({ Right: () => <p>mine</p> }))).queryByText('the inspector')).toBeNull();
  });

  test('go on without a view that broke, and say which; another view is whole', () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const Broken = () => {
      throw new Error('It broke.');
    };
    const page = live(left(view({ Left: Broken })));
    expect(page.getByRole('alert').textContent).toContain('Mine');
    page.again(left(view({ id: 'y', Left: () => <p>another</p> })));
    expect([page.queryByRole('alert'), page.getByText('another') !== null]).toEqual([null, true]);
  });
});

describe('Beside the list of what is retained', () => {
  const open = () => live(<RetainedSide {...props()} />);
  const inspect = (on: boolean) => inventoryOf(session).inspect(on);
  const inspecting = () => inventoryOf(session).store.getState().inspecting;

  test('is its summary, and after Enter on a row the inspector with a way back', async () => {
    const page = open();
    expect(page.getByRole('region', { name: 'Retained summary' })).toBeTruthy();
    inspect(true);
    const back = await page.findByRole('button', { name: 'Back to the summary' });
    expect(page.getByRole('region', { name: 'Inspector' })).toBeTruthy();
    await page.user.click(back);
    expect(inspecting()).toBe(false);
    expect(await page.findByRole('region', { name: 'Retained summary' })).toBeTruthy();
  });

  test('goes back by Escape, unless that is somebody else’s or a pane is enlarged', async () => {
    inspect(true);
    const page = open();
    const back = page.getByRole('button', { name: 'Back to the summary' });
    back.focus();
    window.app.shell.enlarge('inspector');
    await page.user.keyboard('{Escape}');
    expect(inspecting()).toBe(true);
    window.app.shell.enlarge(null);
    const used = (event: Event) => event.preventDefault();
    back.addEventListener('keydown', used);
    await page.user.keyboard('{Escape}');
    expect(inspecting()).toBe(true);
    back.removeEventListener('keydown', used);
    await page.user.keyboard('{Escape}');
    expect(inspecting()).toBe(false);
  });
});
