import { createRef } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import type { MessageMeta } from '../../../../../src-main/contract/model/message.ts';
import type { SelectedTopic } from '../../../../../src-main/contract/model/view.ts';
import { isSafeText } from '../../../../../src-main/core/payload/visible.ts';
import { DifferenceGrid } from '../../../../../src-renderer/features/inspector/diff/difference-grid.tsx';
import type { DiffRow } from '../../../../../src-renderer/features/inspector/diff/diff-model.ts';
import { MetaLine } from '../../../../../src-renderer/features/inspector/meta-line.tsx';
import { PropertiesPanel } from '../../../../../src-renderer/features/inspector/properties-panel.tsx';
import type { Inspector, InspectorState } from '../../../../../src-renderer/state/inspector/inspector.ts';

const meta = (more: Partial<MessageMeta> = {}): MessageMeta => ({
  seq: 5,
  at: Date.UTC(2026, 10, 29, 3, 4, 5, 678),
  qos: 1,
  retain: false,
  stored: false,
  dup: false,
  size: 20,
  kept: 20,
  propertyBytes: 0,
  preview: { kind: 'empty' },
  ...more,
});

const topic = (more: Partial<SelectedTopic> = {}): SelectedTopic => ({
  key: 'a',
  topic: 'a',
  state: 'known',
  hiddenByFilter: false,
  index: 0,
  publishable: true,
  messages: 1_234,
  topics: 1,
  usual: null,
  retained: { state: 'unknown', by: 'none', at: 0, stale: false },
  latest: meta(),
  lastRetained: null,
  ...more,
});

const utf8 = new TextEncoder();
/** A UTF-8 string of MQTT: two bytes of length, then its own. */
const text = (value: string | Uint8Array): number[] => {
  const bytes = typeof value === 'string' ? utf8.encode(value) : value;
  return [bytes.length >> 8, bytes.length & 255, ...bytes];
};

const panel = (properties: readonly number[], message = meta()) =>
  renderToStaticMarkup(
    <PropertiesPanel
      loaded={{ meta: message, bytes: new Uint8Array(0), properties: Uint8Array.from(properties) }}
      topic={topic()}
    />,
  );
const factsOf = (drawn: string) =>
  Object.fromEntries(
    [...drawn.matchAll(/<dt><bdi>(.*?)<\/bdi><\/dt><dd[^>]*><bdi>(.*?)<\/bdi>/g)].map(
      ([, name = '', value = '']) => [name, value],
    ),
  );

test('A user property without a name or a value is shown as that.', () => {
  const drawn = panel([0x26, ...text(''), ...text(''), 0x26, ...text('site'), ...text('')]);
  const empty = '<span class="tone-mut">(empty)</span>';
  expect(drawn).toContain(`<dt>${empty}</dt><dd class="mono">${empty}</dd>`);
  expect(drawn).toContain(`<dt><bdi>site</bdi></dt><dd class="mono">${empty}</dd>`);
});

test('Every property of MQTT 5 is shown with its meaning.', () => {
  const facts = factsOf(
    panel([
      ...[0x01, 1],
      ...[0x02, 0, 0, 0x0e, 0x10],
      ...[0x03, ...text('text/plain')],
      ...[0x08, ...text('answers/here')],
      ...[0x09, 0, 3, 0xde, 0xad, 0],
      ...[0x0b, 0x80, 0x01],
      ...[0x26, ...text('site'), ...text('A')],
    ]),
  );
  expect(facts).toMatchObject({
    'Payload format': 'Text in UTF-8 (1)',
    'Content type': 'text/plain',
    'Response topic': 'answers/here',
    'Subscription identifier': '128',
    site: 'A',
  });
  expect(facts['Message expiry']).toMatch(/^3,600 s/);
  expect(facts['Correlation data']?.toLowerCase()).toBe('de ad 00');
});

test('Without properties it says so; what was cut says how much is kept.', () => {
  expect(panel([])).toContain('The message carried no MQTT 5 properties.');
  const facts = factsOf(panel([], meta({ size: 2_000_000, kept: 1_000, dup: true })));
  expect(facts['Kept']).toMatch(/^The first /);
  expect(facts['Payload']).toContain('(2,000,000 B)');
  expect(facts['Duplicate flag']).toBe('Set: delivered again');
  expect(factsOf(panel([]))['Kept']).toBeUndefined();
});

