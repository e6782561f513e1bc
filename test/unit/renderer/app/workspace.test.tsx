// @vitest-environment happy-dom
import { act } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import type { ConnectionSummary } from '../../../../src-main/contract/model/model.ts';
import { isSafeText } from '../../../../src-main/core/payload/visible.ts';
import { App } from '../../../../src-renderer/app/app.tsx';
import { currentSession } from '../../../../src-renderer/app/base/sessions.ts';
import { onlineState } from '../../../support/engine/fake-engine.ts';
import { eachWindow, savedProfile, withConnection, withProfiles } from '../../../support/window/fake-app.ts';
import { HOSTILE_TEXTS } from '../../../support/window/hostile-texts.ts';
import { answer, describedBy, live, press, put, watch, type Live } from '../../../support/window/live.ts';

const window = eachWindow();

const shell = () => window.app.shell.store.getState();
const open = async (more?: Partial<ConnectionSummary>) => {
  const connection = await withConnection(window, more);
  const page = live(<App app={window.app} />);
  await page.findByRole('treegrid', { name: 'Topics' });
  await page.findByRole('region', { name: 'Publish' });
  // What was typed on an earlier page is here, and can be typed over.
  await expect.poll(() => topic(page).hasAttribute('readonly')).toBe(false);
  return { page, connection };
};
const topic = (page: Live) => page.getByRole('textbox', { name: 'Topic' });
const panes = () => document.querySelector<HTMLElement>('.panes');
const format = (page: Live) => page.queryByRole('combobox', { name: 'Format' });
const publish = async (page: Live) => {
  await put(page, topic(page), 'plant/a');
  await page.user.keyboard('{Control>}{Enter}{/Control}');
};

describe('The lower panes', () => {
  test('show only their heads while they are folded, and all of them again afterwards', async () => {
    const { page } = await open();
    expect(format(page)).not.toBeNull();
    act(() => window.app.shell.fold(true));
    expect([format(page), panes()?.dataset['folded']]).toEqual([null, 'true']);
    act(() => window.app.shell.fold(false));
    expect(format(page)).not.toBeNull();
  });

  test('are whole where one of them is enlarged, however they are folded below', async () => {
    const { page } = await open();
    act(() => {
      window.app.shell.fold(true);
      window.app.shell.enlarge('publish');
    });
    expect(format(page)).not.toBeNull();
    expect([panes()?.dataset['enlarged'], panes()?.dataset['folded']]).toEqual(['publish', undefined]);
    await press(page, 'Shrink publish panel');
    expect([shell().enlarged, format(page)]).toEqual([null, null]);
  });
});

describe('The tree of a connection without a topic', () => {
  const why = failed('refused', 'Nothing accepts connections.', 'Check that the broker runs.');

  test('says why there is no connection, also while the next attempt is made, and no longer once there is', async () => {
    const { page, connection } = await open({ state: { kind: 'waiting', attempt: 1, retryAt: 0, why } });
    const said = () =>
      page.queryByText(/There is no connection: Nothing accepts .* the broker runs\./) !== null;
    await expect.poll(said).toBe(true);
    const turn = (state: ConnectionSummary['state'], attempt: string) => {
      act(() => window.engine.change(connection.id, { state }));
      return expect
        .poll(() => page.getByRole('status', { name: 'Connection status' }).textContent)
        .toBe(attempt);
    };
    await turn({ kind: 'resolving', attempt: 2, since: 0, host: 'h' }, 'Reconnecting');
    expect(said()).toBe(true);
    await turn(onlineState(), 'Connected');
    await expect.poll(said).toBe(false);
  });
});

describe('The publish panel of a connection', () => {
  const note = async (page: Live) => {
    await press(page, 'Properties');
    return page.queryByText(/does not use MQTT 5/);
  };

  test('knows whether messages may have properties, from what is spoken', async () => {
    const { page, connection } = await open({ state: { ...onlineState(), version: '3.1.1' } as never });
    expect(await note(page)).not.toBeNull();
    window.engine.change(connection.id, { state: onlineState() });
    await expect.poll(() => page.queryByText(/does not use MQTT 5/)).toBeNull();
  });

  test('does not say so while that is not known', async () => {
    const { page } = await open({ state: { kind: 'idle' } });
    expect(await note(page)).toBeNull();
  });

  test('knows how many topic aliases the broker takes: none where it says nothing', async () => {
    const { page, connection } = await open();
    await note(page);
    const alias = page.getByRole('spinbutton', { name: 'Topic alias' });
    expect(describedBy(alias)).toBe('The broker takes none.');
    const limits = { topicAliasMaximum: 8 };
    window.engine.change(connection.id, { state: { ...onlineState(), limits } as never });
    await expect.poll(() => describedBy(alias)).toBe('The broker takes up to 8.');
  });

  test('asks whether a message waits where there is no connection', async () => {
    const { page } = await open({ state: { kind: 'idle' } });
    await publish(page);
    expect(await page.findByRole('dialog', { name: 'Publish when the connection is back?' })).toBeTruthy();
  });

  test('asks once more in production, by a name that deceives no eye', async () => {
    const sent = watch(window.engine, 'sendMessage');
    await withProfiles(window, savedProfile({ colour: 'red' }));
    const { page } = await open({ profileId: 'plant', name: HOSTILE_TEXTS.join('') });
    await publish(page);
    const question = await page.findByRole('dialog', { name: 'Publish to production?' });
    expect(isSafeText(question.textContent)).toBe(true);
    expect(question.querySelector('b')).toBeNull();
    expect(sent).toEqual([]);
  });
});

