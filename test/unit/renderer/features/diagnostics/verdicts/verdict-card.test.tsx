// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import type { ConnectionSummary } from '../../../../../../src-main/contract/model/model.ts';
import type { SessionFacts } from '../../../../../../src-main/contract/model/session-facts.ts';
import type { Verdict } from '../../../../../../src-main/contract/model/verdicts.ts';
import { NO_FACTS } from '../../../../../../src-main/contract/session/session-blank.ts';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import { VerdictCard } from '../../../../../../src-renderer/features/diagnostics/verdicts/verdict-card.tsx';
import { VerdictStrip } from '../../../../../../src-renderer/features/diagnostics/verdicts/verdict-strip.tsx';
import { diagnosticsOf, onlineState } from '../../../../../support/engine/fake-engine.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../../support/window/fake-app.ts';
import { HOSTILE_TEXTS } from '../../../../../support/window/hostile-texts.ts';
import { answer, live, watch } from '../../../../../support/window/live.ts';

let window: FakeApp;
let connection: ConnectionSummary;

beforeEach(() => {
  window = fakeApp();
  connection = window.engine.add({ name: 'Plant' });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await teardown();
});

const why = failed('gone', 'It is gone.', 'Open it again.');
const verdict = (more: Partial<Verdict> = {}): Verdict => ({
  ...{ id: 'v1', rule: 'half-open', severity: 'error', title: 'The link is dead', cause: 'Nothing came.' },
  ...{ advice: 'Connect again.', proof: [], since: Date.now(), over: false },
  ...more,
});
const card = (more: Partial<Verdict> = {}, of: Partial<ConnectionSummary> = {}) =>
  live(<VerdictCard app={window.app} connection={{ ...connection, ...of }} verdict={verdict(more)} />);
const said = () => [...document.querySelectorAll('output')].map(({ textContent }) => textContent).join('');

describe('A verdict', () => {
  test.each([
    ['error', 'Error: The link is dead'],
    ['warning', 'Warning: The link is dead'],
    ['note', 'Note: The link is dead'],
  ] as const)('of severity %s says so in words', (severity, words) => {
    expect(card({ severity }).getByRole('heading').textContent).toBe(words);
  });

  test('that is over says so beside its title', () => {
    expect(card({ over: true }).getByRole('heading').textContent).toBe('Error: The link is deadover');
  });

  test('shows its newest proof, with a time where there is one, and the earlier when it is asked for', async () => {
    const proof = [1, 2, 3, 4, 5, 6].map((n) => ({
      at: n === 6 ? null : Date.UTC(2026, 10, 29) + n,
      text: `piece ${n}`,
    }));
    const page = card({ proof });
    const [earlier, newest] = page.getAllByRole('list', { hidden: true });
    expect(
      [...(newest?.querySelectorAll('li') ?? [])].map(({ lastChild }) => lastChild?.textContent),
    ).toEqual(['piece 2', 'piece 3', 'piece 4', 'piece 5', 'piece 6']);
    expect(newest?.querySelectorAll('time')).toHaveLength(4);
    expect(earlier?.textContent).toContain('piece 1');
    const details = page.getByText('1 earlier').closest('details');
    expect(details?.open).toBe(false);
    await page.user.click(page.getByText('1 earlier'));
    expect(details?.open).toBe(true);
  });

  test('offers what helps, which does it', async () => {
    const asked = watch(window.engine, 'connect');
    const page = card({}, { state: { kind: 'stopped', since: 0, why } });
    await page.user.click(page.getByRole('button', { name: /^Connect/ }));
    await expect.poll(() => asked).toEqual([{ connection: connection.id }]);
  });

  test('says beside its buttons what could not be done', async () => {
    answer(window.engine, 'pingNow', () => why);
    const page = card({ rule: 'broker-frozen' }, { state: onlineState() });
    await page.user.click(page.getByRole('button', { name: 'Ping now' }));
    await expect.poll(said).toBe('It is gone. Open it again.');
  });
});

