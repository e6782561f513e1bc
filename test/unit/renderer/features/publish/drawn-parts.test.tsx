import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import type { MessageSeries } from '../../../../../src-main/contract/session/message-series.ts';
import type { SentMessage } from '../../../../../src-main/contract/session/sending.ts';
import { isSafeText } from '../../../../../src-main/core/payload/visible.ts';
import { variablesOf } from '../../../../../src-main/core/publish/template/variables.ts';
import { SentGrid } from '../../../../../src-renderer/features/publish/kept/sent-grid.tsx';
import { VariableList } from '../../../../../src-renderer/features/publish/kept/variable-list.tsx';
import { PropertyFields } from '../../../../../src-renderer/features/publish/property-fields.tsx';
import { SeriesProgress } from '../../../../../src-renderer/features/publish/series/series-progress.tsx';
import { NO_PROPERTIES } from '../../../../../src-renderer/state/publish/draft-properties.ts';
import { messageSeries, sentMessage } from '../../../../support/session/sent-and-saved.ts';
import { HOSTILE_TEXTS } from '../../../../support/window/hostile-texts.ts';

const nothing = (): void => undefined;

const sent = (more: Partial<SentMessage> = {}) => sentMessage({ qos: 1, size: 1, ...more });

const grid = (...messages: SentMessage[]) =>
  renderToStaticMarkup(<SentGrid sent={messages} onAgain={nothing} onEdit={nothing} onClear={nothing} />);

const buttons = (drawn: string) =>
  [...drawn.matchAll(/<button([^>]*)>.*?([\w ]+)<\/button>/g)].map(
    ([, attributes = '', words = '']) => `${words}${attributes.includes('disabled') ? ' off' : ''}`,
  );

test('Where nothing was sent there is nothing to send again, and it says so.', () => {
  const drawn = grid();
  expect(drawn).toContain('Nothing was sent yet.');
  expect(drawn).not.toContain('role="grid"');
  expect(buttons(drawn)).toEqual(['Send again off', 'Edit off', 'Clear list off']);
});

test('Messages that were sent are rows with one tab stop; what was not kept cannot be sent again.', () => {
  const drawn = grid(sent(), sent({ id: 'b', kept: false }));
  expect(drawn.match(/role="row"/g)).toHaveLength(2);
  expect(drawn.match(/tabindex="0"/g)).toHaveLength(1);
  expect(drawn).toContain('aria-rowcount="2"');
  expect(buttons(drawn)).toEqual(['Send again', 'Edit', 'Clear list']);
  expect(buttons(grid(sent({ kept: false })))).toEqual(['Send again off', 'Edit off', 'Clear list']);
});

test.each(HOSTILE_TEXTS)('A message to %j, and an answer that says the same, deceive no eye.', (text) => {
  const failure = failed('publish-refused', `The broker refused.`, '');
  const drawn = grid(
    sent({ topic: text, outcome: { kind: 'refused', code: 135, failure } }),
    sent({ id: 'b', answer: { kind: 'waiting', topic: text } }),
  );
  // The attribute identifies the row for tests and scripts, and is not drawn.
  const shown = drawn.replaceAll(/data-topic="[^"]*"/g, '');
  expect(isSafeText(shown)).toBe(true);
  expect(drawn).not.toContain('<b>');
});

const fields = (more: Partial<Parameters<typeof PropertyFields>[0]> = {}) =>
  renderToStaticMarkup(
    <PropertyFields value={NO_PROPERTIES} onChange={nothing} note={null} aliasMaximum={null} {...more} />,
  );

test('A message without user properties has one empty row for them, and nothing to remove.', () => {
  const drawn = fields();
  expect(drawn.match(/User property name/g)?.length).toBeGreaterThan(0);
  expect(drawn).toContain('Add user property');
  expect(drawn).not.toContain('Remove user property');
});

test('Each row of user properties can be removed, and one added behind the last.', () => {
  const user = ['a', 'a', 'b'].map((name) => ({ name, value: '1' }));
  const drawn = fields({ value: { ...NO_PROPERTIES, user } });
  expect(drawn.match(/aria-label="Remove user property"/g)).toHaveLength(3);
  expect(drawn.match(/aria-label="Add user property"/g)).toHaveLength(1);
});

test('Bytes that are no UTF-8 are shown as what they are, with a word that they go out unchanged.', () => {
  const drawn = fields({ value: { ...NO_PROPERTIES, contentType: Uint8Array.of(0x61, 0xff) } });
  expect(drawn).toContain('Not UTF-8: sent as it was received.');
  expect(isSafeText(drawn)).toBe(true);
  expect(fields()).not.toContain('Not UTF-8');
});

test('What the broker takes of topic aliases is said where it is known.', () => {
  expect(fields({ aliasMaximum: 0 })).toContain('The broker takes none.');
  expect(fields({ aliasMaximum: 10 })).toContain('The broker takes up to 10.');
  expect(fields()).not.toContain('The broker takes');
  expect(fields({ note: 'No MQTT 5.' })).toContain('No MQTT 5.');
});

test('Every variable that is offered is one.', () => {
  const drawn = renderToStaticMarkup(<VariableList onInsert={nothing} />);
  const offered = [...drawn.matchAll(/<code[^>]*>([^<]*)<\/code>/g)].map(([, text = '']) => text);
  expect(offered.length).toBeGreaterThan(5);
  for (const text of offered) expect(variablesOf([text]), text).toHaveLength(1);
});

const progress = (more: Partial<MessageSeries> = {}) =>
  renderToStaticMarkup(<SeriesProgress series={messageSeries(more)}>buttons</SeriesProgress>);

test('How far a series is stands in its bar; one without end has no share.', () => {
  expect(progress()).toContain('aria-valuenow="25"');
  const endless = progress({ total: null });
  expect(endless).not.toContain('aria-valuenow');
  expect(endless).toContain('data-endless');
  expect(progress({ total: null, state: { kind: 'paused' } })).not.toContain('data-endless');
  // Nothing to send is not a division by nothing.
  expect(progress({ total: 0, sent: 0 })).not.toContain('NaN');
});

test('Each message has a bar as high as it took, and none is out of sight.', () => {
  const drawn = progress({ recentMs: [0, 5, 10] });
  const heights = [...drawn.matchAll(/v(\d+)h-3z/g)].map(([, height]) => Number(height));
  expect(heights).toEqual([1, 20, 40]);
  expect(progress({ recentMs: [0, 0] })).not.toContain('NaN');
  expect(progress()).not.toContain('<svg');
});

test('The newest problem comes first, with its line where there is one.', () => {
  const problems = [
    { line: 1_204, failure: failed('x', 'First.', '') },
    { line: null, failure: failed('x', 'Second.', '') },
  ];
  const drawn = progress({ problems });
  expect(drawn.indexOf('Second.')).toBeLessThan(drawn.indexOf('First.'));
  expect(drawn).toContain('Line 1,204:');
});