describe('Another connection', () => {
  test('has another tree and another message, and what was typed is there on the way back', async () => {
    const { page, connection } = await open();
    await put(page, topic(page), 'mine');
    const first = currentSession();
    await withConnection(window, { name: 'Other plant' });
    await expect.poll(() => document.title).toBe('Other plant · Topicscope');
    await page.findByRole('treegrid', { name: 'Topics' });
    expect(currentSession()).not.toBe(first);
    expect((topic(page) as HTMLInputElement).value).toBe('');
    window.app.connections.select({ kind: 'connection', id: connection.id });
    await expect.poll(() => document.title).toBe('Live plant · Topicscope');
    await expect.poll(() => (topic(page) as HTMLInputElement).value).toBe('mine');
  });

  test('leaves nothing that goes on for one that is closed', async () => {
    const { page, connection } = await open();
    window.engine.connections.set([]);
    await expect.poll(() => page.queryByRole('treegrid')).toBeNull();
    expect(currentSession()).toBeNull();
    expect(window.app.connections.store.getState().connections).not.toContain(connection);
  });
});

test('A preview of clearing lies over the panes as long as there is one.', async () => {
  const { page } = await open();
  act(() => currentSession()?.openClear(['plant/a']));
  expect(await page.findByRole('dialog', { name: /Clear/ })).toBeTruthy();
  await page.user.keyboard('{Escape}');
  await expect.poll(() => page.queryByRole('dialog')).toBeNull();
  expect(currentSession()?.store.getState().clearing).toBeNull();
});

describe('Topics that are to be forgotten', () => {
  const asked = async () => {
    const { page, connection } = await open();
    act(() => window.app.shell.open({ kind: 'forget', id: connection.id, what: { kind: 'late' } }));
    await page.findByRole('dialog', { name: 'Forget all late topics?' });
    return page;
  };

  test('stay where that is cancelled', async () => {
    const forgotten = watch(window.engine, 'forgetTopics');
    const page = await asked();
    await press(page, 'Cancel');
    await expect.poll(() => page.queryByRole('dialog')).toBeNull();
    expect(forgotten).toEqual([]);
  });

  test('and are not, are announced over the panes', async () => {
    answer(window.engine, 'forgetTopics', () => {
      throw failed('no', 'It broke.', '');
    });
    const page = await asked();
    await press(page, 'Forget late topics');
    expect((await page.findByRole('alert')).textContent).toContain('The engine did not answer.');
  });

  test('of a connection that is not shown are not asked for', async () => {
    const { page, connection } = await open();
    const other = window.engine.add({ name: 'Other plant' });
    act(() => window.app.shell.open({ kind: 'forget', id: other.id, what: { kind: 'late' } }));
    await expect.poll(() => shell().dialog).not.toBeNull();
    expect(page.queryByRole('dialog')).toBeNull();
    expect(currentSession()?.connectionId).toBe(connection.id);
  });
});

describe('The saved filters', () => {
  const filters = [
    { name: 'Hot', text: 'value > 80', colour: 'red' },
    { name: 'Presses', text: 'press' },
  ];
  const opened = async () => {
    await withProfiles(window, savedProfile({ filters }));
    const { page, connection } = await open({ profileId: 'plant' });
    act(() => window.app.shell.open({ kind: 'saved-filters', id: connection.id }));
    const dialog = await page.findByRole('dialog', { name: 'Saved filters' });
    return { page, dialog };
  };

  test('of the profile are used in its tree, and the dialog is gone', async () => {
    const { page } = await opened();
    await page.user.click(page.getAllByRole('button', { name: /^Use/ })[1]!);
    await expect.poll(() => currentSession()?.store.getState().filter).toBe('press');
    expect(shell().dialog).toBeNull();
  });

  test('that match more than is looked at say so, those that colour', async () => {
    const { page } = await opened();
    expect(page.getByRole('dialog').querySelector('[role=status]')?.textContent).toBe('');
    act(() => currentSession()?.store.setState({ busyColours: [{ rule: 0, perSecond: 1_200 }] }));
    expect(page.getByRole('dialog').querySelector('[role=status]')?.textContent).toContain('Hot: ');
  });

  test('are none where the connection is of no profile', async () => {
    const { page, connection } = await open();
    act(() => window.app.shell.open({ kind: 'saved-filters', id: connection.id }));
    await expect.poll(() => shell().dialog).not.toBeNull();
    expect(page.queryByRole('dialog')).toBeNull();
  });
});
