// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import { ConnectionOptions } from '../../../../../../src-main/contract/model/model.ts';
import type { Preset, PresetQuestion } from '../../../../../../src-main/contract/profiles/transfer.ts';
import { PresetPicker } from '../../../../../../src-renderer/features/connections/presets/preset-picker.tsx';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../../support/window/fake-app.ts';
import {
  answer,
  describedBy,
  focusedName,
  isInvalid,
  live,
  valueOf,
} from '../../../../../support/window/live.ts';

let window: FakeApp;
let applied: [ConnectionOptions, readonly string[]][] = [];
let closed = 0;

beforeEach(() => {
  window = fakeApp();
  applied = [];
  closed = 0;
});
afterEach(teardown);

const OPTIONS = ConnectionOptions.parse({ name: 'a', protocol: 'mqtt', host: 'a.example', port: 1883 });
const question = (id: string, more: Partial<PresetQuestion> = {}): PresetQuestion => ({
  ...{ id, label: id, hint: '', example: '', input: 'text', choices: [], required: true, initial: '' },
  ...{ pattern: null, rule: '' },
  ...more,
});
const preset = (id: string, questions: PresetQuestion[], more: Partial<Preset> = {}): Preset => ({
  ...{
    id,
    service: id,
    title: `Preset ${id}`,
    text: `About ${id}.`,
    questions,
    limits: {} as never,
    facts: [],
  },
  ...more,
});
const A = preset('a', [question('Host'), question('Key', { input: 'secret', required: false })], {
  facts: ['QoS 2 is refused.'],
});
const B = preset('b', [
  question('Region', {
    input: 'choice',
    choices: [
      { value: 'eu', label: 'Europe' },
      { value: 'us', label: 'America' },
    ],
  }),
]);

const open = (presets: readonly Preset[] = [A, B], options = OPTIONS) =>
  live(
    <PresetPicker
      app={window.app}
      presets={presets}
      options={options}
      onApplied={(filled, notes) => applied.push([filled, notes])}
      onClose={() => (closed += 1)}
    />,
  );
const fill = (page: ReturnType<typeof open>) => page.getByRole('button', { name: 'Fill the form' });

describe('The choice of a preset', () => {
  test('shows the first, or the one the form was filled by, with its limits', () => {
    const page = open();
    expect(page.getByRole('dialog', { name: 'Choose a preset' }).textContent).toContain('About a.');
    expect((page.getByRole('radio', { name: 'Preset a' }) as HTMLInputElement).checked).toBe(true);
    expect(page.getByRole('region', { name: 'Service limits' }).textContent).toContain('QoS 2 is refused.');
    const other = open([A, B], { ...OPTIONS, preset: 'b' });
    expect((other.getByRole('radio', { name: 'Preset b' }) as HTMLInputElement).checked).toBe(true);
    expect(other.queryByRole('region', { name: 'Service limits' })).toBeNull();
  });

  test('shows another with its own questions, and nothing of what was answered before', async () => {
    const page = open();
    await page.user.type(page.getByRole('textbox', { name: 'Host' }), 'x');
    await page.user.click(page.getByRole('radio', { name: 'Preset b' }));
    expect(page.queryByRole('textbox', { name: 'Host' })).toBeNull();
    expect(valueOf(page.getByRole('combobox', { name: 'Region' }))).toBe('eu');
    await page.user.click(page.getByRole('radio', { name: 'Preset a' }));
    expect(valueOf(page.getByRole('textbox', { name: 'Host' }))).toBe('');
  });

  test('names a service above several of it, and not above one', () => {
    const page = open([A, preset('c', [], { service: 'Cloud' }), preset('d', [], { service: 'Cloud' })]);
    expect(page.getAllByText('Cloud')).toHaveLength(1);
    expect(page.queryByText('a')).toBeNull();
  });

  test('without any has nothing to fill a form with', () => {
    expect((fill(open([])) as HTMLButtonElement).disabled).toBe(true);
  });
});

describe('The questions of a preset', () => {
  test('hide a secret, and say which may be left out', () => {
    const page = open();
    expect(page.getByLabelText('Key (optional)').getAttribute('type')).toBe('password');
    expect(page.getByRole('button', { name: 'Show Key' })).toBeTruthy();
  });

  test('that are needed say so once the form is to be filled, and the first of them has the focus', async () => {
    const asked = answer(window.engine, 'applyPreset', () => failed('x', 'x', ''));
    const page = open();
    const host = page.getByRole('textbox', { name: 'Host' });
    expect(isInvalid(host)).toBe(false);
    await page.user.click(fill(page));
    expect([isInvalid(host), describedBy(host)]).toEqual([true, 'This is needed.']);
    await expect.poll(focusedName).toBe('Host');
    expect(asked).toEqual([]);
  });

  test('that the engine finds wrong say so at their field, which gets the focus', async () => {
    answer(window.engine, 'applyPreset', () => ({
      kind: 'invalid',
      problems: [{ question: 'Key', message: 'Not a key of ours.' }],
    }));
    const page = open();
    await page.user.type(page.getByRole('textbox', { name: 'Host' }), 'x');
    await page.user.click(fill(page));
    const key = page.getByLabelText('Key (optional)');
    await expect.poll(() => describedBy(key)).toBe('Not a key of ours.');
    await expect.poll(focusedName).toBe('Key (optional)');
    expect(applied).toEqual([]);
  });

  test('fill the form with what the engine makes of them', async () => {
    const filled = { ...OPTIONS, host: 'filled.example' };
    const asked = answer(window.engine, 'applyPreset', () => ({
      kind: 'applied',
      options: filled,
      notes: ['Look.'],
    }));
    const page = open();
    await page.user.type(page.getByRole('textbox', { name: 'Host' }), 'x');
    await page.user.type(page.getByLabelText('Key (optional)'), 'hunter2');
    await page.user.click(fill(page));
    await expect
      .poll(() => applied.map(([{ host }, notes]) => [host, notes]))
      .toEqual([['filled.example', ['Look.']]]);
    expect(asked).toMatchObject([{ preset: 'a', answers: { Host: 'x', Key: 'hunter2' } }]);
    expect(document.body.textContent).not.toContain('hunter2');
  });

  test('stop a person as an alert where the engine could not', async () => {
    answer(window.engine, 'applyPreset', () => failed('gone', 'There is no such preset.', 'Choose another.'));
    const page = open();
    await page.user.type(page.getByRole('textbox', { name: 'Host' }), 'x');
    await page.user.click(fill(page));
    expect((await page.findByRole('alert')).textContent).toBe('There is no such preset. Choose another.');
  });
});

test('The dialog is left without filling anything.', async () => {
  const page = open();
  await page.user.click(page.getByRole('button', { name: 'Cancel' }));
  await page.user.click(page.getByRole('button', { name: 'Close' }));
  expect([closed, applied]).toEqual([2, []]);
});
