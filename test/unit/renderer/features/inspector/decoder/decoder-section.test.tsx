// @vitest-environment happy-dom
import { act } from '@testing-library/react';
import { useStore } from 'zustand';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import { DecoderSection } from '../../../../../../src-renderer/features/inspector/decoder/decoder-section.tsx';
import type { KnownSchema } from '../../../../../../src-renderer/state/decoding/schemas.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { HOSTILE_TEXTS } from '../../../../../support/window/hostile-texts.ts';
import {
  answer,
  describedBy,
  isDisabled,
  isInvalid,
  live,
  valueOf,
  type Live,
} from '../../../../../support/window/live.ts';
import { decodingBench, type DecodingBench } from './decoding-bench.ts';

afterEach(async () => {
  await teardown();
  vi.restoreAllMocks();
});

const CBOR = [{ decoder: 'cbor', option: '' }] as const;
const NO_TEXT = '\0\\xff';
const MESSAGES = {
  ...{ 'plant/press': 'a1616101', 'plant/pump': 'a1616102', door: 'text:open' },
  ...{ [NO_TEXT]: '01', 'a/two': '0102' },
};

let bench: DecodingBench;
const Section = () => {
  const key = useStore(bench.session.store, ({ selectedKey }) => selectedKey);
  return key === null ? null : <DecoderSection id="region" decoding={bench.decoding} topicKey={key} />;
};
async function shown(key: string, before: (bench: DecodingBench) => void = () => undefined): Promise<Live> {
  bench = decodingBench(MESSAGES);
  before(bench);
  const page = live(<Section />);
  await bench.select(key);
  return page;
}
const field = (page: Live) => page.getByRole('textbox', { name: 'Always for' });
const press = (page: Live, name: string) => page.user.click(page.getByRole('button', { name }));
const said = (page: Live) => page.getByRole('status').textContent?.trim();
const kept = () => bench.rules.value.rules;
const choose = (page: Live, name: string) => page.user.click(page.getByRole('option', { name }));