describe('The report of a verdict', () => {
  const copy = async (clipboard: () => Promise<void>) => {
    const asked = answer(
      window.engine,
      'verdictReport',
      () => ({ kind: 'report', text: 'the report' }) as never,
    );
    const page = card();
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockImplementation(clipboard);
    await page.user.click(page.getByRole('button', { name: 'Copy report' }));
    return { asked, write };
  };

  test('is asked of the engine, copied, and said to be without secrets', async () => {
    const { asked, write } = await copy(() => Promise.resolve());
    await expect.poll(said).toBe('Copied, without secrets.');
    expect([asked, write.mock.calls]).toEqual([[{ connection: connection.id, id: 'v1' }], [['the report']]]);
  });

  test('that the clipboard refuses is said not to be there', async () => {
    Object.assign(document, { execCommand: () => false });
    await copy(() => Promise.reject(new Error('no')));
    await expect.poll(said).toBe('The clipboard refused.');
    Reflect.deleteProperty(document, 'execCommand');
  });

  test('that the engine cannot make says why', async () => {
    answer(window.engine, 'verdictReport', () => why);
    const page = card();
    const write = vi.spyOn(navigator.clipboard, 'writeText');
    await page.user.click(page.getByRole('button', { name: 'Copy report' }));
    await expect.poll(said).toBe('It is gone. Open it again.');
    expect(write).not.toHaveBeenCalled();
  });
});

describe('Publishes that are held back', () => {
  const held = (...topics: string[]) => {
    const quarantined = topics.map((topic, at) => ({
      id: `h${at}`,
      topic,
      qos: 1,
      size: 12,
    })) as SessionFacts['quarantined'];
    window.app.diagnostics.store.setState({
      latest: { ...diagnosticsOf(onlineState()), facts: { ...NO_FACTS, quarantined } },
    });
    return card({ rule: 'quarantined' });
  };

  test('are decided on one by one, by their topics', async () => {
    const sent = answer(window.engine, 'retryQuarantined', () => ({ kind: 'sent', at: 1 }));
    const dropped = answer(window.engine, 'dropQuarantined', () => ({ kind: 'done' }));
    const page = held('a', 'b');
    await page.user.click(page.getByRole('button', { name: 'Send b again' }));
    await expect.poll(said).toBe('Sent again.');
    await page.user.click(page.getByRole('button', { name: 'Discard a' }));
    await expect.poll(said).toBe('Discarded.');
    expect([sent, dropped]).toEqual([
      [{ connection: connection.id, id: 'h1' }],
      [{ connection: connection.id, id: 'h0' }],
    ]);
  });

  test.each([
    ['could not be sent', why],
    ['was refused by the broker', { kind: 'refused' as const, code: 135, failure: why }],
    ['was on its way when the link ended', { kind: 'unknown' as const, failure: why }],
  ])('say why, where one %s', async (_, outcome) => {
    answer(window.engine, 'retryQuarantined', () => outcome);
    const page = held('a');
    await page.user.click(page.getByRole('button', { name: 'Send a again' }));
    await expect.poll(said).toBe('It is gone. Open it again.');
  });

  test('are no part of another verdict', () => {
    held('a');
    expect(card({ rule: 'half-open' }).queryByRole('list', { name: 'Held back' })).toBeNull();
  });

  test.each(HOSTILE_TEXTS)('to %j deceive nobody, in words and in names', (topic) => {
    const list = held(topic).getByRole('list', { name: 'Held back' });
    const names = [...list.querySelectorAll('button')].map((one) => one.getAttribute('aria-label') ?? '');
    expect([isSafeText(list.textContent), names.every(isSafeText), list.querySelector('b')]).toEqual([
      true,
      true,
      null,
    ]);
  });
});

describe('The worst verdict above all else', () => {
  const strip = (...verdicts: Verdict[]) => (
    <VerdictStrip app={window.app} connection={connection} verdicts={verdicts} />
  );
  const titles = () => [...document.querySelectorAll('article')].map((one) => one.getAttribute('aria-label'));

  test('is the first that goes on and is more than a note', () => {
    live(
      strip(
        verdict({ id: 'a', title: 'Over', over: true }),
        verdict({ id: 'b', title: 'Note', severity: 'note' }),
        verdict({ id: 'c', title: 'Standing' }),
      ),
    );
    expect(titles()).toEqual(['Standing']);
  });

  test('stays while it is over, until it is dismissed', async () => {
    const page = live(strip(verdict({ title: 'Standing' })));
    expect(page.queryByRole('button', { name: 'Dismiss' })).toBeNull();
    page.again(strip(verdict({ title: 'Standing', over: true })));
    expect(titles()).toEqual(['Standing']);
    await page.user.click(page.getByRole('button', { name: 'Dismiss' }));
    expect(titles()).toEqual([]);
  });

  test('gives way to another that goes on', () => {
    const page = live(strip(verdict({ id: 'a', title: 'First' })));
    page.again(
      strip(verdict({ id: 'a', title: 'First', over: true }), verdict({ id: 'b', title: 'Second' })),
    );
    expect(titles()).toEqual(['Second']);
  });

  test('is none where all was over before anybody looked', () => {
    live(strip(verdict({ over: true })));
    expect(titles()).toEqual([]);
  });
});
