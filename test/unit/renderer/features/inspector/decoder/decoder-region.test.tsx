// @vitest-environment happy-dom
import { act } from '@testing-library/react';
import { useStore } from 'zustand';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import type { Decoded } from '../../../../../../src-main/contract/decoding/decoded.ts';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import { DecoderButton } from '../../../../../../src-renderer/features/inspector/decoder/decoder-button.tsx';
import { DECODER_CHOICES } from '../../../../../../src-renderer/features/inspector/decoder/decoder-labels.ts';
import { DecoderRegion } from '../../../../../../src-renderer/features/inspector/decoder/decoder-region.tsx';
import type { DecodedReader } from '../../../../../../src-renderer/state/decoding/decoded-reader.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { HOSTILE_TEXTS } from '../../../../../support/window/hostile-texts.ts';
import { live, valueOf, type Live } from '../../../../../support/window/live.ts';
import { decodingBench, type DecodingBench } from './decoding-bench.ts';

afterEach(async () => {
  await teardown();
  vi.restoreAllMocks();
});

/** CBOR of `{"a": 1}`; the same as digits of hex, and as a number of two bytes. */
const MESSAGES = { cbor: 'a1616101', hex: 'text:a1616101', two: '0102', text: 'text:on' };

const Parts = ({ reader }: { readonly reader: DecodedReader }) => {
  const isOpen = useStore(reader.store, ({ open }) => open);
  const suggestions = { protobuf: ['plant.Reading', 'plant.Alarm'] };
  return (
    <>
      <DecoderButton reader={reader} controls="region" />
      {isOpen ? (
        <DecoderRegion id="region" {...{ reader, suggestions }}>
          <p>The rule.</p>
        </DecoderRegion>
      ) : null}
    </>
  );
};
let bench: DecodingBench;
async function shown(key: string): Promise<Live> {
  bench = decodingBench(MESSAGES);
  const page = live(<Parts reader={bench.decoding.reader} />);
  await bench.select(key);
  return page;
}
const reader = () => bench.decoding.reader;
const button = (page: Live) => page.getByRole('button', { name: /^Decoder: / });
const label = (page: Live) => button(page).getAttribute('aria-label');
const region = (page: Live) => page.getByRole('region', { name: 'Decoder' });
const list = (page: Live) => page.getByRole('listbox', { name: 'Decode as' });
const selected = (page: Live) => list(page).querySelector('[aria-selected=true]')?.textContent;
const heads = (page: Live) => [...region(page).querySelectorAll('h3')].map((head) => head.textContent);
const tables = (page: Live) =>
  [...region(page).querySelectorAll('table')].map((table) =>
    [...table.querySelectorAll('tr')].map((row) => row.querySelector('th')?.textContent),
  );
/** A decoded message as an engine may send it. */
const emit = (change: (was: Decoded) => Decoded) => {
  const { shown: was } = reader().store.getState();
  act(() => reader().store.setState({ shown: { ...was!, decoded: change(was!.decoded) } }));
};

describe('The button of the decoder', () => {
  test('says how the message is decoded, and opens and closes the choice', async () => {
    const page = await shown('cbor');
    expect(label(page)).toBe('Decoder: CBOR');
    expect(button(page).getAttribute('aria-controls')).toBe('region');
    expect(region(page).id).toBe('region');
    await page.user.click(button(page));
    expect(page.queryByRole('region')).toBeNull();
    expect(button(page).getAttribute('aria-expanded')).toBe('false');
    expect(button(page).getAttribute('aria-controls')).toBeNull();
    await page.user.click(button(page));
    expect(button(page).getAttribute('aria-expanded')).toBe('true');
  });

  test('says what is chosen while it is on its way, and what failed', async () => {
    const page = await shown('cbor');
    act(() => reader().store.setState({ shown: null }));
    expect(label(page)).toBe('Decoder: Automatic');
    act(() => reader().store.setState({ chosen: [{ decoder: 'msgpack', option: '' }] }));
    expect(label(page)).toBe('Decoder: msgpack');
    act(() => reader().store.setState({ problem: failed('gone', 'The decoder ended.', '') }));
    expect(label(page)).toBe('Decoder: failed');
    expect(region(page).textContent).toContain('The decoder ended.');
  });
});

