import { expect, test } from 'vitest';
import type { MessageProperties } from '../../../../../src-main/contract/model/publish-message.ts';
import { jsonLine } from '../../../../../src-main/core/message/message-lines.ts';
import { rowProperties } from '../../../../../src-main/core/publish/series/row-properties.ts';

test('What an export writes of the properties is read back.', () => {
  const hex = '0101' + '020000003c' + '03000161' + '08000172' + '09000200ff' + '0b07' + '2600016b00017b';
  const line = jsonLine({
    topic: 't',
    at: 0,
    qos: 1,
    retain: false,
    dup: false,
    size: 0,
    payload: new Uint8Array(),
    properties: Buffer.from(hex, 'hex'),
  });
  const { properties } = JSON.parse(line) as { properties: unknown };
  expect(rowProperties(JSON.stringify(properties))).toEqual({
    payloadFormat: 1,
    messageExpiry: 60,
    contentType: 'a',
    responseTopic: 'r',
    correlationData: Uint8Array.of(0, 255),
    userProperties: [['k', '{']],
  } satisfies MessageProperties);
  expect(rowProperties('{}')).toEqual({});
});

test.each([
  ['[]', 'cannot be read.'],
  ['null', 'cannot be read.'],
  ['{"payloadFormat": 2}', 'payloadFormat'],
  ['{"messageExpiry": -1}', 'messageExpiry'],
  ['{"contentType": 5}', 'contentType'],
  ['{"correlationDataBase64": "%"}', 'correlationDataBase64'],
  ['{"userProperties": [["a"]]}', 'userProperties.0'],
])('%s is refused with what is wrong: %s', (json, words) => {
  const read = rowProperties(json);
  expect(read).toMatchObject({ code: 'line-properties' });
  expect('code' in read ? read.message : '').toContain(words);
});