test('The packet identifier is shown where it is known; where there is none, it says why.', () => {
  const shown = (more: Partial<MessageMeta>) => factsOf(panel([], meta(more)))['Packet identifier'];
  expect(shown({ qos: 2, packetId: 40_001 })).toBe('40001');
  expect(shown({ qos: 1 })).toBe('Not known');
  expect(shown({ qos: 0 })).toBe('None at QoS 0');
});

test.each(['\u202egnp.exe', '\x1b[31mred', 'a\u200bb', '<img src=x>'])(
  'A user property called and valued %j, and a content type, deceive no eye.',
  (value) => {
    const drawn = panel([0x26, ...text(value), ...text(value), 0x03, ...text(value), 0x08, ...text(value)]);
    expect(isSafeText(drawn)).toBe(true);
    expect(drawn).not.toContain('<img');
  },
);

test('Properties that break off in the middle, or are no UTF-8, are shown as far as they go.', () => {
  for (const broken of [
    [0x26, 0],
    [0x26, 0, 9, 1],
    [0x03, ...text(Uint8Array.of(0xff, 0x61))],
    [0xff, 1],
    [0x09],
  ])
    expect(isSafeText(panel(broken)), String(broken)).toBe(true);
});

test('Long correlation data is cut, with its length.', () => {
  const long = Array.from({ length: 300 }, () => 0xab);
  const words = factsOf(panel([0x09, 1, 44, ...long]))['Correlation data'];
  expect(words).toContain('(300 B)');
  expect(words?.length).toBeLessThan(220);
});

function line(state: Partial<InspectorState>, of: SelectedTopic | null = topic()) {
  const all = { which: { kind: 'latest' }, loaded: null, following: true, key: 'a', ...state };
  return renderToStaticMarkup(
    <MetaLine inspector={{} as Inspector} state={all as InspectorState} topic={of} />,
  );
}
const loaded = (message: MessageMeta) => ({
  meta: message,
  bytes: new Uint8Array(0),
  properties: new Uint8Array(0),
});

test('The line shows when the message came, and how much of it is kept.', () => {
  expect(line({ loaded: loaded(meta()) })).toContain('QoS 1');
  expect(line({ loaded: loaded(meta({ dup: true })) })).toContain('duplicate');
  expect(line({ loaded: loaded(meta({ size: 5_000, kept: 1_000 })) })).toMatch(/ of /);
  expect(line({ loaded: loaded(meta()) })).not.toMatch(/\d of \d/);
  expect(line({}, null)).toBe('<div class="insp-meta"></div>');
});

test('The retained value is offered where it is another message than the latest, and to go back from it.', () => {
  const other = topic({ lastRetained: meta({ seq: 3 }) });
  expect(line({}, other)).toContain('aria-pressed="false"');
  expect(line({}, topic({ lastRetained: meta({ seq: 5 }) }))).not.toContain('Retained value');
  expect(line({}, topic())).not.toContain('Retained value');
  expect(line({ which: { kind: 'retained' } }, topic())).toContain('aria-pressed="true"');
});

const row = (id: string, more: Partial<DiffRow> = {}): DiffRow => ({
  id,
  kind: 'changed',
  level: 1,
  open: null,
  name: id,
  before: '1',
  now: '2',
  change: '+1',
  tone: 'number',
  ...more,
});
const differences = (...rows: DiffRow[]) =>
  renderToStaticMarkup(
    <DifferenceGrid
      body={createRef()}
      rows={rows}
      field="Field"
      before="Before"
      now="Now"
      onToggle={() => undefined}
    />,
  );

test('Differences are rows of a grid, with one tab stop and what is open.', () => {
  const drawn = differences(row('a', { open: true, kind: 'branch' }), row('b', { level: 2 }));
  expect(drawn).toContain('aria-rowcount="3"');
  expect(drawn.match(/tabindex="0"/g)).toHaveLength(1);
  expect(drawn).toContain('aria-expanded="true"');
  expect(drawn.match(/aria-level="2"/g)).toHaveLength(1);
});

test('What a narrow window cuts of a difference is shown on hover.', () => {
  expect(differences(row('a', { change: '+10478, under 0.1 %' }))).toContain('title="+10478, under 0.1 %"');
});

test('What was removed is struck out, and of many rows only those in sight are drawn.', () => {
  expect(differences(row('a', { kind: 'removed' }))).toContain('<s>1</s>');
  expect(differences(row('a'))).not.toContain('<s>');
  const many = differences(...Array.from({ length: 20_000 }, (_, at) => row(String(at))));
  expect(many).toContain('aria-rowcount="20001"');
  expect(many.match(/role="row"/g)?.length).toBeLessThan(200);
});
