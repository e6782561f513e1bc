import { expect, test } from 'vitest';
import type { MessageTemplate } from '../../../../../src-main/contract/session/sending.ts';
import { rowReader, type SeriesRow } from '../../../../../src-main/core/publish/series/rows.ts';
import { rowMessages } from '../../../../../src-main/engine/publish/series/row-message.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

const TEMPLATE: MessageTemplate = {
  topic: 't',
  payload: bytes('x'),
  variables: false,
  gzip: false,
  qos: 0,
  retain: false,
  properties: { contentType: 'text/plain', messageExpiry: 9 },
  correlation: { text: 'mine', as: 'text' },
};

/** The message of the last row in a file. */
function made(kind: 'csv' | 'jsonl', file: string, template: Partial<MessageTemplate> = {}) {
  const reader = rowReader(kind);
  const rows: SeriesRow[] = [...reader.push(bytes(file)), ...reader.end()];
  const row = rows.at(-1);
  if (row?.kind !== 'row') throw new Error(row?.failure.code);
  return rowMessages({ ...TEMPLATE, ...template })(row);
}

test('Properties of a line of JSON go out with it; those it does not say are those of the message.', () => {
  const line = { topic: 'a', payload: 'p', properties: { contentType: 'b', userProperties: [['k', 'v']] } };
  expect(made('jsonl', JSON.stringify(line))).toMatchObject({
    topic: 'a',
    properties: { contentType: 'b', messageExpiry: 9, userProperties: [['k', 'v']] },
    correlation: { text: 'mine' },
  });
  const answered = { payloadBase64: 'AP8=', properties: { correlationDataBase64: 'AA==' } };
  expect(made('jsonl', JSON.stringify(answered))).toMatchObject({
    payload: Uint8Array.of(0, 255),
    properties: { contentType: 'text/plain', correlationData: Uint8Array.of(0) },
    correlation: null,
  });
});

test('Properties that cannot be read, or look like variables where there are some, keep the line back.', () => {
  const line = (properties: unknown) => JSON.stringify({ topic: 'a', payload: 'p', properties });
  expect(made('jsonl', line({ contentType: 1 }))).toMatchObject({ code: 'line-properties' });
  expect(made('jsonl', line({ contentType: '${now}' }))).toMatchObject({
    properties: { contentType: '${now}' },
  });
  expect(made('jsonl', line({ contentType: '${now}' }), { variables: true })).toMatchObject({
    code: 'line-variables',
  });
});

test('A column of a table, and a member of a line that is a payload itself, are no properties.', () => {
  expect(made('csv', 'topic,payload,properties\na,p,none\n')).toMatchObject({
    topic: 'a',
    properties: TEMPLATE.properties,
  });
  const whole = '{"properties": {"contentType": 5}}';
  expect(made('jsonl', whole)).toMatchObject({ payload: bytes(whole), properties: TEMPLATE.properties });
});

test('A payload that an export wrote shortened is not sent for the whole.', () => {
  const line = { time: '2026-11-20T14:31:06.912Z', topic: 'a', size: 9, kept: 4, payload: 'abcd' };
  expect(made('jsonl', JSON.stringify(line))).toMatchObject({ code: 'line-cut' });
  expect(made('jsonl', JSON.stringify({ ...line, size: 4 }))).toMatchObject({ payload: bytes('abcd') });
  // Members of a file that is no export.
  expect(made('jsonl', JSON.stringify({ ...line, time: undefined }))).toMatchObject({ topic: 'a' });
});

test('A topic that an export has in bytes as well is published as these bytes say, never as it stands for the eye.', () => {
  const line = (topicBase64: string) => JSON.stringify({ topic: 'a/\\xff', topicBase64, payload: 'p' });
  expect(made('jsonl', line('YS//'))).toMatchObject({ code: 'line-topic' });
  expect(made('csv', 'topic,payload,topic_base64\r\na/\\xff,p,YS//\r\n')).toMatchObject({
    code: 'line-topic',
  });
  expect(made('csv', 'topic,payload,topic_base64\r\na/b,p,\r\n')).toMatchObject({ topic: 'a/b' });
  expect(made('jsonl', line('YS9i'))).toMatchObject({ topic: 'a/b', payload: bytes('p') });
  expect(made('jsonl', line('YS9i'), { variables: true })).toMatchObject({ topic: 'a/b' });
  expect(made('jsonl', line(btoa('a/${x}')), { variables: true })).toMatchObject({ code: 'line-variables' });
  expect(made('jsonl', line('%'))).toMatchObject({ code: 'line-not-base64' });
  // Such a line is a payload by itself.
  expect(made('jsonl', '{"topicBase64":"YS//"}')).toMatchObject({ topic: 't' });
});
