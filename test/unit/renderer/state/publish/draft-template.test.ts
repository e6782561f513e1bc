import { expect, test } from 'vitest';
import {
  draftOfTemplate,
  draftVariables,
  templateOf,
  templateOfRows,
} from '../../../../../src-renderer/state/publish/draft-template.ts';
import { linedText } from '../../../../../src-renderer/state/publish/line-ends.ts';
import {
  draftOf,
  EMPTY_DRAFT,
  mayHaveVariables,
  type PublishDraft,
} from '../../../../../src-renderer/state/publish/publish-draft.ts';

const draft = (change: Partial<PublishDraft> = {}): PublishDraft => ({
  ...EMPTY_DRAFT,
  topic: 't',
  ...change,
});
const properties = { ...EMPTY_DRAFT.properties, correlation: '${uuid}', correlationAs: 'hex' as const };

test('Correlation data with a variable is left to be made when the message is sent.', () => {
  expect(templateOf(draft({ properties }))).toMatchObject({
    variables: true,
    correlation: { text: '${uuid}', as: 'hex' },
  });
  const plain = { ...properties, correlation: 'ab' };
  const template = templateOf(draft({ properties: plain }));
  expect(template).toMatchObject({ variables: false, correlation: null });
  expect(template).toMatchObject({ properties: { correlationData: Uint8Array.of(0xab) } });
});

test('Variables stand in text only, and only where they are not turned off.', () => {
  expect(draftVariables(draft({ payload: linedText('${now} ${later}') }))).toEqual([{ kind: 'now' }]);
  expect(draftVariables(draft({ payload: linedText('${now}'), variables: false }))).toEqual([]);
  expect(mayHaveVariables(draft({ payload: linedText('${now}'), variables: false }))).toBe(true);
  expect(mayHaveVariables(draft({ format: 'hex', payload: linedText('${now}') }))).toBe(false);
});

test('Received correlation data that looks like a variable goes out as it came.', () => {
  const correlationData = new TextEncoder().encode('${uuid}');
  const received = { topic: 't', payload: new Uint8Array(0), qos: 0 as const, retain: false };
  expect(templateOf(draftOf({ ...received, properties: { correlationData } }))).toMatchObject({
    variables: false,
    properties: { correlationData },
    correlation: null,
  });
});

test('A received message that looks like a template goes out as it came.', () => {
  const received = {
    topic: 't',
    payload: new TextEncoder().encode('${now}'),
    qos: 0 as const,
    retain: false,
  };
  expect(templateOf(draftOf(received))).toMatchObject({ variables: false, payload: received.payload });
  const named = { ...received, payload: new Uint8Array(0), properties: { contentType: '${now}' } };
  expect(draftOf(named).variables).toBe(false);
  expect(draftOf({ ...named, properties: {} }).variables).toBe(true);
});

test('What is kept is edited as it was written, and sent unchanged it is the same.', () => {
  const written = draft({
    format: 'json',
    payload: linedText('{"n":${counter}}\r\n'),
    gzip: true,
    qos: 2,
    properties: { ...properties, contentType: 'x', user: [{ name: 'a', value: '${now}' }] },
  });
  const template = templateOf(written);
  if ('code' in template) throw new Error(template.code);
  const again = draftOfTemplate(template, written.format);
  expect(again).toMatchObject({ format: 'json', gzip: true, variables: true, topicIsOwn: true });
  expect(templateOf(again)).toEqual(template);
  const plain = templateOf(draft({ payload: linedText('${now}'), variables: false }));
  if ('code' in plain) throw new Error(plain.code);
  expect(draftOfTemplate(plain).variables).toBe(false);
  expect(draftOfTemplate({ ...plain, payload: Uint8Array.of(255) }, 'json').format).toBe('hex');
});

test.each([
  [{ topic: '' }, 'topic-empty'],
  [{ topic: 'a/#' }, 'topic-wildcard'],
  [{ format: 'hex' as const, payload: linedText('a') }, 'not-hex'],
])('%j has no template: %s.', (change, code) => {
  expect(templateOf(draft(change))).toMatchObject({ code });
});

test('Lines of a file may say the topic; what is typed must be one all the same.', () => {
  expect(templateOf(draft({ topic: '' }))).toMatchObject({ kind: 'failed' });
  expect(templateOfRows(draft({ topic: '' }))).toMatchObject({ topic: '', qos: 0 });
  expect(templateOfRows(draft({ topic: 'a' }))).toMatchObject({ topic: 'a' });
  expect(templateOfRows(draft({ topic: 'a/#' }))).toMatchObject({ kind: 'failed' });
});

test('JSON that is encoded stays JSON in the template, and comes back as it was typed.', () => {
  const typed = draft({ format: 'msgpack', floats: 'double', payload: linedText('{"a": 1.50}') });
  const template = templateOf(typed);
  expect(template).toMatchObject({ encoding: { format: 'msgpack', floats: 'double' }, variables: false });
  if ('code' in template) throw new Error(template.message);
  expect(new TextDecoder().decode(template.payload)).toBe('{"a": 1.50}');
  expect(draftOfTemplate(template, 'msgpack')).toMatchObject({ format: 'msgpack', floats: 'double' });
  expect(templateOf(draft({ format: 'cbor', payload: linedText('{"a" 1}') }))).toMatchObject({
    code: 'payload-not-json',
  });
  // With a variable it is JSON only when that has its value.
  expect(templateOf(draft({ format: 'cbor', payload: linedText('[${counter}]') }))).toMatchObject({
    variables: true,
    encoding: { format: 'cbor', floats: 'shortest' },
  });
});

test('JSON for Protobuf goes out with the name of its message, and is held back without one.', () => {
  const typed = draft({ format: 'protobuf', message: ' plant.Reading ', payload: linedText('{"a": 1}') });
  const template = templateOf(typed);
  if ('code' in template) throw new Error(template.message);
  expect(template.encoding).toEqual({ format: 'protobuf', floats: 'shortest', message: 'plant.Reading' });
  expect(new TextDecoder().decode(template.payload)).toBe('{"a": 1}');
  expect(draftOfTemplate(template, 'protobuf')).toMatchObject({
    format: 'protobuf',
    message: 'plant.Reading',
    payload: linedText('{"a": 1}'),
  });
  expect(templateOf({ ...typed, message: ' ' })).toMatchObject({ code: 'no-proto-message' });
  expect(templateOf({ ...typed, payload: linedText('{') })).toMatchObject({ code: 'payload-not-json' });
  expect(templateOf({ ...typed, payload: linedText('{"a": ${counter}}') })).toMatchObject({
    variables: true,
    encoding: { message: 'plant.Reading' },
  });
});