describe('The reasons of the decoder', () => {
  test('are what was found, what fits as well, and what was ruled out', async () => {
    const page = await shown('two');
    expect(heads(page)[0]).toMatch(/^Found in \d+\.\d ms$/);
    expect(tables(page).every((rows) => rows.length > 0)).toBe(true);
    expect(heads(page)).toContain('Ruled out');
    expect(region(page).textContent).toContain('The rule.');
    emit((was) => ({ ...was, possible: [], ruledOut: [] }));
    expect(heads(page)).toHaveLength(1);
    emit((was) => ({ ...was, possible: [{ decoder: 'text', label: 'Text', why: 'fits', detail: '' }] }));
    expect(heads(page)[1]).toBe('Fits as well');
  });

  test('say who decided, and where a chain failed', async () => {
    const page = await shown('cbor');
    await page.user.click(page.getByRole('option', { name: 'Base64' }));
    await expect.poll(() => heads(page)[0]).toBe('Chosen by you');
    expect(region(page).querySelector('.decoder-failure')?.textContent).toBeTruthy();
    expect(label(page)).toMatch(/failed$/);
    emit((was) => ({ ...was, by: { kind: 'rule', filter: 'plant/#' } }));
    expect(heads(page)[0]).toBe('By the rule for plant/#');
  });

  test.each(HOSTILE_TEXTS)('deceive no eye where a schema or a rule calls it %j', async (text) => {
    await shown('cbor');
    const other = { decoder: 'avro', label: text, why: text, detail: text } as const;
    emit((was) => ({
      ...was,
      by: { kind: 'rule', filter: `plant/${text}` },
      stages: was.stages.map((stage) => ({ ...stage, ...other })),
      ...{ possible: [other], ruledOut: [other], failure: failed('x', text, text) },
    }));
    act(() => reader().store.setState({ problem: failed('x', text, '') }));
    expect(isSafeText(document.body.innerHTML)).toBe(true);
    act(() => reader().store.setState({ problem: null }));
    expect(isSafeText(document.body.innerHTML)).toBe(true);
    expect(document.querySelector('b')).toBeNull();
  });

  test('hold no more of a long rule than one can read', async () => {
    const page = await shown('cbor');
    emit((was) => ({ ...was, by: { kind: 'rule', filter: 'x'.repeat(60_000) } }));
    expect(heads(page)[0]?.length).toBeLessThan(1_100);
  });
});

describe('The list of decoders', () => {
  test('has every decoder, of which the one that decides is selected', async () => {
    const page = await shown('cbor');
    const options = [...list(page).querySelectorAll('[role=option]')];
    expect(options.map((option) => option.textContent)).toEqual(DECODER_CHOICES.map((one) => one.label));
    expect(selected(page)).toBe('Automatic');
    expect(list(page).getAttribute('aria-activedescendant')).toBe(options[0]?.id);
  });

  test('is one tab stop, whose keys choose at once', async () => {
    const page = await shown('text');
    list(page).focus();
    await page.user.keyboard('{ArrowDown}');
    expect(selected(page)).toBe('Text…');
    await page.user.keyboard('{End}');
    expect(selected(page)).toBe('Bytes');
    expect(document.getElementById(list(page).getAttribute('aria-activedescendant')!)?.textContent).toBe(
      'Bytes',
    );
    await page.user.keyboard('{Home}');
    expect(selected(page)).toBe('Automatic');
    await page.user.keyboard('j');
    expect(selected(page)).toBe('JSON');
    await page.user.keyboard('{Control>}{ArrowDown}{/Control}');
    expect(selected(page)).toBe('JSON');
    await expect.poll(() => bench.chains.at(-1)).toEqual([{ decoder: 'json', option: '' }]);
    expect(document.activeElement).toBe(list(page));
  });

  test('chooses by a press, and automatically again', async () => {
    const page = await shown('cbor');
    await page.user.click(page.getByRole('option', { name: 'MessagePack' }));
    await expect.poll(() => bench.chains.at(-1)).toEqual([{ decoder: 'msgpack', option: '' }]);
    await page.user.click(page.getByRole('option', { name: 'Automatic' }));
    await expect.poll(() => bench.chains.at(-1)).toBeNull();
    await expect.poll(() => label(page)).toBe('Decoder: CBOR');
  });

  test('is automatic again for another topic', async () => {
    const page = await shown('cbor');
    await page.user.click(page.getByRole('option', { name: 'MessagePack' }));
    await act(() => bench.select('text'));
    expect(selected(page)).toBe('Automatic');
  });
});

