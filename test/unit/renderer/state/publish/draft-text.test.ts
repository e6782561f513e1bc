import { expect, test } from 'vitest';
import { draftText, readDraftText } from '../../../../../src-renderer/state/publish/draft-text.ts';
import { linedText } from '../../../../../src-renderer/state/publish/line-ends.ts';
import { EMPTY_DRAFT, type PublishDraft } from '../../../../../src-renderer/state/publish/publish-draft.ts';

const FULL: PublishDraft = {
  topic: 'a/b',
  topicIsOwn: true,
  floats: 'double',
  message: 'p.M',
  format: 'file',
  payload: linedText('x\r\ny'),
  file: { name: 'f.bin', bytes: Uint8Array.of(0, 128, 255) },
  qos: 2,
  retain: true,
  gzip: true,
  variables: false,
  answer: { expected: true, within: '9', rule: 'a → b' },
  properties: {
    contentType: Uint8Array.of(0xff),
    responseTopic: 'r',
    correlation: '00',
    correlationAs: 'hex',
    expiry: '5',
    alias: '',
    payloadFormat: '1',
    user: [{ name: 'n', value: Uint8Array.of(0xfe) }],
  },
};

test('A draft comes back as it was, with the bytes of its file and of its properties.', () => {
  expect(readDraftText(draftText(FULL))).toEqual(FULL);
  expect(readDraftText(draftText(EMPTY_DRAFT))).toEqual(EMPTY_DRAFT);
});

test('A file that is too large is left out, and all else is kept.', () => {
  const large = { ...FULL, file: { name: 'f', bytes: new Uint8Array(5_000_000) } };
  expect(readDraftText(draftText(large))).toEqual({ ...FULL, file: null });
});

test('A draft of the version before, and one with a field that means nothing, is read as far as it goes.', () => {
  const before = '{"topic":"t","topicIsOwn":true,"payload":"p","qos":1,"retain":true}';
  expect(readDraftText(before)).toMatchObject({ topic: 't', format: 'text', qos: 1, retain: true });
  const odd =
    '{"topic":"t","payload":"p","qos":7,"format":"xml","properties":{"user":3},"file":{"name":"f"}}';
  expect(readDraftText(odd)).toMatchObject({ qos: 0, format: 'text', file: null, properties: { user: [] } });
});

test.each([null, '', '{', '[]', '{"topic":1,"payload":""}'])('%j is no draft.', (text) => {
  expect(readDraftText(text)).toBeNull();
});
