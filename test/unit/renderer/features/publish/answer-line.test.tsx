// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AnswerLine } from '../../../../../src-renderer/features/publish/answer-line.tsx';
import { teardown } from '../../../../support/teardown.ts';
import { fakePublishing, type FakePublishing } from '../../../../support/window/fake-publishing.ts';
import { isChecked, live, put, valueOf } from '../../../../support/window/live.ts';

let fake: FakePublishing;

beforeEach(async () => {
  fake = await fakePublishing();
});
afterEach(teardown);

const draft = () => fake.publishing.store.getState().draft;
const open = async (mqtt5: boolean) => {
  const page = live(<AnswerLine publishing={fake.publishing} mqtt5={mqtt5} />);
  const box = page.getByRole('checkbox', { name: 'Expect an answer' });
  expect(isChecked(box)).toBe(false);
  expect(page.queryByRole('textbox')).toBeNull();
  await page.user.click(box);
  return { page, box };
};

describe('An answer that is expected', () => {
  test('with MQTT 5 comes on a topic of the message, which is filled in', async () => {
    const { page } = await open(true);
    expect(draft().properties.responseTopic).toMatch(/^topicscope\/answers\/[0-9a-f]{8}$/);
    expect(draft().properties.correlation).toBe('${uuid}');
    expect(page.getByText('on the response topic')).toBeTruthy();
    expect(page.queryByRole('textbox', { name: 'Rule for the topic of the answer' })).toBeNull();
  });

  test('keeps the topic and the data that were typed for it', async () => {
    fake.publishing.setProperties({ responseTopic: 'mine', correlation: '7' });
    await open(true);
    expect(draft().properties).toMatchObject({ responseTopic: 'mine', correlation: '7' });
  });

  test('comes by a rule where the response topic is taken away', async () => {
    const { page } = await open(true);
    fake.publishing.setProperties({ responseTopic: '' });
    await put(page, await page.findByRole('textbox', { name: 'Rule for the topic of the answer' }), 'a → b');
    expect(draft().answer.rule).toBe('a → b');
    // It is filled in once, not at each key press.
    expect(draft().properties.responseTopic).toBe('');
  });

  test('before MQTT 5 comes by a rule, and nothing is filled in', async () => {
    const { page } = await open(false);
    expect(draft().properties).toMatchObject({ responseTopic: '', correlation: '' });
    const rule = page.getByRole('textbox', { name: 'Rule for the topic of the answer' });
    expect(valueOf(rule)).toBe('cmnd/… → stat/…');
  });

  test('is waited for as long as is typed', async () => {
    const { page } = await open(false);
    const within = page.getByRole('textbox', { name: 'Wait for the answer (s)' });
    expect(valueOf(within)).toBe('5');
    await put(page, within, '0.5');
    expect(draft().answer.within).toBe('0.5');
  });

  test('is not expected any more, and its fields go', async () => {
    const { page, box } = await open(false);
    await page.user.click(box);
    expect(draft().answer.expected).toBe(false);
    expect(page.queryByRole('textbox')).toBeNull();
  });
});
