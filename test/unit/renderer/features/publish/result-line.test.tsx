// @vitest-environment happy-dom
import { act } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import { isSafeText } from '../../../../../src-main/core/payload/visible.ts';
import { ResultLine } from '../../../../../src-renderer/features/publish/result-line.tsx';
import type { PublishResult } from '../../../../../src-renderer/state/publish/publish-result.ts';
import { teardown } from '../../../../support/teardown.ts';
import { fakePublishing, type FakePublishing } from '../../../../support/window/fake-publishing.ts';
import { HOSTILE_TEXTS } from '../../../../support/window/hostile-texts.ts';
import { live, watch, type Live } from '../../../../support/window/live.ts';

let fake: FakePublishing;

beforeEach(async () => {
  fake = await fakePublishing();
});
afterEach(teardown);

type Props = Partial<Parameters<typeof ResultLine>[0]>;
const open = (more: Props = {}) =>
  live(<ResultLine publishing={fake.publishing} problem={null} online={1} {...more} />);
const line = (page: Live) => page.getByRole('status', { name: 'Publish result' });
const draft = () => fake.publishing.store.getState().draft;
const came = (result: PublishResult) => act(() => fake.publishing.store.setState({ result }));
const answered = (more: Partial<Extract<PublishResult, { kind: 'answered' }>> = {}) =>
  came({
    ...{ kind: 'answered', of: draft(), at: Date.now(), session: 1, topic: 'plant/a', answer: null },
    outcome: { kind: 'sent', at: 0 },
    ...more,
  });

describe('The line of the result', () => {
  test('is there and empty before anything was sent, so that what comes is announced', () => {
    expect(line(open()).textContent).toBe('');
  });

  test('says what became of the message, where it went and when', () => {
    const page = open();
    answered();
    expect(line(page).textContent).toMatch(
      /^Sentplant\/aAt QoS 0 the broker confirms nothing\.\d\d:\d\d:\d\d$/,
    );
  });

  test('says what is wrong with the topic before any result', () => {
    const page = open({ problem: failed('no', 'The topic is empty.', 'Type one.') });
    answered();
    expect(line(page).textContent).toBe('The topic is empty.Type one.');
  });

  test('shows the code of a refusal', () => {
    const failure = failed('not-authorised', 'The broker refused it.', 'Ask somebody.');
    const page = open();
    answered({ outcome: { kind: 'refused', code: 135, failure } });
    expect(line(page).textContent).toContain('The broker refused it.0x87plant/aAsk somebody.');
  });

  test('mutes a result that is of another message than the one in the panel', () => {
    const page = open();
    answered();
    expect(line(page).matches('.tone-mut')).toBe(false);
    act(() => fake.publishing.typeTopic('plant/b'));
    expect(line(page).matches('.tone-mut')).toBe(true);
    expect(line(page).textContent).toContain('plant/a');
  });

  test('says of a message that had no connection that there is one now', () => {
    const page = open({ online: 2 });
    answered({ session: null, outcome: failed('not-connected', 'It was not sent.', '') });
    expect(line(page).textContent).toMatch(/^Not sent at .*: there was no connection\.It is back\./);
  });

  test('offers a message that waits for the connection to be discarded, and no other', async () => {
    const discarded = watch(fake.engine, 'discardQueued');
    const page = open({ online: null });
    came({ kind: 'pending', of: draft() });
    expect(line(page).textContent).toBe('Publishing…');
    expect(page.queryByRole('button')).toBeNull();
    came({ kind: 'pending', of: draft(), queued: true });
    await page.user.click(page.getByRole('button', { name: 'Discard' }));
    await expect.poll(() => discarded).toEqual([{ connection: fake.session.connectionId }]);
  });

  test.each(HOSTILE_TEXTS)(
    'shows a topic of %j as what it is, and of a long one a part in its tooltip',
    (text) => {
      const page = open();
      answered({ topic: text.repeat(2_000) });
      const topic = line(page).querySelector('bdi');
      expect(isSafeText(line(page).textContent)).toBe(true);
      expect(isSafeText(topic?.title ?? '\0')).toBe(true);
      expect(topic?.title.length).toBeLessThan(1_100);
    },
  );
});
