// @vitest-environment happy-dom
import { describe, expect, test } from 'vitest';
import {
  willDraftOf,
  type WillDraft,
} from '../../../../../../../src-renderer/features/connections/draft/draft-will.ts';
import type { Draft } from '../../../../../../../src-renderer/features/connections/draft/editor-draft.ts';
import { WillSection } from '../../../../../../../src-renderer/features/connections/editor/sections/will-section.tsx';
import { editPart } from '../../../../../../support/window/edited-part.tsx';
import { eachWindow } from '../../../../../../support/window/fake-app.ts';
import { describedBy, isDisabled, isInvalid, valueOf } from '../../../../../../support/window/live.ts';

const window = eachWindow();

const NONE = willDraftOf(null);
const ON: WillDraft = { ...NONE, on: true, topic: 'clients/a', payload: 'gone' };
const edit = (will: Partial<WillDraft> = {}, draft: Partial<Draft> = {}) =>
  editPart(window.app, WillSection, { draft: { ...draft, will: { ...ON, ...will } } });

describe('The last will', () => {
  test('has no fields while there is none, and finds what was typed when it is taken up again', async () => {
    const page = edit({ on: false });
    const box = page.getByRole('checkbox', { name: 'Leave a last will' });
    expect(page.queryByRole('textbox')).toBeNull();
    await page.user.click(box);
    expect(valueOf(page.getByRole('textbox', { name: 'Will topic' }))).toBe('clients/a');
    await page.user.click(box);
    expect(page.draft().will).toEqual({ ...ON, on: false });
    expect(page.queryByRole('textbox')).toBeNull();
  });

  test.each([
    ['textbox', 'Will topic', 'topic', 'a/b'],
    ['textbox', 'Will payload', 'payload', 'gone for good'],
    ['spinbutton', 'Will delay (s)', 'delayInterval', '30'],
    ['spinbutton', 'Will message expiry (s)', 'messageExpiry', '90'],
    ['textbox', 'Will content type', 'contentType', 'text/plain'],
    ['textbox', 'Will response topic', 'responseTopic', 'r/a'],
    ['textbox', 'Will correlation data (hex)', 'correlationData', '0a 0b'],
  ] as const)('has a %s "%s" that writes to its own field and no other', async (role, name, field, text) => {
    const page = edit();
    const control = page.getByRole(role, { name });
    await page.user.clear(control);
    await page.user.click(control);
    await page.user.paste(text);
    expect(page.draft().will).toEqual({ ...ON, [field]: text });
  });

  test.each([
    ['combobox', 'Will payload as', 'hex', { encoding: 'hex' }],
    ['combobox', 'Will QoS', '2', { qos: 2 }],
  ] as const)('has a %s "%s" to choose from', async (role, name, choice, change) => {
    const page = edit();
    await page.user.selectOptions(page.getByRole(role, { name }), choice);
    expect(page.draft().will).toEqual({ ...ON, ...change });
  });

  test.each([
    ['Will retain', { retain: true }],
    ['Will payload is UTF-8 text', { utf8: true }],
  ])('has a box "%s"', async (name, change) => {
    const page = edit();
    await page.user.click(page.getByRole('checkbox', { name }));
    expect(page.draft().will).toEqual({ ...ON, ...change });
  });

  test('says what an empty payload does, and nothing of one that is there', () => {
    const said = (payload: string) =>
      describedBy(edit({ payload }).getByRole('textbox', { name: 'Will payload' }));
    expect(said('')).toContain('clears what is retained there');
    expect(said('gone')).toBe('');
  });
});

describe('A last will that is wrong', () => {
  test('by its payload says so while it is typed, and when it is meant as hex', async () => {
    const page = edit({ payload: 'gone' });
    const field = page.getByRole('textbox', { name: 'Will payload' });
    expect(isInvalid(field)).toBe(false);
    await page.user.selectOptions(page.getByRole('combobox', { name: 'Will payload as' }), 'hex');
    expect([isInvalid(field), describedBy(field)]).toEqual([true, expect.stringMatching(/hex/i)]);
    await page.user.clear(field);
    await page.user.type(field, '0a');
    expect([isInvalid(field), valueOf(field)]).toEqual([false, '0a']);
  });

  test.each([
    ['Will topic', 'a/#'],
    ['Will response topic', '+/a'],
    ['Will correlation data (hex)', 'xyz'],
  ])('by its "%s" says so at that field once it is left', async (name, text) => {
    const page = edit();
    const field = page.getByRole('textbox', { name });
    await page.user.clear(field);
    await page.user.type(field, text);
    expect(isInvalid(field)).toBe(false);
    await page.user.tab();
    expect(isInvalid(field)).toBe(true);
    expect(describedBy(field)).not.toBe('');
  });
});

describe('What only MQTT 5 has of a last will', () => {
  const FIVE = [
    'Will delay (s)',
    'Will message expiry (s)',
    'Will content type',
    'Will response topic',
    'Will correlation data (hex)',
    'Will payload is UTF-8 text',
  ];

  test('is disabled with an earlier version and says why, right or wrong', async () => {
    const page = edit({ delayInterval: 'soon', responseTopic: '#' }, { version: '3.1.1' });
    for (const name of FIVE) {
      const control = page.getByLabelText(name);
      expect([name, isDisabled(control), describedBy(control), isInvalid(control)]).toEqual([
        name,
        true,
        'Not in MQTT 3.1.1; MQTT 5 only.',
        false,
      ]);
    }
    expect(isDisabled(page.getByRole('button', { name: 'Add a will user property' }))).toBe(true);
    expect(isDisabled(page.getByLabelText('Will topic'))).toBe(false);
    await page.user.click(page.getByLabelText('Will retain'));
    expect(page.draft().will).toEqual({ ...ON, delayInterval: 'soon', responseTopic: '#', retain: true });
  });

  test('is there with user properties of its own, not those of the connection', async () => {
    const page = edit({}, { version: '5' });
    for (const name of FIVE) expect([name, isDisabled(page.getByLabelText(name))]).toEqual([name, false]);
    await page.user.click(page.getByRole('button', { name: 'Add a will user property' }));
    await page.user.type(page.getByRole('textbox', { name: 'Name of will user property 1' }), 'why');
    expect(page.draft().will.userProperties).toEqual([{ name: 'why', value: '' }]);
    expect(page.draft().userProperties).toEqual([]);
  });
});