describe('The rule for topics', () => {
  test('begins with the topic, and keeps the chain that is shown for all that its filter names', async () => {
    const page = await shown('plant/press');
    expect(valueOf(field(page))).toBe('plant/press');
    await page.user.clear(field(page));
    await page.user.type(field(page), 'plant/#');
    await press(page, 'Use always');
    await expect
      .poll(() => said(page))
      .toBe('Rule saved. This connection has no profile: kept until Topicscope ends.');
    expect(kept()).toEqual([{ filter: 'plant/#', chain: CBOR }]);
    await expect.poll(() => page.queryByText('By the rule for plant/#')).not.toBeNull();
    expect(valueOf(field(page))).toBe('plant/#');
  });

  test('is of what a person chose, who chooses no more then', async () => {
    const page = await shown('a/two');
    await choose(page, 'Number…');
    await expect.poll(() => page.queryByText('Chosen by you')).not.toBeNull();
    await press(page, 'Use always');
    await expect.poll(() => page.queryByText('By the rule for a/two')).not.toBeNull();
    expect(kept()[0]?.chain).toEqual([{ decoder: 'number', option: 'uint16 little' }]);
    expect(bench.decoding.reader.store.getState().chosen).toBeNull();
  });

  test('that decides is in the field as soon as it is known, and for each topic that is selected', async () => {
    const page = await shown('door', ({ rules }) =>
      rules.set({ rules: [{ filter: 'plant/+', chain: [...CBOR] }], where: 'profile' }),
    );
    expect(valueOf(field(page))).toBe('door');
    expect(page.queryByRole('button', { name: 'Remove rule' })).toBeNull();
    await bench.select('plant/press');
    expect(valueOf(field(page))).toBe('plant/+');
    expect(said(page)).toBe('Kept in this profile.');
    await press(page, 'Remove rule');
    await expect.poll(() => said(page)).toBe('Rule removed. Kept in this profile.');
    expect(kept()).toEqual([]);
    await expect.poll(() => page.queryByText(/^Found in/)).not.toBeNull();
  });

  test('of another window changes what is shown here', async () => {
    const page = await shown('plant/press');
    act(() => bench.rules.set({ rules: [{ filter: 'plant/+', chain: [...CBOR] }], where: 'profile' }));
    await expect.poll(() => page.queryByText('By the rule for plant/+')).not.toBeNull();
  });

  test('cannot be kept of a chain that fails', async () => {
    const page = await shown('door');
    await choose(page, 'CBOR');
    await expect.poll(() => isDisabled(page.getByRole('button', { name: 'Use always' }))).toBe(true);
    expect(page.getByRole('button', { name: 'Use always' }).title).toBe(
      'First choose a decoder that reads this message',
    );
  });

  test('that is refused says why, until another one is typed', async () => {
    const page = await shown('plant/press');
    answer(bench.fake.engine, 'setDecoderRule', () => failed('bad-filter', 'That is no topic filter.', ''));
    await page.user.type(field(page), '/#/x');
    await press(page, 'Use always');
    await expect.poll(() => isInvalid(field(page))).toBe(true);
    expect(describedBy(field(page))).toBe('That is no topic filter.');
    expect(valueOf(field(page))).toBe('plant/press/#/x');
    await page.user.type(field(page), 'y');
    expect(isInvalid(field(page))).toBe(false);
  });

  test('that is late leaves what is chosen for another topic by then', async () => {
    const page = await shown('plant/press');
    let save: () => void = () => undefined;
    answer(bench.fake.engine, 'setDecoderRule', async () => {
      await new Promise<void>((resolve) => (save = resolve));
      return { kind: 'saved', where: 'memory' };
    });
    await press(page, 'Use always');
    await bench.select('a/two');
    await choose(page, 'Number…');
    await act(async () => {
      save();
      // Later than what is late.
      for (let questions = 0; questions < 3; questions++) await bench.session.client.call('appInfo', {});
    });
    expect(bench.decoding.reader.store.getState().chosen?.[0]?.decoder).toBe('number');
  });

  test('is not offered for a topic that no text can name', async () => {
    const page = await shown(NO_TEXT);
    expect(page.getByRole('listbox')).toBeTruthy();
    expect(page.queryByRole('textbox', { name: 'Always for' })).toBeNull();
  });
});