describe('What a decoder asks for', () => {
  const option = (page: Live, name: string) => page.getByRole<HTMLInputElement>('combobox', { name });

  test('begins with what is usual, and is tried when it is left or by Enter', async () => {
    const page = await shown('two');
    await page.user.click(page.getByRole('option', { name: 'Number…' }));
    expect(valueOf(option(page, 'Type'))).toBe('uint16 little');
    await expect.poll(() => bench.chains.at(-1)).toEqual([{ decoder: 'number', option: 'uint16 little' }]);
    const before = bench.chains.length;
    await page.user.clear(option(page, 'Type'));
    await page.user.keyboard('int16 bi');
    expect(bench.chains).toHaveLength(before);
    await page.user.keyboard('{Enter}');
    await expect.poll(() => bench.chains.at(-1)?.[0]?.option).toBe('int16 bi');
    await page.user.clear(option(page, 'Type'));
    await page.user.keyboard('{Tab}');
    await expect.poll(() => bench.chains.at(-1)?.[0]?.option).toBe('');
  });

  test('is tried at once where a suggestion is taken', async () => {
    const page = await shown('two');
    await page.user.click(page.getByRole('option', { name: 'Number…' }));
    await page.user.clear(option(page, 'Type'));
    await page.user.keyboard('int16 big');
    await expect.poll(() => bench.chains.at(-1)?.[0]?.option).toBe('int16 big');
  });

  test('is not tried again unchanged', async () => {
    const page = await shown('two');
    await page.user.click(page.getByRole('option', { name: 'Number…' }));
    await expect.poll(() => bench.chains.at(-1)?.[0]?.decoder).toBe('number');
    const before = bench.chains.length;
    await page.user.click(option(page, 'Type'));
    await page.user.keyboard('{Enter}{Tab}');
    await page.user.click(page.getByRole('option', { name: 'Bytes' }));
    await expect.poll(() => bench.chains.at(-1)?.[0]?.decoder).toBe('bytes');
    expect(bench.chains).toHaveLength(before + 1);
  });

  test('is suggested from the schemas, whose first one is tried', async () => {
    const page = await shown('two');
    await page.user.click(page.getByRole('option', { name: 'Protobuf…' }));
    expect(valueOf(option(page, 'Message'))).toBe('plant.Reading');
    const suggested = document.getElementById(option(page, 'Message').getAttribute('list')!);
    expect([...suggested!.children].map((one) => one.textContent)).toEqual(['plant.Reading', 'plant.Alarm']);
    await page.user.click(page.getByRole('option', { name: 'Avro…' }));
    expect(valueOf(page.getByLabelText('Schema'))).toBe('');
  });

  test('comes behind what unpacks the payload', async () => {
    const page = await shown('hex');
    await page.user.click(page.getByRole('option', { name: 'Hex digits' }));
    await expect.poll(() => label(page)).toMatch(/^Decoder: Hex/);
    await page.user.click(page.getByRole('option', { name: 'CBOR' }));
    await expect.poll(() => label(page)).toBe('Decoder: Hex → CBOR');
  });
});