describe('The schema files', () => {
  const schema = (name: string, types: string[] = ['plant.Reading'], more: Partial<KnownSchema> = {}) => ({
    ...{ name, types, problem: null },
    ...more,
  });
  const rows = (page: Live) =>
    [...page.getByRole('list', { name: 'Schema files' }).children].map((row) => row.textContent);

  async function withFiles(...files: KnownSchema[]): Promise<Live> {
    return shown('a/two', ({ schemas }) => schemas.set({ files }));
  }

  test('are listed for the decoder that needs them, of its own kind', async () => {
    const page = await withFiles(
      schema('plant.proto', ['plant.Reading', 'plant.Alarm']),
      schema('door.avsc', ['door']),
    );
    expect(page.queryByRole('list', { name: 'Schema files' })).toBeNull();
    await choose(page, 'Protobuf…');
    expect(rows(page)).toEqual(['plant.protoplant.Reading, plant.Alarm']);
    expect(valueOf(page.getByLabelText('Message'))).toBe('plant.Reading');
    await choose(page, 'Avro…');
    expect(rows(page)).toEqual(['door.avscdoor']);
    expect(valueOf(page.getByLabelText('Schema'))).toBe('door.avsc');
  });

  test('say what is wrong in them, and are removed', async () => {
    const page = await withFiles(
      schema('plant.proto', [], { problem: failed('bad', 'Line 3: unexpected “}”.', '') }),
    );
    const removed = answer(bench.fake.engine, 'removeSchema', () => ({ kind: 'done' }));
    await choose(page, 'Protobuf…');
    expect(rows(page)).toEqual(['plant.protoLine 3: unexpected “}”.']);
    await press(page, 'Remove plant.proto');
    await expect.poll(() => removed).toEqual([{ name: 'plant.proto' }]);
  });

  test('are added, and what is shown is decoded with them', async () => {
    const page = await withFiles();
    await choose(page, 'Protobuf…');
    const saved = answer(bench.fake.engine, 'saveSchema', ({ name }) => {
      bench.schemas.set({ files: [schema(name)] });
      return { kind: 'done' };
    });
    await expect.poll(() => bench.chains.at(-1)?.[0]?.decoder).toBe('protobuf');
    const before = bench.chains.length;
    const input = page.getByRole('region').querySelector<HTMLInputElement>('input[type=file]')!;
    expect(input.accept).toBe('.proto');
    await page.user.upload(input, new File(['message Reading {}'], 'plant.proto'));
    await expect.poll(() => rows(page)).toEqual(['plant.protoplant.Reading']);
    expect(saved).toEqual([{ name: 'plant.proto', text: 'message Reading {}' }]);
    await expect.poll(() => bench.chains.length).toBeGreaterThan(before);
  });

  test.each([
    ['Protobuf…', 'Message', 'plant.proto', 'plant.Reading'],
    ['Avro…', 'Schema', 'door.avsc', 'door.avsc'],
  ])('are used as soon as they are added, where none was chosen: %s', async (format, label, name, option) => {
    const page = await withFiles();
    await choose(page, format);
    expect(valueOf(page.getByLabelText(label))).toBe('');
    answer(bench.fake.engine, 'saveSchema', () => ({ kind: 'done' }));
    const input = page.getByRole('region').querySelector<HTMLInputElement>('input[type=file]')!;
    await page.user.upload(input, new File(['{}'], name));
    // What is in the file is known after it was kept.
    act(() => bench.schemas.set({ files: [schema('other.txt'), schema(name)] }));
    await expect.poll(() => bench.chains.at(-1)?.at(-1)?.option).toBe(option);
    expect(valueOf(page.getByLabelText(label))).toBe(option);
    // Another one does not take its place.
    await page.user.upload(input, new File(['{}'], `b.${name}`));
    act(() => bench.schemas.set({ files: [schema(name), schema(`b.${name}`, ['b'])] }));
    await expect.poll(() => rows(page)).toHaveLength(2);
    expect(valueOf(page.getByLabelText(label))).toBe(option);
  });

  test('that are refused, or are too large to be any, say so until one is taken', async () => {
    const page = await withFiles();
    await choose(page, 'Avro…');
    const input = page.getByRole('region').querySelector<HTMLInputElement>('input[type=file]')!;
    const large = new File(['x'], 'large.avsc');
    Object.defineProperty(large, 'size', { value: 2_000_000 });
    await page.user.upload(input, large);
    expect(await page.findByText('“large.avsc” is larger than 1 MB: that is no schema.')).toBeTruthy();
    answer(bench.fake.engine, 'saveSchema', () => failed('full', 'There are too many schemas.', ''));
    await page.user.upload(input, new File(['{}'], 'door.avsc'));
    expect(await page.findByText('There are too many schemas.')).toBeTruthy();
    answer(bench.fake.engine, 'saveSchema', () => ({ kind: 'done' }));
    await page.user.upload(input, new File(['{}'], 'door.avsc'));
    await expect.poll(() => page.queryByText('There are too many schemas.')).toBeNull();
  });

  test('deceive no eye by their names and types, and show no more than one can read', async () => {
    const types = [...HOSTILE_TEXTS, ...Array.from({ length: 300 }, (_, at) => `plant.Reading${at}`)];
    const page = await withFiles(
      ...HOSTILE_TEXTS.map((text) => schema(`${text}.proto`, types)),
      schema('bad.proto', [], { problem: failed('bad', HOSTILE_TEXTS.join(' '), '') }),
    );
    await choose(page, 'Protobuf…');
    const list = page.getByRole('list', { name: 'Schema files' });
    expect(list.children).toHaveLength(HOSTILE_TEXTS.length + 1);
    expect(isSafeText(list.outerHTML)).toBe(true);
    const suggested = document.getElementById(page.getByLabelText('Message').getAttribute('list')!);
    expect(suggested?.children.length).toBeLessThanOrEqual(types.length);
    expect(list.textContent?.length).toBeLessThan(HOSTILE_TEXTS.length * 1_200);
  });
});
